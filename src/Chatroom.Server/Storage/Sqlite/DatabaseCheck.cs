using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Chatroom.Server.Storage.Sqlite;

/// <summary>Whether a database that nobody has open holds together: its write-ahead log, its pages, and its indexes against its tables.</summary>
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

            problems.AddRange(Integrity(path).Where(line => line != "ok").Select(line => $"database: {line}"));
        }
        catch (Exception e) when (e is SqliteException or InvalidDataException)
        {
            problems.Add($"database: {e.Message}");
        }

        return problems;
    }

    private static List<string> Integrity(string path)
    {
        // As in DatabaseFile: a reader may not roll back.
        var connection = Connection.Open(path, readOnly: !File.Exists(path + "-journal"));
        try
        {
            var lines = new List<string>();
            using var check = connection.Prepare(string.Create(CultureInfo.InvariantCulture, $"PRAGMA integrity_check({Most})"));
            while (check.Step())
            {
                lines.Add(check.Text(0));
            }

            return lines;
        }
        finally
        {
            connection.CloseWithoutCheckpoint();
        }
    }
}
