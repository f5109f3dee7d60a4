using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Chatroom.Server.Storage.Sqlite;

/// <summary>A few read-only connections; who comes when all are in use waits in line.</summary>
internal sealed class ReaderPool
{
    private readonly ConcurrentBag<StoreReader> _free = [];
    private readonly SemaphoreSlim _slots;
    private readonly int _size;
    private volatile bool _closed;

    public ReaderPool(string path, int size)
    {
        _size = size;
        _slots = new SemaphoreSlim(size);
        for (var i = 0; i < size; i++)
        {
            var connection = Connection.Open(path, readOnly: true);
            _free.Add(new StoreReader(connection));
            connection.Execute("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192; PRAGMA trusted_schema = OFF");
        }
    }

    public async Task<T> RunAsync<T>(Func<IStoreReader, T> read)
    {
        await _slots.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_closed || !_free.TryTake(out var reader))
            {
                throw new ObjectDisposedException(nameof(SqliteChatStore));
            }

            try
            {
                return Read(reader, read);
            }
            finally
            {
                _free.Add(reader);
            }
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Waits for the reads that run, then closes the connections.</summary>
    public async Task CloseAsync()
    {
        _closed = true;
        for (var i = 0; i < _size; i++)
        {
            await _slots.WaitAsync().ConfigureAwait(false);
        }

        while (_free.TryTake(out var reader))
        {
            reader.Connection.Dispose();
        }

        _slots.Release(_size);
    }

    // The transaction makes several look-ups see one state.
    private static T Read<T>(StoreReader reader, Func<IStoreReader, T> read)
    {
        var connection = reader.Connection;
        connection.Prepare("BEGIN").Run();
        try
        {
            return read(reader);
        }
        catch (SqliteException error)
        {
            throw new IOException($"Reading the database failed ({error.Message}).", error);
        }
        finally
        {
            if (connection.InTransaction)
            {
                connection.Prepare("ROLLBACK").Run();
            }
        }
    }
}
