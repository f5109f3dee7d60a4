using Chatroom.Protocol.Messages;
using Chatroom.Server.Rooms;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>
/// RECALL: erases the content of a message, its edits and its file; the place and the digest stay, so the chain still verifies. Authors recall
/// their own, moderators others'.
/// </summary>
internal static class Recall
{
    public static Plan Plan(Request<TargetRequest> request)
    {
        var body = request.Body;
        return Commands.Plan.To(change =>
        {
            if (!change.TryEnter(body.Room, out var room, out var refusal) || !Content.TryTarget(change, room, body.Target, out var target, out refusal))
            {
                return refusal;
            }

            var own = target.Sender == change.Caller.Account;
            if (!own && (!room.CanModerate || room.Room.Kind == RoomKind.Private))
            {
                return Reply.Forbidden("Only its author or a moderator can recall a message.");
            }

            EraseFile(change, target);
            change.Store.EraseEntry(room.Room.Id, target.Seq);
            change.Store.EraseEdits(room.Room.Id, target.Seq);
            change.After(_ => change.Core.Search.Touched(room.Room.Id, target.Seq, erased: true));
            change.Store.SetPin(room.Room.Id, target.Seq, 0, on: false);
            if (!own)
            {
                change.Audit("recall", target.Sender, room.Room.Id);
            }

            var entry = new EntryBody { TargetSender = Ids.Account(target.Sender) };
            return change.ReplyWith(change.Append(room.Room, EntryKind.Recall, entry, target.Seq).Entry);
        });
    }

    private static void EraseFile(Change change, EntryRow target)
    {
        if (target.Kind == EntryKind.File && change.Core.Vault.OpenEntry(target).File is { } file && change.Store.File(file.Id) is { } row)
        {
            change.Store.UpdateFile(row with { State = FileState.Erased, SealedInfo = null });
            change.After(_ => change.Core.Files.Erase(row.Id));
        }
    }
}
