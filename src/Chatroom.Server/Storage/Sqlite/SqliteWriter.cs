using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Chatroom.Server.Storage.Sqlite;

/// <summary>The one thread that changes the database. It takes what has come meanwhile as one transaction, so that many changes share an fsync.</summary>
internal sealed partial class SqliteWriter
{
    // Twice within the minute in which erased data has to leave the WAL, for the case that a reader is in the way the first time.
    private static readonly TimeSpan TruncateInterval = TimeSpan.FromSeconds(25);

    private readonly Connection _connection;
    private readonly StoreTransaction _transaction;
    private readonly SqliteStoreOptions _options;
    private readonly Action<bool> _batchCommitted;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // A monitor: waking a thread by it costs half of what an event does, and one that is awake is not woken.
    private readonly object _gate = new();
    private readonly Queue<PendingChange> _incoming = new();
    private bool _closing;
    private bool _asleep;
    private bool _truncateDue;
    private volatile string? _failure;

    // The writer thread's own.
    private readonly List<PendingChange> _batch = [];
    private bool _walInUse = true;
    private int _walPages;
    private bool _full;

    public SqliteWriter(Connection connection, SqliteStoreOptions options, Action<bool> batchCommitted, ILogger log)
    {
        _connection = connection;
        _transaction = new StoreTransaction(connection);
        _options = options;
        _batchCommitted = batchCommitted;
        _log = log;
        new Thread(Run) { IsBackground = true, Name = "store writer" }.Start();
        _timer = options.Time.CreateTimer(_ => RequestTruncate(), null, TruncateInterval, TruncateInterval);
    }

    public string? Failure => _failure;

    public int Queued
    {
        get
        {
            lock (_gate)
            {
                return _incoming.Count;
            }
        }
    }

    /// <returns>False when the store is being closed.</returns>
    public bool Enqueue(PendingChange change)
    {
        lock (_gate)
        {
            if (_closing)
            {
                return false;
            }

            _incoming.Enqueue(change);
            Wake();
        }

        return true;
    }

    /// <summary>Finishes what was queued and ends the thread; the connection stays open.</summary>
    public async Task StopAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        lock (_gate)
        {
            _closing = true;
            Wake();
        }

        await _stopped.Task.ConfigureAwait(false);
    }

    private void RequestTruncate()
    {
        lock (_gate)
        {
            _truncateDue = true;
            Wake();
        }
    }

    private void Wake()
    {
        if (_asleep)
        {
            _asleep = false;
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        while (Take(out var truncate))
        {
            if (truncate)
            {
                Checkpoint(truncate: true);
            }

            if (_batch.Count > 0)
            {
                RunBatch();
            }
        }

        _stopped.SetResult();
    }

    /// <summary>Waits until there is something to do.</summary>
    /// <returns>False when the store is closed and nothing is left.</returns>
    private bool Take(out bool truncate)
    {
        _batch.Clear();
        lock (_gate)
        {
            while (_incoming.Count == 0 && !_truncateDue && !_closing)
            {
                _asleep = true;
                Monitor.Wait(_gate);
            }

            _asleep = false;
            (truncate, _truncateDue) = (_truncateDue, false);
            while (_batch.Count < _options.MaxBatch && _incoming.TryDequeue(out var change))
            {
                _batch.Add(change);
            }

            return _batch.Count > 0 || truncate || !_closing;
        }
    }

    private void Checkpoint(bool truncate)
    {
        if (_failure is not null || !_walInUse)
        {
            return;
        }

        var code = _connection.Checkpoint(truncate);
        switch (code & 0xFF)
        {
            case raw.SQLITE_OK:
                _walPages = 0;
                _walInUse = !truncate;
                break;
            case raw.SQLITE_BUSY or raw.SQLITE_LOCKED:
                break;
            case raw.SQLITE_FULL:
                NoteFull();
                break;
            default:
                // An fsync of the database file that failed once may succeed the next time without the data being there.
                Fail($"checkpoint: error {code}");
                break;
        }
    }
}
