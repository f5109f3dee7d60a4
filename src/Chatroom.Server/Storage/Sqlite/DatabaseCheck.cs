using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Chatroom.Server.Storage.Sqlite;

/// <summary>Whether a database that nobody has open holds together: its write-ahead log, its pages, its indexes against its tables, and its schema
/// against what this program makes.</summary>
internal static class DatabaseCheck
{
    private const int Most = 10;

    /// <summary>Before the store is opened, which copies the log away. Changes nothing.</summary>
    /// <returns>What is wrong, in words; empty when nothing is.</returns>
    public static IReadOnlyList<string> Problems(string path)
    {
        var problems = new List<string>();
        try
        {
            DatabaseFile.CheckHeader(path);
            if (WalFile.Problem(path + "-wal") is { } damage)
            {
                problems.Add($"database: {damage}");
            }

            // As in DatabaseFile: a reader may not roll back.
            var connection = Connection.Open(path, readOnly: !File.Exists(path + "-journal"));
            try
            {
                problems.AddRange(Integrity(connection).Concat(Schema(connection)).Concat(SearchIndex(connection)).Select(line => $"database: {line}"));
            }
            finally
            {
                connection.CloseWithoutCheckpoint();
            }
        }
        catch (Exception e) when (e is SqliteException or InvalidDataException)
        {
            problems.Add($"database: {e.Message}");
        }

        return problems;
    }

    private static List<string> Integrity(Connection connection)
    {
        var lines = new List<string>();
        using var check = connection.Prepare(string.Create(CultureInfo.InvariantCulture, $"PRAGMA integrity_check({Most})"));
        while (check.Step())
        {
            lines.Add(check.Text(0));
        }

        return lines is ["ok"] ? [] : lines;
    }

    // What belongs to no room or no segment is looked at by nobody else.
    private static IEnumerable<string> SearchIndex(Connection connection)
    {
        if (connection.Scalar("SELECT count(*) FROM sqlite_schema WHERE name IN ('search_segments', 'search_buckets')") < 2)
        {
            return []; // Of a version before it.
        }

        var (segments, buckets) = (connection.Scalar("SELECT count(*) FROM search_segments"), connection.Scalar("SELECT count(*) FROM search_buckets"));
        return connection.Scalar("SELECT count(*) FROM search_segments WHERE room NOT IN (SELECT id FROM rooms)") > 0
            || connection.Scalar("SELECT count(DISTINCT first) FROM search_segments") != segments || buckets != segments * SearchSegment.Buckets
            ? ["the search index has pieces that belong to no room, or to none of its segments"]
            : [];
    }

    // SQLite reads the schema as it stands: a trigger that says something else than it did passes for a sound one.
    private static IEnumerable<string> Schema(Connection connection)
    {
        var (found, made) = (DatabaseFile.Schema(connection), DatabaseFile.Schema(connection.Scalar("PRAGMA user_version")));
        return made.Except(found).Select(part => $"the schema lacks {Short(part)}")
            .Concat(found.Except(made).Select(part => $"the schema holds {Short(part)}, which this program did not make"))
            .Take(Most);

        static string Short(string part) => part.Split(':')[0];
    }
}
