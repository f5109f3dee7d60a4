using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Chatroom.Server.Storage.Sqlite;

/// <summary>
/// The embedded store: one file in WAL mode, one writer thread with group commit, a few readers.
/// Erased data leaves the database file with the erasing commit and the WAL within a minute.
/// </summary>
public sealed class SqliteChatStore : IChatStore
{
    private readonly Connection _connection;
    private readonly SqliteWriter _writer;
    private readonly ReaderPool _readers;
    private readonly Lock _gate = new();
    private Task? _closed;

    private SqliteChatStore(Connection connection, ReaderPool readers, SqliteStoreOptions options, ILogger log)
    {
        _connection = connection;
        _readers = readers;
        _writer = new SqliteWriter(connection, options, idle => BatchCommitted?.Invoke(idle), log);
    }

    public event Action<bool>? BatchCommitted;

    public string? Failure => _writer.Failure;

    public int Queued => _writer.Queued;

    /// <summary>Opens the database, creating it (mode 0600) or migrating it where needed. Its folder must exist.</summary>
    /// <exception cref="InvalidDataException">Not a database of this program, or one of a newer version; the file is as it was.</exception>
    /// <exception cref="SqliteException">The file cannot be opened, read or written.</exception>
    public static SqliteChatStore Open(string path, SqliteStoreOptions options, ILogger log)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxBatch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Readers, 1);
        if (options.Synchronous is not ("FULL" or "EXTRA" or "OFF"))
        {
            throw new ArgumentException("Synchronous is FULL, EXTRA or OFF.", nameof(options));
        }

        path = Path.GetFullPath(path);
        DatabaseFile.Prepare(path, log);
        var writer = Connection.Open(path, readOnly: false, options.Synchronous == "OFF" ? null : WalVfs.Name);
        try
        {
            // Checkpoints are the writer's matter, outside of commits: nobody waits for an acknowledgement meanwhile.
            writer.Execute(
                $"""
                PRAGMA synchronous = {options.Synchronous};
                PRAGMA secure_delete = ON;
                PRAGMA foreign_keys = OFF;
                PRAGMA temp_store = MEMORY;
                PRAGMA cache_size = -65536;
                PRAGMA journal_size_limit = 67108864;
                PRAGMA wal_autocheckpoint = 0;
                PRAGMA trusted_schema = OFF;
                """);
            using (var mode = writer.Prepare("PRAGMA journal_mode = WAL"))
            {
                if (!mode.Step() || mode.Text(0) != "wal")
                {
                    throw new InvalidDataException($"The file system of {path} does not allow SQLite's WAL mode.");
                }
            }

            MakeDurable(writer, path);
            return new SqliteChatStore(writer, new ReaderPool(path, options.Readers), options, log);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    public Task<T> WriteAsync<T>(Func<IStoreTransaction, T> change, Action<T>? committed = null, bool continueOnWriter = false)
    {
        var pending = new PendingChange<T>(change, committed, continueOnWriter);
        if (!_writer.Enqueue(pending))
        {
            pending.Fail(new ObjectDisposedException(nameof(SqliteChatStore)));
        }

        return pending.Task;
    }

    /// <exception cref="IOException">The file cannot be read or is damaged.</exception>
    public Task<T> ReadAsync<T>(Func<IStoreReader, T> read) => Task.Run(() => _readers.RunAsync(read));

    /// <summary>Finishes the changes queued and the reads that run, empties the WAL and closes the file.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closed ??= CloseAsync();
        }

        return new ValueTask(_closed);
    }

    // What a process that was killed, or whose fsync failed, left in the WAL is found there as if it were on the disk. A retry is acknowledged because of
    // it without a commit, so it has to be on the disk first: copied into the database, and the WAL empty for good. (After a failed fsync it is in memory
    // only and no fsync writes it; older pages that stayed in the WAL would then be taken for newer than the database's.)
    private static void MakeDurable(Connection writer, string path)
    {
        var code = writer.Checkpoint(truncate: true);
        if ((code & 0xFF) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_FULL)
        {
            return; // A backup reads, or there is no space: the WAL was synced all the same.
        }

        writer.Check(code);
        if (File.Exists(path + "-wal"))
        {
            using var wal = File.OpenHandle(path + "-wal", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            Durable.FsyncFile(wal);
        }
    }

    private async Task CloseAsync()
    {
        await _writer.StopAsync().ConfigureAwait(false);
        await _readers.CloseAsync().ConfigureAwait(false);
        if (Failure is null && _connection.Checkpoint(truncate: true) == raw.SQLITE_OK)
        {
            _connection.Dispose();
        }
        else
        {
            _connection.CloseWithoutCheckpoint();
        }
    }
}
