using Chatroom.Protocol.Messages;
using Chatroom.Server.Rooms;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>SEND_MESSAGE: a text to a room or a person. The reply is the entry itself.</summary>
internal static class SendMessage
{
    public static Plan Plan(Request<SendMessageRequest> request)
    {
        var body = request.Body;
        if (Content.Problem(body.Text) is { } problem)
        {
            return problem;
        }

        if (!Content.TryMentions(body.Mentions, out var mentions, out var refusal))
        {
            return refusal;
        }

        var text = new EntryBody { Text = body.Text, Mentions = mentions };

        // Sealed here, beside other requests, where the room is known and no thread has to be looked up.
        var ready = body.ReplyTo is null && Ids.TryRoom(body.Room, out var id)
            ? request.Core.Vault.SealEntry(id, request.Caller.Account, request.ClientId, text)
            : null;
        return Commands.Plan.To(change => Make(change, body, text, ready));
    }

    private static Reply Make(Change change, SendMessageRequest body, EntryBody text, byte[]? ready)
    {
        if (!Destination.TryFind(change, body.Room, body.To, out var found, out var other, out var refusal))
        {
            return refusal;
        }

        if (body.ReplyTo is { } replyTo)
        {
            if (found is null || !Content.TryTarget(change, found, replyTo, out var target, out refusal))
            {
                return found is null ? Reply.NoRoom() : refusal;
            }

            text = text with { ReplyTo = replyTo, Root = change.Core.Vault.OpenEntry(target).Root ?? replyTo };
        }

        var room = Destination.Enter(change, found, other);
        return change.ReplyWith(change.Append(room.Room, EntryKind.Text, text, sealedBody: ready).Entry);
    }
}
