using Chatroom.Server.Commands;
using Chatroom.Server.Files;
using Chatroom.Server.Storage;
using Chatroom.Server.Storage.Sqlite;

namespace Chatroom.Server.Maintenance.Backups;

/// <summary>A backup that was made.</summary>
public sealed record BackupReport(string Path, BackupManifest Manifest);

/// <summary>
/// Copies the data folder of a server that may be running, from another process, without its lock and without any key: everything stays sealed as it is on disk.
/// The order makes it consistent: first one committed state of the database, then the contents it names, which never change once they are complete. A
/// content that is gone by then was erased after that state: then a newer state is taken, which does not name it. So what is recalled while a backup is made is
/// not in it, and nothing that the database names is missing. The key ring comes last, for it only ever gains keys.
/// </summary>
public static class BackupMaker
{
    internal const int BufferSize = 1 << 20;

    // Each round is short but the first: only what came since is copied.
    private const int Rounds = 20;

    /// <param name="data">The data folder.</param>
    /// <param name="to">A folder, or a file when it ends in <c>.tar</c>; nothing may be there yet.</param>
    /// <param name="progress">Told a line now and then.</param>
    /// <exception cref="BackupException">Nothing is left at <paramref name="to"/>.</exception>
    /// <exception cref="IOException">Reading or writing failed; nothing is left.</exception>
    /// <exception cref="InvalidDataException">The database is not one of this program, or damaged.</exception>
    public static Task<BackupReport> RunAsync(string data, string to, Action<string> progress, CancellationToken cancellation) =>
        RunAsync(data, to, progress, TimeProvider.System, between: null, cancellation);

    /// <param name="between">For tests: called between the database's state and its files, where the race is.</param>
    internal static async Task<BackupReport> RunAsync(
        string data, string to, Action<string> progress, TimeProvider clock, Func<Task>? between, CancellationToken cancellation)
    {
        var folder = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(data));
        Check(folder, data, to);
        await using var target = BackupTarget.Create(to);
        BackupSpace.Check(Durable.DirectoryOf(target.Path), Estimate(folder));
        var run = new Run(folder, target, new BackupPace(progress, clock), clock);
        var manifest = await run.CopyAsync(between, cancellation);
        await target.CommitAsync(cancellation);
        return new BackupReport(target.Path, manifest);
    }

    private static void Check(string folder, string data, string to)
    {
        FolderAccess.CheckCanRead(folder);
        if (!DataFolder.IsUsed(folder))
        {
            throw new BackupException($"{data} holds no Chatroom data. Check --data.");
        }

        if (!File.Exists(System.IO.Path.Combine(folder, BackupParts.KeyRing)) || !File.Exists(DataFolder.DatabaseIn(folder)))
        {
            throw new BackupException($"{data} has not both a database and a keyring.json: a backup of it could not be opened. If the server is starting for the first time, try again in a moment.");
        }

        if (System.IO.Path.GetFullPath(to).StartsWith(folder + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new BackupException($"{to} is in the data folder. Put the backup somewhere else, best on another disk.");
        }
    }

    // From names and lengths alone, without the database: a little more than needed when there are unfinished uploads.
    private static long Estimate(string folder)
    {
        var database = DataFolder.DatabaseIn(folder);
        var log = new System.IO.FileInfo(database + "-wal");
        var files = new DirectoryInfo(System.IO.Path.Combine(folder, "files"));
        return (2 * new System.IO.FileInfo(database).Length) + (log.Exists ? log.Length : 0)
            + (files.Exists ? files.EnumerateFiles("*", SearchOption.AllDirectories).Sum(Length) : 0);
    }

    private static long Length(System.IO.FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            // Erased since its folder was listed: it will not be copied.
            return 0;
        }
    }

    private sealed class Run(string folder, BackupTarget target, BackupPace pace, TimeProvider clock)
    {
        private readonly Dictionary<string, long> have = [];

        public async Task<BackupManifest> CopyAsync(Func<Task>? between, CancellationToken cancellation)
        {
            HashSet<string> before = [];
            for (var round = 1; ; round++)
            {
                // Before the state is taken: what was acknowledged until here is in it.
                var made = clock.GetUtcNow();
                DatabaseSnapshot.Take(DataFolder.DatabaseIn(folder), target.Database, (done, all) => pace.At("database", done, all), cancellation);
                await (between?.Invoke() ?? Task.CompletedTask);
                var named = DatabaseSnapshot.Files(target.Database).ToDictionary(f => f.Id, f => f.Size);
                var gone = await FilesAsync(named, cancellation);

                // Gone under two states: nobody erased it in between, it has been missing before.
                if (gone.IsSubsetOf(before))
                {
                    return await RestAsync(made, named, [.. gone.Order(StringComparer.Ordinal)], cancellation);
                }

                if (round == Rounds)
                {
                    throw new BackupException($"Files were erased faster than they could be copied, {Rounds} times in a row. Nothing was kept; try again when less is going on.");
                }

                before = gone;
            }
        }

        private async Task<HashSet<string>> FilesAsync(Dictionary<string, long> named, CancellationToken cancellation)
        {
            var gone = new HashSet<string>();
            var (done, all) = (have.Values.Sum(), named.Values.Sum());
            foreach (var (id, size) in named.Where(f => !have.ContainsKey(f.Key)))
            {
                if (await TryFileAsync(id, cancellation))
                {
                    have[id] = size;
                    pace.At("files", done += size, all);
                }
                else
                {
                    gone.Add(id);
                }
            }

            return gone;
        }

        private async Task<bool> TryFileAsync(string id, CancellationToken cancellation)
        {
            var name = BackupParts.OfFile(id);
            FileStream content;
            try
            {
                content = Open(name);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                // What to do about it is decided by the next state of the database.
                return false;
            }

            // Once open it can be read to its end, whoever erases it.
            await using (content)
            {
                await target.AddAsync(name, content, cancellation);
                return true;
            }
        }

        private async Task<BackupManifest> RestAsync(DateTimeOffset made, Dictionary<string, long> named, string[] missing, CancellationToken cancellation)
        {
            foreach (var id in have.Keys.Except(named.Keys).ToList())
            {
                target.Remove(BackupParts.OfFile(id));
            }

            foreach (var name in BackupParts.Certificate.Append(BackupParts.KeyRing).Where(n => File.Exists(BackupParts.PathIn(folder, n))))
            {
                await using var part = Open(name);
                await target.AddAsync(name, part, cancellation);
            }

            var manifest = new BackupManifest(
                BackupManifest.CurrentFormat, made, ServerFacts.Version, new System.IO.FileInfo(target.Database).Length, named.Count - missing.Length,
                named.Where(f => !missing.Contains(f.Key)).Sum(f => BlobIo.FileLength(f.Value)), missing);
            await target.AddAsync(BackupParts.Manifest, new MemoryStream(manifest.Json()), cancellation);
            return manifest;
        }

        private FileStream Open(string name) => new(
            BackupParts.PathIn(folder, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferSize, FileOptions.Asynchronous | FileOptions.SequentialScan);
    }
}
