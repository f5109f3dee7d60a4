using System.Diagnostics;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Chatroom.Server.Storage.Sqlite;

internal sealed partial class SqliteWriter
{
    private void RunBatch()
    {
        if (_failure is { } failure)
        {
            FailBatch(new StoreFailedException(failure));
            return;
        }

        var began = Stopwatch.GetTimestamp();
        if (TryBatch() is { } error)
        {
            // What was rolled back may have spilled into the WAL, which keeps it until it is emptied.
            _walInUse = true;
            FailBatch(error);
            return;
        }

        _options.Committed?.Invoke(_batch.Count, Stopwatch.GetElapsedTime(began));
        Acknowledge();
        if (_transaction.Wrote)
        {
            _walInUse = true;
            _full = false;
            _walPages += _connection.TakePagesWritten();
            if (_walPages >= _options.CheckpointPages)
            {
                Checkpoint(truncate: false);
            }
        }
    }

    /// <returns>Null when it is committed; else why nothing of it is kept.</returns>
    private Exception? TryBatch()
    {
        try
        {
            _connection.ClearFault();
            _transaction.Begin();
            foreach (var change in _batch)
            {
                RunChange(change);
            }

            _transaction.Commit();
            return null;
        }
        catch (Exception error)
        {
            return GiveUp(error);
        }
    }

    private void RunChange(PendingChange change)
    {
        try
        {
            change.Run(_transaction);
        }
        catch (Exception refusal)
        {
            change.Refusal = refusal;
        }

        // Not the exception decides but what the database met: a change may have caught it or wrapped it.
        if (_connection.Fault is { } fault)
        {
            throw fault;
        }

        if (change.Refusal is null)
        {
            _transaction.Keep();
        }
        else
        {
            _transaction.Discard();
        }
    }

    private void Acknowledge()
    {
        foreach (var change in _batch)
        {
            if (change.Refusal is null)
            {
                Call(change.Committed);
            }
        }

        Call(() => _batchCommitted(Queued == 0));
        foreach (var change in _batch)
        {
            if (change.Refusal is { } refusal)
            {
                change.Fail(refusal);
            }
            else
            {
                change.Complete();
            }
        }
    }

    // The commit stands whatever a callback does; stopping here would lose the acknowledgements of all others.
    private void Call(Action callback)
    {
        try
        {
            callback();
        }
        catch (Exception error)
        {
            SqliteLog.CallbackThrew(_log, error);
        }
    }

    private Exception GiveUp(Exception error)
    {
        // Only "no space" is harmless: SQLite reports it before the frame that would make the transaction valid was written.
        var full = error is SqliteException { SqliteErrorCode: raw.SQLITE_FULL };
        try
        {
            _transaction.Rollback();
        }
        catch (Exception rollback)
        {
            SqliteLog.RollbackFailed(_log, rollback);
            full = false;
        }

        if (full)
        {
            return new StoreFullException("No space for the database.", error);
        }

        return new StoreFailedException(Fail(error.Message), error);
    }

    // Said once: the log may be on the same device.
    private void NoteFull()
    {
        if (!_full)
        {
            _full = true;
            SqliteLog.Full(_log);
        }
    }

    private string Fail(string why)
    {
        _failure = $"Writing to the database failed ({why}). Nothing more is written until the server is restarted.";
        SqliteLog.Failed(_log, why);
        return _failure;
    }

    private void FailBatch(Exception error)
    {
        if (error is StoreFullException)
        {
            NoteFull();
        }

        foreach (var change in _batch)
        {
            change.Fail(error);
        }
    }
}
