using Chatroom.Protocol.Messages;
using Chatroom.Server.Rooms;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>RENAME_GROUP, by moderators.</summary>
internal static class RenameGroup
{
    public static Plan Plan(Request<RoomTextRequest> request)
    {
        var body = request.Body;
        if (!GroupNames.TryCheck(body.Text, out var name, out var refused))
        {
            return refused;
        }

        return Commands.Plan.To(change =>
        {
            if (!change.TryEnter(body.Room, out var room, out var refusal))
            {
                return refusal;
            }

            if (room.Room.Kind != RoomKind.Group || !room.CanModerate)
            {
                return Reply.Forbidden("Only moderators of a group can rename it.");
            }

            var key = room.Room.Public ? change.Core.Vault.RoomKey(name.Key) : null;
            if (key is not null && change.Store.PublicRoomByName(key) is { } other && other.Id != room.Room.Id)
            {
                return GroupNames.Taken();
            }

            var info = change.Core.Vault.OpenRoom(room.Room) with { Name = name.Display };
            var row = room.Room with { NameKey = key, SealedInfo = change.Core.Vault.SealRoom(room.Room.Id, info) };
            change.Store.UpdateRoom(row);
            return change.ReplyWith(change.Append(row, EntryKind.Rename, new EntryBody { Text = name.Display }).Entry);
        });
    }
}

/// <summary>SET_TOPIC, by moderators; in the lobby by the server's admins.</summary>
internal static class SetTopic
{
    public static Plan Plan(Request<RoomTextRequest> request)
    {
        var body = request.Body;
        if (GroupNames.TopicProblem(body.Text) is { } problem)
        {
            return problem;
        }

        return Commands.Plan.To(change =>
        {
            if (!change.TryEnter(body.Room, out var room, out var refusal))
            {
                return refusal;
            }

            if (room.Room.Kind == RoomKind.Private || !room.CanModerate)
            {
                return Reply.Forbidden("Only moderators set the topic.");
            }

            var info = change.Core.Vault.OpenRoom(room.Room) with { Topic = body.Text!.Length == 0 ? null : body.Text };
            var row = room.Room with { SealedInfo = change.Core.Vault.SealRoom(room.Room.Id, info) };
            change.Store.UpdateRoom(row);
            return change.ReplyWith(change.Append(row, EntryKind.Topic, new EntryBody { Text = body.Text }).Entry);
        });
    }
}

/// <summary>SET_GROUP_OPTIONS: whether the group is listed, and what newcomers see; by owners.</summary>
internal static class SetGroupOptions
{
    public static Plan Plan(Request<GroupOptionsRequest> request)
    {
        var body = request.Body;
        var history = HistoryPolicy.FromJoin;
        if (body.History is not null && !Words.TryHistory(body.History, out history))
        {
            return Reply.Wrong("history is `all` or `join`.", "history");
        }

        return Commands.Plan.To(change =>
        {
            if (!change.TryEnter(body.Room, out var room, out var refusal))
            {
                return refusal;
            }

            if (room.Room.Kind != RoomKind.Group || room.Rank < RoomRole.Owner)
            {
                return Reply.Forbidden("Only owners of a group change its options.");
            }

            var row = room.Room with { Public = body.Public ?? room.Room.Public, History = body.History is null ? room.Room.History : history };
            row = row with { NameKey = row.Public ? Key(change, room.Room) : null };
            if (row.NameKey is { } key && change.Store.PublicRoomByName(key) is { } other && other.Id != row.Id)
            {
                return GroupNames.Taken();
            }

            change.Store.UpdateRoom(row);
            var entry = new EntryBody { Public = row.Public, History = Words.Of(row.History) };
            return change.ReplyWith(change.Append(row, EntryKind.Options, entry).Entry);
        });
    }

    private static byte[] Key(Change change, RoomRow room) =>
        change.Core.Vault.RoomKey(Names.NameRules.CheckGroup(change.Core.Vault.OpenRoom(room).Name ?? "").Key);
}
