namespace Chatroom.Server.Storage.Sqlite;

/// <summary>What can be asked, over one connection; which state is seen is decided by who began the transaction.</summary>
internal partial class StoreReader(Connection connection) : IStoreReader
{
    /// <summary>For tests, which reach below the interface to make the disk full or a commit fail.</summary>
    internal Connection Connection => connection;

    protected Statement Query(string sql) => connection.Prepare(sql);

    protected static T? One<T>(Statement query, Func<Statement, T> row)
        where T : class
    {
        using (query)
        {
            return query.Step() ? row(query) : null;
        }
    }

    protected static List<T> All<T>(Statement query, Func<Statement, T> row)
    {
        using (query)
        {
            var rows = new List<T>();
            while (query.Step())
            {
                rows.Add(row(query));
            }

            return rows;
        }
    }

    protected static long? Number(Statement query)
    {
        using (query)
        {
            return query.Step() ? query.Int64OrNull(0) : null;
        }
    }

    protected static bool Any(Statement query)
    {
        using (query)
        {
            return query.Step();
        }
    }

    // A negative LIMIT means none at all in SQLite.
    private static long Bound(int limit) => Math.Max(limit, 0);
}
