using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

// Frames as they come, after and beside the answer to LOGIN; within the sequence.
public sealed partial class ChatClient
{
    private void Arrived(Link link, Frame frame)
    {
        if (frame.Code == Code.Bye)
        {
            var bye = WireJson.Read<Bye>(frame.Body.Span);
            _bye = bye;
            link.Close(new ConnectionLostException($"The server ended the connection: {bye.Text}"));
            return;
        }

        if (link != _link || !_live)
        {
            return;
        }

        if (Codes.IsEntry(frame.Code))
        {
            // The answer to a change in a room is its entry, at its place among the events.
            TakeEntry(frame.Code, WireJson.Read<Entry>(frame.Body.Span));
            return;
        }

        switch (frame.Code)
        {
            case Code.GroupCreated or Code.Joined:
                TakeRoom(WireJson.Read<RoomJoined>(frame.Body.Span).Room);
                break;
            case Code.PrivateHistory or Code.PrivateHistoryEmpty:
                Adopt(WireJson.Read<PrivateChat>(frame.Body.Span));
                break;
            case Code.AccountChanged when frame.RequestId == 0:
                TakeItems(WireJson.Read<AccountChanged>(frame.Body.Span), long.MaxValue);
                break;
            case Code.AddFriendRemind:
                var item = WireJson.Read<FriendReminder>(frame.Body.Span).Item;
                NoticeFriend(item);
                break;
            case Code.LoginUsername:
                TakePresence(WireJson.Read<PresenceChange>(frame.Body.Span), came: true);
                break;
            case Code.LogoutInfo:
                TakePresence(WireJson.Read<PresenceChange>(frame.Body.Span), came: false);
                break;
            case Code.TypingNotice:
                var typing = WireJson.Read<TypingNotice>(frame.Body.Span);
                if (Room(typing.Room) is { } room && typing.Account != AccountId)
                {
                    Raise(new PersonTyping(room, typing.Account));
                }

                break;
        }
    }

    private void TakePresence(PresencePage page)
    {
        var known = page.Online.DistinctBy(person => person.Id).ToDictionary(person => person.Id);
        foreach (var id in page.Friends ?? [])
        {
            known.TryAdd(id, Person(id));
        }

        Online = new OnlinePeople(page.Total, known);
        ListFriends();
        Raise(new PresenceChanged([], [], 0, page.Total));
    }

    private void TakePresence(PresenceChange change, bool came)
    {
        var known = new Dictionary<string, AccountInfo>(Online.Known);
        foreach (var person in change.Accounts)
        {
            if (came)
            {
                known[person.Id] = person;
            }
            else
            {
                known.Remove(person.Id);
            }
        }

        Online = new OnlinePeople(change.Total, known);
        ListFriends();
        Raise(change.Stayed is true ? new PresenceChanged([], [], 0, change.Total)
            : came ? new PresenceChanged(change.Accounts, [], change.Count, change.Total)
            : new PresenceChanged([], change.Accounts, change.Count, change.Total));
    }

    private AccountInfo Person(string id) =>
        _items.GetValueOrDefault((ItemKinds.Friend, id))?.Person ?? new AccountInfo { Id = id };
}
