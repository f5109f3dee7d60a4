using System.Formats.Tar;
using Chatroom.Server.Storage;
using Chatroom.Server.Storage.Sqlite;

namespace Chatroom.Server.Maintenance.Backups;

/// <summary>One file (pax, POSIX.1-2001, which has no limit on sizes), not compressed: sealed bytes cannot be.</summary>
internal sealed class TarTarget : BackupTarget
{
    private const UnixFileMode Mode = Durable.OwnerOnly;
    private readonly FileStream file;
    private readonly TarWriter tar;

    public TarTarget(string path)
        : base(path)
    {
        file = Durable.CreateNew(Draft);
        tar = new TarWriter(file, TarEntryFormat.Pax, leaveOpen: true);
    }

    // Taken anew when a file was erased meanwhile, which an archive could not: it is appended when it is final.
    public override string Database => Draft + ".db";

    public override Task AddAsync(string name, Stream content, CancellationToken cancellation) =>
        tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = content, Mode = Mode }, cancellation);

    public override bool Remove(string name) => false;

    public override async Task CommitAsync(CancellationToken cancellation)
    {
        await using (var database = File.OpenRead(Database))
        {
            await AddAsync(BackupParts.Database, database, cancellation);
        }

        await tar.DisposeAsync();
        Durable.FsyncFile(file.SafeFileHandle);
        await file.DisposeAsync();
        DatabaseSnapshot.Remove(Database);

        // Not File.Move with overwriting: somebody may have made the name meanwhile.
        Durable.Rename(Draft, Path, replace: false);
        Committed = true;
    }

    public override async ValueTask DisposeAsync()
    {
        await tar.DisposeAsync();
        await file.DisposeAsync();
        DatabaseSnapshot.Remove(Database);
        if (!Committed)
        {
            File.Delete(Draft);
        }
    }
}
