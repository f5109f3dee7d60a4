using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Rooms;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>EDIT: a new text for a text of one's own.</summary>
internal static class Edit
{
    public static Plan Plan(Request<EditRequest> request)
    {
        var body = request.Body;
        if (Content.Problem(body.Text) is { } problem)
        {
            return problem;
        }

        return Content.TryMentions(body.Mentions, out var mentions, out var refusal)
            ? Commands.Plan.To(change => Make(change, body, new EntryBody { Text = body.Text, Mentions = mentions, TargetSender = Ids.Account(change.Caller.Account) }))
            : refusal;
    }

    private static Reply Make(Change change, EditRequest body, EntryBody text)
    {
        if (!change.TryEnter(body.Room, out var room, out var refusal) || !Content.TryTarget(change, room, body.Target, out var target, out refusal)
            || !Destination.MayWrite(change, room.Room, out refusal) || !Content.MayChange(change, target, EntryKind.Edit, out refusal))
        {
            return refusal;
        }

        return target.Kind == EntryKind.Text && target.Sender == change.Caller.Account
            ? change.ReplyWith(change.Append(room.Room, EntryKind.Edit, text, target.Seq).Entry)
            : Reply.Refuse(Code.InvalidTarget, "Only a text of one's own can be edited.", "target");
    }
}
