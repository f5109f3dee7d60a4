using System.Text;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Names;
using Chatroom.Server.Rooms;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>CREATE_GROUP: public (listed, open) or private (by invitation); the creator owns it.</summary>
internal static class CreateGroup
{
    public static Plan Plan(Request<CreateGroupRequest> request)
    {
        var body = request.Body;
        if (!GroupNames.TryCheck(body.Name, out var name, out var refusal))
        {
            return refusal;
        }

        if (GroupNames.TopicProblem(body.Topic ?? "") is { } problem)
        {
            return problem;
        }

        var open = body.Public ?? false;
        var history = open ? HistoryPolicy.All : HistoryPolicy.FromJoin;
        if (body.History is not null && !Words.TryHistory(body.History, out history))
        {
            return Reply.Wrong("history is `all` or `join`.", "history");
        }

        return Commands.Plan.To(change => Make(change, body, name, open, history));
    }

    private static Reply Make(Change change, CreateGroupRequest body, NameCheck name, bool open, HistoryPolicy history)
    {
        var (store, me) = (change.Store, change.Caller.Account);
        if (GroupNames.TooMany(change) is { } many)
        {
            return many;
        }

        var key = open ? change.Core.Vault.RoomKey(name.Key) : null;
        if (key is not null && store.PublicRoomByName(key) is not null)
        {
            return GroupNames.Taken();
        }

        var id = Ids.New();
        var info = change.Core.Vault.SealRoom(id, new RoomInfo { Name = name.Display, Topic = body.Topic });
        var room = new RoomRow(id, RoomKind.Group, key, info, open, history, change.Now, me, 0, change.Core.Vault.NoHead(id), 0);
        store.InsertRoom(room);
        var membership = new MembershipRow(id, me, 1, null, RoomRole.Owner);
        store.InsertMembership(membership);
        change.After(hub => hub.Subscribe(me, id));
        change.Touch(me, ItemKind.Room, id);
        (room, _) = change.Append(room, EntryKind.Create, new EntryBody { Text = name.Display });
        store.AdvancePosition(id, me, 1);
        return Reply.Of(Code.GroupCreated, new RoomJoined { Room = change.Core.Rooms.State(store, room, membership, 1) });
    }
}

/// <summary>What groups may be called, and how many one may be in.</summary>
internal static class GroupNames
{
    public const int TopicBytes = 1024;

    public static bool TryCheck(string? text, out NameCheck name, out Reply refusal)
    {
        name = NameRules.CheckGroup(text ?? "");
        refusal = name.Ok ? null! : Reply.Refuse(name.Problem);
        return name.Ok;
    }

    public static Reply? TopicProblem(string? topic) =>
        topic is null ? Reply.Wrong("Say the topic; an empty text takes it away.", "text")
        : Encoding.UTF8.GetByteCount(topic) > TopicBytes || !Texts.IsClean(topic)
            ? Reply.Wrong($"A topic is at most {TopicBytes} bytes, without control characters.", "topic")
            : null;

    public static Reply Taken() => Reply.Refuse(Code.NameTaken, "There is a public group of this name. Choose another.", "name");

    /// <summary>Groups only: the lobby and private chats are not counted, and looked at only when there are enough rooms for it to matter.</summary>
    public static Reply? TooMany(Change change)
    {
        var most = change.Core.Options.MaxRooms;
        var rooms = change.Store.RoomsOf(change.Caller.Account);
        return rooms.Count > most && rooms.Count(r => change.Store.Room(r.Room) is { Kind: RoomKind.Group }) >= most
            ? Reply.Refuse(Code.LimitReached, $"You are in {most} groups, which is the limit here. Leave one first.")
            : null;
    }
}
