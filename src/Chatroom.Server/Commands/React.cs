using Chatroom.Protocol.Messages;
using Chatroom.Server.Rooms;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>REACT: puts an emoji on a message or takes it off.</summary>
internal static class React
{
    public static Plan Plan(Request<TargetRequest> request)
    {
        var body = request.Body;
        if (!Texts.TryEmoji(body.Emoji, out var emoji))
        {
            return SendEmoji.NotEmoji();
        }

        return Commands.Plan.To(change =>
        {
            if (!change.TryEnter(body.Room, out var room, out var refusal) || !Content.TryTarget(change, room, body.Target, out var target, out refusal)
                || !Destination.MayWrite(change, room.Room, out refusal) || !Content.MayChange(change, target, EntryKind.Reaction, out refusal))
            {
                return refusal;
            }

            var entry = new EntryBody { Emoji = emoji, On = body.On ?? true, TargetSender = Ids.Account(target.Sender) };
            return change.ReplyWith(change.Append(room.Room, EntryKind.Reaction, entry, target.Seq).Entry);
        });
    }
}
