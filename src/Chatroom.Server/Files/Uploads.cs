using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Commands;
using Chatroom.Server.Diagnostics;
using Chatroom.Server.Rooms;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;
using FileInfo = Chatroom.Protocol.Messages.FileInfo;

namespace Chatroom.Server.Files;

/// <summary>How far an upload is, or why it cannot go on.</summary>
/// <param name="Offset">Durable bytes.</param>
/// <param name="Entry">Once the file is complete and its entry committed.</param>
/// <param name="Refusal">When set, the rest means nothing.</param>
internal readonly record struct UploadState(long Offset, Entry? Entry, Reply? Refusal = null);

/// <summary>
/// The end of an upload: content verified and durable first, then one transaction that appends the entry, under the upload's client id. A crash
/// between the two leaves an upload whose offset is its size; the next request for it makes the transaction.
/// </summary>
internal static class Uploads
{
    public static string PathOf(string file) => "/files/" + file;

    public static FileInfo InfoOf(FileRow row, FileNames names) =>
        new() { Id = row.Id, Name = names.Name, Size = row.Size, Type = names.Type, Sha256 = names.Sha256 ?? "" };

    /// <summary>The request that opened the upload, with its room known: what makes a retry the same.</summary>
    public static byte[] Canonical(long room, FileNames names, long size, byte[] clientId) => WireJson.Write(new SendFileRequest
    {
        Room = Ids.Room(room),
        Name = names.Name,
        Size = size,
        Type = names.Type,
        Sha256 = names.Sha256,
        ClientId = Convert.ToHexStringLower(clientId),
    });

    public static byte[] Content(ChatCore core, FileRow row) =>
        core.Vault.OpenFile(row) is { } names ? Canonical(row.Room, names, row.Size, row.ClientId) : [];

    /// <summary>As <see cref="Changes"/> makes it.</summary>
    public static byte[] Digest(ChatCore core, byte[] content) => core.Vault.Digest([.. BitConverter.GetBytes((ushort)Code.SendFile), .. content]);

    public static Reply DiskFull() => Reply.Refuse(Code.StorageFull, "The server's disk is full. Nothing was changed; try again later.", retryAfterMs: 5000);

    public static Reply StoreFailed() =>
        Reply.Refuse(Code.StoreUnavailable, "The server cannot write to its disk. Nothing was acknowledged; its operator has to restart it.", retryAfterMs: 30_000);

    public static Reply Gone() => Reply.Refuse(Code.NotFound, "There is no such file, or you may not see it.");

    public static Reply Busy() => Reply.Refuse(Code.TooManyRequests, "Too many uploads go on at once. Let some of them end first.", retryAfterMs: 2000);

    /// <summary>Takes the upload over, completes it when it has all its bytes, and tells how far it is.</summary>
    public static async Task<UploadState> ResumeAsync(ChatCore core, Caller caller, FileRow row, CancellationToken cancellation)
    {
        try
        {
            using var lease = await core.Files.Uploads.TakeAsync(row, cancellation);
            return lease is null ? new UploadState(0, null, Busy()) : await StateAsync(core, caller, row, lease);
        }
        catch (FileNotFoundException)
        {
            return new UploadState(0, null, Gone());
        }
        catch (IOException e)
        {
            return new UploadState(0, null, DiskFailed(core, row, e));
        }
    }

    /// <summary>How far a held upload is; completes it when it has all its bytes.</summary>
    public static async Task<UploadState> StateAsync(ChatCore core, Caller caller, FileRow row, UploadLease lease)
    {
        if (lease.Blob is { } blob && blob.DurableLength < row.Size)
        {
            return new UploadState(blob.DurableLength, null);
        }

        var names = core.Vault.OpenFile(row);
        if (lease.Blob is { } whole)
        {
            try
            {
                await whole.CompleteAsync(row.Size, Convert.FromHexString(names?.Sha256 ?? ""));
            }
            catch (BlobMismatchException)
            {
                await RemoveAsync(core, row, lease);
                return new UploadState(0, null, Reply.Refuse(Code.HashMismatch, "The content is not the one announced: its SHA-256 differs. Send it again.", "sha256"));
            }
            catch (IOException e)
            {
                return new UploadState(0, null, DiskFailed(core, row, e));
            }
            finally
            {
                lease.CloseBlob();
            }
        }

        return await CommitAsync(core, caller, row, lease);
    }

    /// <summary>The SHA-256 of an upload that was opened without one; from here on the upload is like any other.</summary>
    /// <returns>The row as it is now; null when there is no such upload any more.</returns>
    public static Task<FileRow?> DeclareAsync(ChatCore core, FileRow row, byte[] sha256) => core.Store.WriteAsync(store =>
    {
        if (store.File(row.Id) is not { State: FileState.Uploading } now || core.Vault.OpenFile(now) is not { } names)
        {
            return null;
        }

        now = now with { SealedInfo = core.Vault.SealFile(now.Id, names with { Sha256 = Convert.ToHexStringLower(sha256) }) };
        store.UpdateFile(now);
        return now;
    });

    /// <summary>Removes the row, then the content: a crash between them leaves what the next sweep removes.</summary>
    /// <returns>False when it had been completed or removed meanwhile: nothing was done.</returns>
    public static async Task<bool> RemoveAsync(ChatCore core, FileRow row, UploadLease lease)
    {
        var removed = await core.Store.WriteAsync(store =>
        {
            var uploading = store.File(row.Id) is { State: FileState.Uploading };
            if (uploading)
            {
                store.DeleteFile(row.Id);
            }

            return uploading;
        });
        if (removed)
        {
            lease.CloseBlob();
            core.Files.TryErase(row.Id);
        }

        return removed;
    }

    /// <summary>Notes that the upload goes on, so that it is not taken for abandoned.</summary>
    public static Task ProgressAsync(ChatCore core, string file) => core.Store.WriteAsync(store =>
    {
        if (store.File(file) is { State: FileState.Uploading } row)
        {
            store.UpdateFile(row with { Progress = core.Now });
        }

        return 0;
    });

    public static Reply DiskFailed(ChatCore core, FileRow row, IOException e)
    {
        core.Log.UploadFailed(row.Id, e);
        return IsFull(e) ? DiskFull() : Reply.Refuse(Code.InternalError, "The server failed to do this. Its operator finds the cause in the log.");
    }

    private static async Task<UploadState> CommitAsync(ChatCore core, Caller caller, FileRow row, UploadLease lease)
    {
        var reply = await Changes.RunAsync(core, caller, null, Code.SendFile, row.ClientId, Content(core, row), change => Append(change, row.Id));
        if (!reply.Refused)
        {
            return new UploadState(row.Size, WireJson.Read<Entry>(reply.Body));
        }

        // Final: this upload will never become an entry. (Otherwise the client comes again, from this device or another.)
        if (reply.Code is not (Code.StorageFull or Code.StoreUnavailable or Code.InternalError or Code.TokenInvalid))
        {
            await RemoveAsync(core, row, lease);
        }

        return new UploadState(row.Size, null, reply);
    }

    // Everything is asked again here: much may have happened since the upload was opened.
    private static Reply Append(Change change, string file)
    {
        var (core, store, caller) = (change.Core, change.Store, change.Caller);
        if (store.File(file) is not { State: FileState.Uploading } row || core.Vault.OpenFile(row) is not { } names)
        {
            return Gone();
        }

        if (store.Account(caller.Account) is not { Disabled: false, Deleted: false } || (caller.SaidAt is null && store.Device(caller.Device) is not { Revoked: false }))
        {
            return Reply.Refuse(Code.TokenInvalid, "This device was signed out. Sign in again.");
        }

        if (!change.TryEnter(Ids.Room(row.Room), out var room, out var refusal) || !Destination.MayWrite(change, room.Room, out refusal))
        {
            return refusal;
        }

        var (_, entry) = change.Append(room.Room, EntryKind.File, new EntryBody { File = InfoOf(row, names) });
        store.UpdateFile(row with { State = FileState.Complete, Seq = entry.Seq, Progress = change.Now });
        return change.ReplyWith(entry);
    }

    // ENOSPC, and EDQUOT as Linux and macOS have it; ERROR_DISK_FULL on Windows.
    private static bool IsFull(IOException e) =>
        e is StoreFullException || (OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) == 112 : e.HResult is 28 or 122 or 69);
}
