using Chatroom.Protocol.Messages;
using Chatroom.Server.Rooms;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>PIN: pins a message or takes the pin off. Moderators in groups and the lobby, both in a private chat.</summary>
internal static class Pin
{
    public static Plan Plan(Request<TargetRequest> request)
    {
        var body = request.Body;
        return Commands.Plan.To(change =>
        {
            if (!change.TryEnter(body.Room, out var room, out var refusal) || !Content.TryTarget(change, room, body.Target, out var target, out refusal)
                || !Destination.MayWrite(change, room.Room, out refusal))
            {
                return refusal;
            }

            if (!room.CanModerate && room.Room.Kind != RoomKind.Private)
            {
                return Reply.Forbidden("Only moderators pin messages here.");
            }

            var on = body.On ?? true;
            var (_, entry) = change.Append(room.Room, EntryKind.Pin, new EntryBody { On = on, TargetSender = Ids.Account(target.Sender) }, target.Seq);
            change.Store.SetPin(room.Room.Id, target.Seq, entry.Seq, on);
            return change.ReplyWith(entry);
        });
    }
}
