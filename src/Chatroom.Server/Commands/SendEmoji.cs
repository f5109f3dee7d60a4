using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Rooms;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>SEND_EMOJI: one emoji, as itself or by one of the four words of Chatroom 2.0.</summary>
internal static class SendEmoji
{
    public static Plan Plan(Request<SendEmojiRequest> request)
    {
        var body = request.Body;
        return Texts.TryEmoji(body.Emoji, out var emoji)
            ? Commands.Plan.To(change => Destination.TryFind(change, body.Room, body.To, out var found, out var other, out var refusal)
                ? change.ReplyWith(change.Append(Destination.Enter(change, found, other).Room, EntryKind.Emoji, new EntryBody { Emoji = emoji }).Entry)
                : refusal)
            : NotEmoji();
    }

    public static Reply NotEmoji() => Reply.Refuse(Code.SendEmojiError, "This is not one emoji. Send it as a text.", "emoji");
}
