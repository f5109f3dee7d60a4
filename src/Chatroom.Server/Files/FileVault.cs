using Chatroom.Server.Diagnostics;
using Chatroom.Server.Sealing;
using Chatroom.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Chatroom.Server.Files;

/// <summary>
/// The sealed contents of files: <c>&lt;data&gt;/files/xy/&lt;id&gt;</c>, x and y being the id's last characters. Owner of that folder. A row of the
/// store is always there before its content and goes before it, so content without a row is never needed.
/// </summary>
public sealed class FileVault : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StaleEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan OrphansEvery = TimeSpan.FromDays(1);

    private readonly KeyRing ring;
    private readonly IChatStore store;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly Lock gate = new();
    private readonly FileSweeper sweeper;
    private Task erasing = Task.CompletedTask;

    /// <param name="dataFolder">Exists; the folder of contents is made in it, durable, when it is not there.</param>
    /// <exception cref="IOException">The folder of contents cannot be made.</exception>
    public FileVault(KeyRing ring, IChatStore store, string dataFolder, ChatServerOptions options, TimeProvider clock, ILogger log)
    {
        (this.ring, this.store, this.clock, this.log) = (ring, store, clock, log);
        Root = Path.Combine(dataFolder, "files");
        Durable.CreateDirectories(Root);
        Durable.FsyncDirectory(dataFolder); // A process that was killed may have made the name and not synced it.
        Uploads = new UploadTable(OpenUploadAsync, clock);
        sweeper = new FileSweeper(this, store, TimeSpan.FromHours(options.UploadHours), clock, log);
    }

    internal string Root { get; }

    /// <summary>The uploads that are open now.</summary>
    internal UploadTable Uploads { get; }

    /// <summary>Whether this is the form of a file's id: anything else never becomes part of a path.</summary>
    public static bool IsFileId(string? id) =>
        id is { Length: 26 } && id[0] == 'f' && id.AsSpan().IndexOfAnyExcept("0123456789abcdefghjkmnpqrstvwxyz") < 0;

    /// <summary>
    /// Removes the content of a file, soon and in the background. Called after the commit that erased the file; never throws. What fails is logged
    /// and removed by a later sweep, for the row says that the content is not needed.
    /// </summary>
    public void Erase(string file)
    {
        lock (gate)
        {
            erasing = erasing.ContinueWith(_ => TryErase(file), TaskScheduler.Default);
        }
    }

    /// <summary>
    /// Until cancelled: closes idle uploads, removes those without progress for <see cref="ChatServerOptions.UploadHours"/>, and, at start and daily,
    /// content that no row needs.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var (stale, orphans) = (DateTimeOffset.MinValue, DateTimeOffset.MinValue);
        using var timer = new PeriodicTimer(Tick, clock);
        try
        {
            do
            {
                var now = clock.GetUtcNow();
                Uploads.CloseIdle();
                if (now - stale >= StaleEvery)
                {
                    stale = now;
                    await Guarded("remove stale uploads", sweeper.RemoveStaleAsync);
                }

                if (now - orphans >= OrphansEvery)
                {
                    orphans = now;
                    await Guarded("remove orphaned contents", () => sweeper.RemoveOrphansAsync(cancellation));
                }
            }
            while (await timer.WaitForNextTickAsync(cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            log.FileSweepsEnded();
        }
    }

    /// <summary>Opens a finished content.</summary>
    /// <exception cref="SealingException">Missing or damaged.</exception>
    /// <exception cref="IOException">The disk cannot be read.</exception>
    public BlobReader OpenReader(FileRow row) => BlobReader.Open(ring, PathOf(row.Id), row.Id, row.Size);

    internal string PathOf(string file) => IsFileId(file)
        ? Path.Combine(Root, file[^2..], file)
        : throw new ArgumentException("Not the id of a file.", nameof(file));

    /// <summary>Removes content and unfinished parts, durable on return.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    internal void EraseNow(string file)
    {
        var path = PathOf(file);
        Uploads.Close(file);
        if (Directory.Exists(Path.GetDirectoryName(path)))
        {
            BlobPaths.Erase(path);
        }
    }

    /// <summary>As <see cref="EraseNow"/>, but what fails is logged.</summary>
    internal void TryErase(string file)
    {
        try
        {
            EraseNow(file);
        }
        catch (Exception e)
        {
            log.FileNotErased(file, e);
        }
    }

    /// <summary>Waits until everything handed to <see cref="Erase"/> so far has been tried.</summary>
    internal Task ErasedAsync()
    {
        lock (gate)
        {
            return erasing;
        }
    }

    /// <summary>Closes open uploads (what is durable stays) and finishes erasing. Before the key ring is disposed.</summary>
    public async ValueTask DisposeAsync()
    {
        await ErasedAsync();
        Uploads.CloseAll();
    }

    /// <summary>The upload on disk, begun when there is none; null when its content is complete.</summary>
    /// <exception cref="FileNotFoundException">The store has no such upload.</exception>
    private async Task<UploadBlob?> OpenUploadAsync(string file, CancellationToken cancellation)
    {
        var path = PathOf(file);
        if (BlobPaths.IsComplete(path))
        {
            // Its completion was cut off, perhaps before the new name was durable; the entry comes after that.
            Durable.FsyncDirectory(Path.GetDirectoryName(path)!);
            return null;
        }

        // The one who held it before may have removed it.
        if (await store.ReadAsync(s => s.File(file)) is not { State: FileState.Uploading })
        {
            throw new FileNotFoundException($"There is no upload of {file}.");
        }

        if (BlobPaths.IsUnfinished(path) && UploadBlob.IsBlank(path))
        {
            BlobPaths.Discard(path);
        }

        if (BlobPaths.IsUnfinished(path))
        {
            try
            {
                return await UploadBlob.OpenAsync(ring, path, file, cancellation);
            }
            catch (SealingException e)
            {
                // Nothing of it can be saved; the client is told to begin at 0, and the SHA-256 still decides in the end.
                log.UploadDamaged(file, e);
                BlobPaths.Discard(path);
            }
        }

        // Also a folder that is there already: the process that made it may have been killed before it was durable.
        Durable.CreateDirectories(Path.GetDirectoryName(path)!);
        Durable.FsyncDirectory(Root);
        return UploadBlob.Create(ring, path, file);
    }

    private async Task Guarded(string task, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.BackgroundFailed(task, e);
        }
    }
}
