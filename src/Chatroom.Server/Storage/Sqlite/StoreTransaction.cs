namespace Chatroom.Server.Storage.Sqlite;

/// <summary>
/// What the writer hands to each change. A change is fenced by a savepoint that is set at its first write: one that only looks and refuses costs nothing.
/// </summary>
internal sealed partial class StoreTransaction(Connection connection) : StoreReader(connection), IStoreTransaction
{
    private readonly RowCache _known = new();
    private bool _fenced;

    /// <summary>Some change of this batch has written.</summary>
    public bool Wrote { get; private set; }

    public void Begin()
    {
        Wrote = false;
        Query("BEGIN IMMEDIATE").Run();
    }

    public void Commit() => Query("COMMIT").Run();

    /// <summary>Gives up the whole batch, unless SQLite has done that already.</summary>
    public void Rollback()
    {
        _fenced = false;
        _known.Clear();
        if (Connection.InTransaction)
        {
            Query("ROLLBACK").Run();
        }
    }

    /// <summary>Ends a change: its writes belong to the batch.</summary>
    public void Keep()
    {
        if (_fenced)
        {
            _fenced = false;
            Query("RELEASE change").Run();
        }
    }

    /// <summary>Ends a change: its writes have never been.</summary>
    public void Discard()
    {
        if (_fenced)
        {
            _fenced = false;
            _known.Clear();
            Query("ROLLBACK TO change").Run();
            Query("RELEASE change").Run();
        }
    }

    private Statement Write(string sql)
    {
        if (!_fenced)
        {
            Query("SAVEPOINT change").Run();
            _fenced = true;
            Wrote = true;
        }

        return Query(sql);
    }

    // An update that meets nothing is a mistake of the caller; passing it over in silence would lose a change.
    private static void One(Statement update, string what)
    {
        if (update.Run() != 1)
        {
            throw new InvalidOperationException($"No such {what}.");
        }
    }
}
