using Chatroom.Client;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Web.Browser;

namespace Chatroom.Web.State;

// What the SDK tells, put in the page's terms.
public sealed partial class Chat
{
    private readonly List<string> _announcements = [];
    private bool _announcing;

    private void Take(ChatChange change)
    {
        switch (change)
        {
            case ConnectionChanged { State: var state }:
                TakeConnection(state);
                break;
            case Synchronized:
                Remember(Client.Account);
                ChooseFirst();
                Tell(Topics.All);
                break;
            case HistoryReplaced:
                // What is being written stays; what it was about is gone.
                (_seen, Replying, Editing) = (0, null, null);
                if (Current is { } shown)
                {
                    (Rows, Following) = (new Timeline(shown), true);
                }

                Toast(Texts.Of("toast.restored"));
                Tell(Topics.All);
                break;
            case RoomAdded { Room: var room }:
                Remember(room.Peer);
                Tell(Topics.Rooms);
                break;
            case RoomRemoved { Room: var room }:
                Finder.Hits.RemoveAll(hit => hit.Entry.Room == room.Id);
                if (room == Current)
                {
                    Toast(Texts.Of("toast.left", RoomName(room)));
                    SelectAfterLeaving();
                }

                Tell(Topics.Rooms);
                break;
            case RoomChanged { Room: var room }:
                Tell(room == Current ? Topics.Rooms | Topics.Timeline | Topics.Pending : Topics.Rooms);
                break;
            case EntryArrived arrived:
                TakeEntry(arrived);
                break;
            case SendChanged { Send: { State: SendState.Failed } failed }:
                if (failed.Kind is not (EntryKinds.Text or EntryKinds.Emoji))
                {
                    Toast(Texts.Of(failed.Error!));
                    Client.Discard(failed);
                }

                Tell(Topics.Pending);
                break;
            case FriendsChanged or BlocksChanged:
                foreach (var friend in Client.Friends)
                {
                    Remember(friend.Person);
                }

                Tell(Topics.People | Topics.Timeline);
                break;
            case FriendAddedNotice notice:
                Remember(notice.Person);
                Toast(Texts.Of("toast.friend-added", NameOf(notice.Person)), Texts.Of("person.write"), () => _ = WriteToAsync(notice.Person.Id));
                Notify(Texts.Of("toast.friend-added", NameOf(notice.Person)), "", "friend-" + notice.Person.Id, "");
                break;
            case InvitationsChanged:
                Tell(Topics.Rooms);
                break;
            case PresenceChanged presence:
                foreach (var person in presence.Came)
                {
                    Remember(person);
                }

                Tell(Topics.People | Topics.Members);
                break;
            case PersonTyping typing:
                TakeTyping(typing);
                break;
            case DevicesChanged or SettingsChanged:
                if (Layout.Dialog?.Kind == DialogKind.Manage && !Manages)
                {
                    Page.CloseDialog("dialog");
                }

                Tell(Topics.Devices);
                break;
            case ProblemOccurred { Error: var error }:
                Console.Error.WriteLine(error);
                break;
        }
    }

    private void TakeConnection(ConnectionState state)
    {
        Tell(Topics.Connection | Topics.Composer);
        if (state.Phase == ConnectionPhase.Online && Current is { } room)
        {
            _ = LoadMembersAsync(room);
            ReadUpToSeen();
            TimelineScroll.Recheck();
        }

        if (Current is null && state.Phase is ConnectionPhase.WaitingToRetry or ConnectionPhase.Failed)
        {
            // Nothing has come yet: the last view says so, or the empty page does.
            if (!Boot.Say("offline", Texts.Of(state.Phase == ConnectionPhase.Failed ? "connection.failed" : "connection.reconnecting")))
            {
                Boot.Ready();
            }
        }

        if (state.Phase == ConnectionPhase.SignedOut && !_leaving)
        {
            // Drafts and unsent messages stay for the next sign-in of the same person.
            Boot.Leave(AccountId, "signed-out");
        }

        if (state.Phase == ConnectionPhase.Failed)
        {
            Toast(state.Text ?? state.Cause?.Message ?? Texts.Of("connection.failed"));
        }
    }

    private void TakeEntry(EntryArrived arrived)
    {
        var (room, entry) = (arrived.Room, arrived.Entry);
        Remember(new AccountInfo { Id = entry.Sender, Name = entry.SenderName });
        if (entry.Subject is { } subject)
        {
            Remember(new AccountInfo { Id = subject, Name = entry.SubjectName });
        }

        Tell(room == Current ? Topics.Rooms | Topics.Timeline : Topics.Rooms);
        if (entry is { Kind: EntryKinds.Recall, Target: { } gone } && Finder.Hits.RemoveAll(hit => hit.Entry.Room == room.Id && hit.Entry.Seq == gone) > 0)
        {
            Tell(Topics.Timeline);
        }

        if (room == Current && EntryKinds.IsSystem(entry.Kind))
        {
            _ = LoadMembersAsync(room);
        }

        if (_typing.Remove((room.Id, entry.Sender)))
        {
            Tell(Topics.Typing);
        }

        if (!arrived.Live || entry.Sender == AccountId || entry.Counts != true)
        {
            return;
        }

        var mentions = entry.Mentions?.Contains(AccountId) == true;
        if (mentions && !(room == Current && Page.IsLooking()))
        {
            _mentioned.Add(room.Id);
        }

        if (room == Current)
        {
            if (!IsBlocked(entry.Sender))
            {
                Announce(Texts.Of("announce.message", entry.SenderName ?? Texts.Of("person.deleted"), Summary.Of(entry)));
            }

            if (!Following)
            {
                Tell(Topics.Timeline);
            }
        }

        NotifyOf(room, entry, mentions);
    }

    // Several messages of one moment are one announcement: a busy room must not talk without end.
    private async void Announce(string sentence)
    {
        _announcements.Add(sentence);
        if (_announcing)
        {
            return;
        }

        _announcing = true;
        await Task.Delay(1000);
        _announcing = false;
        Page.Announce(_announcements.Count > 3 ? Texts.Of("announce.many", _announcements.Count) : string.Join(" ", _announcements));
        _announcements.Clear();
    }
}
