using Chatroom.Server.Storage;
using Chatroom.Server.Storage.Sqlite;

namespace Chatroom.Server.Maintenance.Backups;

/// <summary>Where a backup is written: under a temporary name that becomes the real one when everything is complete and on the disk.</summary>
internal abstract class BackupTarget : IAsyncDisposable
{
    protected BackupTarget(string path)
    {
        Path = path;
        Draft = path + ".partial";
    }

    /// <summary>The name the backup gets.</summary>
    public string Path { get; }

    /// <summary>Where the database's state is put; it becomes a part in <see cref="CommitAsync"/>.</summary>
    public abstract string Database { get; }

    protected string Draft { get; }

    protected bool Committed { get; set; }

    /// <summary>A folder, or one file when the name ends in <c>.tar</c>.</summary>
    /// <exception cref="BackupException">Something has that name already, or its folder is not there.</exception>
    public static BackupTarget Create(string to)
    {
        var path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(to));
        var parent = System.IO.Path.GetDirectoryName(path);
        if (!Directory.Exists(parent))
        {
            throw new BackupException($"There is no folder {parent ?? path} to put the backup in. Make it, or mount the disk that has it.");
        }

        if (System.IO.Path.Exists(path))
        {
            throw new BackupException($"There is already something at {path}; a backup overwrites nothing. Choose another name, such as one with the date.");
        }

        if (System.IO.Path.Exists(path + ".partial"))
        {
            throw new BackupException($"There is {path}.partial: another backup to this place is running, or one was cut off. If none is running, remove it, or choose another name.");
        }

        return path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase) ? new TarTarget(path) : new FolderTarget(path);
    }

    public abstract Task AddAsync(string name, Stream content, CancellationToken cancellation);

    /// <summary>Takes a content away that the newest state does not name any more, where that is possible.</summary>
    /// <returns>False: it stays, and is not restored.</returns>
    public abstract bool Remove(string name);

    /// <summary>Adds the database, makes everything durable and gives it its name.</summary>
    public abstract Task CommitAsync(CancellationToken cancellation);

    /// <summary>Removes what was not committed.</summary>
    public abstract ValueTask DisposeAsync();
}

internal sealed class FolderTarget : BackupTarget
{
    public FolderTarget(string path)
        : base(path) => Durable.CreateDirectories(Draft);

    public override string Database => System.IO.Path.Combine(Draft, BackupParts.Database);

    public override async Task AddAsync(string name, Stream content, CancellationToken cancellation)
    {
        var path = BackupParts.PathIn(Draft, name);
        Durable.CreateDirectories(Durable.DirectoryOf(path));
        await using var file = Durable.CreateNew(path);
        await content.CopyToAsync(file, BackupMaker.BufferSize, cancellation);
        Durable.FsyncFile(file.SafeFileHandle);
    }

    public override bool Remove(string name)
    {
        File.Delete(BackupParts.PathIn(Draft, name));
        return true;
    }

    public override Task CommitAsync(CancellationToken cancellation)
    {
        foreach (var folder in Directory.EnumerateDirectories(Draft, "*", SearchOption.AllDirectories).Append(Draft))
        {
            cancellation.ThrowIfCancellationRequested();
            Durable.FsyncDirectory(folder);
        }

        Directory.Move(Draft, Path);
        Committed = true;
        Durable.FsyncDirectory(Durable.DirectoryOf(Path));
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        if (!Committed)
        {
            Directory.Delete(Draft, recursive: true);
        }

        return ValueTask.CompletedTask;
    }
}
