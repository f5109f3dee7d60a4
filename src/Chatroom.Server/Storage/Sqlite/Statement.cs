using SQLitePCL;

namespace Chatroom.Server.Storage.Sqlite;

// SQLite's own API rather than ADO.NET: a statement is parsed once per connection, parameters are bound by place without boxing or names, and
// changes from one call to the next cost nothing. It is also less code than commands with parameters for sixty statements.

/// <summary>
/// A prepared statement, owned by its connection. Bind the parameters in order, then <see cref="Step"/>, or <see cref="Run"/>.
/// Disposing gives it back for its next use; <see cref="Close"/> frees it.
/// </summary>
internal sealed class Statement(Connection owner, sqlite3_stmt handle) : IDisposable
{
    private int _bound;

    /// <summary>Whoever had it before may have thrown between binding and running it.</summary>
    public Statement Fresh()
    {
        if (_bound != 0)
        {
            Dispose();
        }

        return this;
    }

    public Statement Bind(long value)
    {
        owner.Check(raw.sqlite3_bind_int64(handle, ++_bound, value));
        return this;
    }

    public Statement Bind(bool value) => Bind(value ? 1L : 0L);

    public Statement Bind(long? value) => value is { } number ? Bind(number) : BindNull();

    public Statement Bind(string value)
    {
        owner.Check(raw.sqlite3_bind_text(handle, ++_bound, value));
        return this;
    }

    public Statement Bind(byte[]? value) => value is null ? BindNull() : Bind(value.AsSpan());

    public Statement Bind(ReadOnlySpan<byte> value)
    {
        // An empty span has no address, which SQLite would take for NULL.
        owner.Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(handle, ++_bound, 0) : raw.sqlite3_bind_blob(handle, ++_bound, value));
        return this;
    }

    private Statement BindNull()
    {
        owner.Check(raw.sqlite3_bind_null(handle, ++_bound));
        return this;
    }

    /// <returns>True when there is a row to read.</returns>
    /// <exception cref="InvalidOperationException">A constraint does not hold: the key exists already.</exception>
    public bool Step()
    {
        var code = raw.sqlite3_step(handle);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        if (code != raw.SQLITE_DONE)
        {
            throw owner.Error(code);
        }

        return false;
    }

    /// <summary>Runs a statement without rows and gives it back.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Run()
    {
        using (this)
        {
            Step();
            return owner.Changes;
        }
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(handle, column);

    public int Int32(int column) => checked((int)Int64(column));

    public bool Boolean(int column) => Int64(column) != 0;

    public long? Int64OrNull(int column) => IsNull(column) ? null : Int64(column);

    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string();

    public byte[] Blob(int column) => raw.sqlite3_column_blob(handle, column).ToArray();

    public byte[]? BlobOrNull(int column) => IsNull(column) ? null : Blob(column);

    public void Dispose()
    {
        // The code of reset only repeats the error that Step has thrown already.
        raw.sqlite3_reset(handle);
        _bound = 0;
    }

    public void Close() => handle.Dispose();
}
