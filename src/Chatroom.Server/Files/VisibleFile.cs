using Chatroom.Server.Commands;
using Chatroom.Server.Rooms;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Files;

/// <summary>A completed file whose entry the caller may see now: the only way to a content.</summary>
/// <param name="Names">Null once recalled.</param>
internal sealed record VisibleFile(FileRow Row, FileNames? Names)
{
    /// <summary>Null for a file that does not exist, is not complete, or is nothing to the caller: an outsider learns nothing.</summary>
    public static VisibleFile? Find(ChatCore core, IStoreReader store, Caller caller, string? id) =>
        FileVault.IsFileId(id) && store.File(id!) is { State: not FileState.Uploading, Seq: { } seq } row
        && MemberReads.TryOpen(store, caller, Ids.Room(row.Room)) is { } room && room.Visible.Contains(seq)
            ? new VisibleFile(row, row.State == FileState.Complete ? core.Vault.OpenFile(row) : null)
            : null;
}
