using Chatroom.Server.Diagnostics;
using Chatroom.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Chatroom.Server.Files;

/// <summary>Removes uploads that nobody continues, and contents that no row needs (left by a crash between a commit and the removal).</summary>
internal sealed class FileSweeper(FileVault vault, IChatStore store, TimeSpan uploadTime, TimeProvider clock, ILogger log)
{
    private const int Page = 200;

    public async Task RemoveStaleAsync()
    {
        var limit = (clock.GetUtcNow() - uploadTime).ToUnixTimeMilliseconds();
        var count = 0;
        bool more;
        do
        {
            var rows = await store.ReadAsync(s => s.StaleUploads(limit, Page));
            var removed = 0;
            foreach (var row in rows.Where(r => !vault.Uploads.IsHeld(r.Id)))
            {
                if (await store.WriteAsync(s => Delete(s, row.Id, limit)))
                {
                    vault.TryErase(row.Id);
                    removed++;
                }
            }

            count += removed;
            more = rows.Count == Page && removed > 0;
        }
        while (more);
        if (count > 0)
        {
            log.UploadsSwept(count);
        }
    }

    /// <summary>Also reports files whose content is missing, by their rows.</summary>
    public async Task RemoveOrphansAsync(CancellationToken cancellation)
    {
        var count = 0;
        foreach (var file in OnDisk())
        {
            cancellation.ThrowIfCancellationRequested();

            // A row comes before its content: seen on disk first and not found afterwards, it is not needed.
            switch (await store.ReadAsync(s => s.File(file)))
            {
                case null or { State: FileState.Erased }:
                    vault.TryErase(file);
                    count++;
                    break;
                case { State: FileState.Complete } when BlobPaths.IsComplete(vault.PathOf(file)):
                    BlobPaths.Discard(vault.PathOf(file));
                    break;
                default:
                    break;
            }
        }

        if (count > 0)
        {
            log.OrphansRemoved(count);
        }

        await ReportMissingAsync(cancellation);
    }

    private async Task ReportMissingAsync(CancellationToken cancellation)
    {
        var last = "";
        while (await store.ReadAsync(s => s.Files(last, Page)) is { Count: > 0 } rows)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var row in rows.Where(r => r.State == FileState.Complete && !BlobPaths.IsComplete(vault.PathOf(r.Id))))
            {
                // It may have been recalled since the page was read.
                if (await store.ReadAsync(s => s.File(row.Id)) is { State: FileState.Complete })
                {
                    log.FileMissing(row.Id);
                }
            }

            last = rows[^1].Id;
        }
    }

    private static bool Delete(IStoreTransaction store, string file, long limit)
    {
        if (store.File(file) is not { State: FileState.Uploading } row || row.Progress >= limit)
        {
            return false;
        }

        store.DeleteFile(file);
        return true;
    }

    /// <summary>Ids of all files of which anything is on disk; names of another form are not ours and stay.</summary>
    private IEnumerable<string> OnDisk() => Directory.EnumerateDirectories(vault.Root)
        .SelectMany(folder => Directory.EnumerateFiles(folder).Select(Path.GetFileNameWithoutExtension).Distinct().ToList())
        .Where(FileVault.IsFileId)!;
}
