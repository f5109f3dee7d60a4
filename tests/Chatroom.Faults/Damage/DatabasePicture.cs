using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Chatroom.Faults.Damage;

/// <summary>What a database says, read by SQLite itself: all rows of all tables, without a look at where they lie.</summary>
public static class DatabasePicture
{
    // Without the zeros that an erased text leaves: nothing reads them.
    private const string Entries = """
        SELECT id, room, seq, kind, sender, time, client_id, target, subject, counts, ordinal, sender_ordinal, recalled, erased,
            CASE WHEN erased = 1 THEN NULL ELSE sealed_body END, body_digest, link FROM entries
        """;

    /// <summary>The digest of each table's rows; null when SQLite finds the file damaged.</summary>
    public static IReadOnlyDictionary<string, string>? Of(string path)
    {
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
            connection.Open();
            if (Rows(connection, "PRAGMA integrity_check") is not ["ok"])
            {
                return null;
            }

            var picture = new Dictionary<string, string> { ["schema"] = Digest(Rows(connection, "SELECT * FROM sqlite_schema ORDER BY name")) };
            foreach (var table in Rows(connection, "SELECT name FROM sqlite_schema WHERE type = 'table'"))
            {
                picture[table] = Digest(Rows(connection, table == "entries" ? Entries : $"SELECT * FROM {table}").Order(StringComparer.Ordinal));
            }

            return picture;
        }
        catch (SqliteException)
        {
            return null;
        }
    }

    /// <summary>Tables whose rows differ; null when one of the two is damaged.</summary>
    public static IReadOnlyList<string>? Differences(IReadOnlyDictionary<string, string>? one, IReadOnlyDictionary<string, string>? other) =>
        one is null || other is null ? null : [.. one.Keys.Union(other.Keys).Where(table => one.GetValueOrDefault(table) != other.GetValueOrDefault(table))];

    private static string[] Rows(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i) switch
            {
                byte[] bytes => Convert.ToHexString(bytes),
                var value => value.ToString(),
            })));
        }

        return [.. rows];
    }

    private static string Digest(IEnumerable<string> rows) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', rows))));
}
