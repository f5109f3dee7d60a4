using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Chatroom.Server.Storage.Sqlite;

/// <summary>
/// One committed state of a database as a file of its own, taken while a server may be writing: a reader of WAL mode sees the state at its first read
/// and nothing after it, also from another process. The file is not in WAL mode, so that nothing beside it belongs to it.
/// </summary>
internal static class DatabaseSnapshot
{
    private const int Page = 1000;

    /// <summary>Copies the newest committed state; durable on return.</summary>
    /// <param name="target">Replaced when it is there.</param>
    /// <param name="progress">Bytes copied, and bytes in all.</param>
    /// <exception cref="InvalidDataException">Not a database of this program, or the copy does not hold together.</exception>
    /// <exception cref="IOException">Reading or writing failed.</exception>
    public static void Take(string source, string target, Action<long, long> progress, CancellationToken cancellation)
    {
        DatabaseFile.CheckHeader(source);
        Remove(target);
        Durable.CreateNew(target).Dispose();
        try
        {
            Copy(source, target, progress, cancellation);
        }
        catch (SqliteException error)
        {
            throw new IOException($"The database {source} cannot be copied to {target}: {error.Message}", error);
        }

        using (var file = File.OpenHandle(target, FileMode.Open, FileAccess.ReadWrite))
        {
            Durable.FsyncFile(file);
        }

        Durable.FsyncDirectory(Durable.DirectoryOf(target));
    }

    /// <summary>The files whose content is complete in a database that nobody writes: id and size of the content.</summary>
    public static IEnumerable<FileRow> Files(string database)
    {
        using var connection = Connection.Open(database, readOnly: true);
        var reader = new StoreReader(connection);
        for (var after = ""; reader.Files(after, Page) is { Count: > 0 } rows; after = rows[^1].Id)
        {
            foreach (var row in rows.Where(r => r.State == FileState.Complete))
            {
                yield return row;
            }
        }
    }

    public static void Remove(string target)
    {
        foreach (var ending in (string[])["", "-journal", "-wal", "-shm"])
        {
            File.Delete(target + ending);
        }
    }

    private static void Copy(string source, string target, Action<long, long> progress, CancellationToken cancellation)
    {
        using var to = Connection.Open(target, readOnly: false);

        // Made durable in one go at the end; a copy that was cut off is thrown away.
        to.Execute("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF");
        var from = Connection.Open(source, readOnly: true);
        try
        {
            // The first read fixes the state, BEGIN alone does not.
            from.Execute("BEGIN");
            var pageSize = from.Scalar("PRAGMA page_size");
            from.Scalar("SELECT count(*) FROM sqlite_schema");
            from.CopyTo(to, (done, all) => progress(done * pageSize, all * pageSize), cancellation);
        }
        finally
        {
            // The log is the server's to copy into its database.
            from.CloseWithoutCheckpoint();
        }

        to.Execute("PRAGMA journal_mode = DELETE");
        using var check = to.Prepare("PRAGMA quick_check(1)");
        if (!check.Step() || check.Text(0) != "ok")
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture, $"The copy of the database {source} does not hold together ({check.Text(0)}). Stop the server and run `chatroom verify`."));
        }
    }
}
