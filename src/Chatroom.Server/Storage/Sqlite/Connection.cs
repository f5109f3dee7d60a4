using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Chatroom.Server.Storage.Sqlite;

/// <summary>One connection to the database file with its prepared statements. Used by one thread at a time; nothing in it locks.</summary>
internal sealed class Connection : IDisposable
{
    // Only another program on the same file can be in the way of the writer or of a reader: wait long before giving up.
    private const int BusyMilliseconds = 30_000;

    // A checkpoint waits for readers of an old state, and every change waits for the checkpoint.
    private const int CheckpointBusyMilliseconds = 500;

    // 4 MiB: cancelled within moments, and hardly a call more than in one go.
    private const int PagesPerStep = 1024;

    private readonly Dictionary<string, Statement> _statements = new(new ConstantText());
    private readonly sqlite3 _handle;

    static Connection() => Batteries_V2.Init();

    private Connection(sqlite3 handle) => _handle = handle;

    /// <summary>The first error since <see cref="ClearFault"/> that was not a constraint: whatever the caller caught, the transaction is lost.</summary>
    public SqliteException? Fault { get; private set; }

    /// <summary>For a test, which asks how SQLite runs them.</summary>
    internal IReadOnlyCollection<string> Texts => _statements.Keys;

    public int Changes => raw.sqlite3_changes(_handle);

    /// <summary>SQLite ends a transaction by itself after some errors.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>Pages written to the WAL since the last call.</summary>
    public int TakePagesWritten()
    {
        Check(raw.sqlite3_db_status(_handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, 1));
        return pages;
    }

    /// <param name="vfs">SQLite's access to files; null for its own.</param>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    public static Connection Open(string path, bool readOnly, string? vfs = null)
    {
        var flags = raw.SQLITE_OPEN_NOMUTEX | (readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE);
        var code = raw.sqlite3_open_v2(path, out var handle, flags, vfs);
        var connection = new Connection(handle);
        try
        {
            connection.Check(code);
            raw.sqlite3_extended_result_codes(handle, 1);
            raw.sqlite3_busy_timeout(handle, BusyMilliseconds);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The statement of a constant text, parsed at its first use.</summary>
    public Statement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v3(_handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var handle));
            statement = new Statement(this, handle);
            _statements.Add(sql, statement);
        }

        return statement.Fresh();
    }

    /// <summary>Runs statements once, without keeping them.</summary>
    public void Execute(string sql) => Check(raw.sqlite3_exec(_handle, sql));

    /// <summary>The first column of the first row; 0 when there is none.</summary>
    public long Scalar(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    /// <summary>Copies the WAL into the database; with <paramref name="truncate"/> it is empty afterwards.</summary>
    /// <returns>SQLITE_OK, SQLITE_BUSY when a reader was in the way, or an error; it is no <see cref="Fault"/>.</returns>
    public int Checkpoint(bool truncate)
    {
        raw.sqlite3_busy_timeout(_handle, CheckpointBusyMilliseconds);
        var mode = truncate ? raw.SQLITE_CHECKPOINT_TRUNCATE : raw.SQLITE_CHECKPOINT_PASSIVE;
        var code = raw.sqlite3_wal_checkpoint_v2(_handle, "main", mode, out _, out _);
        raw.sqlite3_busy_timeout(_handle, BusyMilliseconds);
        return code;
    }

    /// <summary>
    /// Copies the state that this connection's read transaction sees into another, empty database, page by page. Whoever writes meanwhile is not held
    /// up; only the WAL cannot be emptied before the end.
    /// </summary>
    /// <param name="progress">Pages copied and pages in all, after each step.</param>
    /// <exception cref="SqliteException">Reading or writing failed.</exception>
    public void CopyTo(Connection target, Action<long, long> progress, CancellationToken cancellation)
    {
        if (!InTransaction)
        {
            // SQLite would take a state for each step, and begin anew whenever another process has written in between: perhaps for ever.
            throw new InvalidOperationException("A copy needs a read transaction, so that all of it is one state.");
        }

        using var copy = raw.sqlite3_backup_init(target._handle, "main", _handle, "main");
        if (copy.IsInvalid)
        {
            throw target.Error(raw.sqlite3_errcode(target._handle));
        }

        int code;
        while ((code = raw.sqlite3_backup_step(copy, PagesPerStep)) == raw.SQLITE_OK)
        {
            cancellation.ThrowIfCancellationRequested();
            long all = raw.sqlite3_backup_pagecount(copy);
            progress(all - raw.sqlite3_backup_remaining(copy), all);
        }

        if (code != raw.SQLITE_DONE)
        {
            throw target.Error(code);
        }
    }

    /// <summary>After a failed write the file is left as it is, for the recovery at the next start.</summary>
    public void CloseWithoutCheckpoint()
    {
        Check(raw.sqlite3_db_config(_handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _));
        Dispose();
    }

    public void ClearFault() => Fault = null;

    public void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw Error(code);
        }
    }

    public Exception Error(int code)
    {
        var message = raw.sqlite3_errmsg(_handle).utf8_to_string();
        var error = new SqliteException(message, code & 0xFF, code);
        if (error.SqliteErrorCode == raw.SQLITE_CONSTRAINT)
        {
            return new InvalidOperationException(message, error);
        }

        Fault ??= error;
        return error;
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
        {
            statement.Close();
        }

        _statements.Clear();
        _handle.Dispose();
    }

    /// <summary>
    /// The texts are constants of the program: the same text is the same object, and a few of its letters tell it from others. (Hashing by reference looks constants
    /// up in a table of their own where they were compiled ahead.)
    /// </summary>
    private sealed class ConstantText : IEqualityComparer<string>
    {
        public bool Equals(string? one, string? other) => ReferenceEquals(one, other);

        public int GetHashCode(string text) => HashCode.Combine(text.Length, text[text.Length / 3], text[text.Length / 2], text[^1]);
    }
}
