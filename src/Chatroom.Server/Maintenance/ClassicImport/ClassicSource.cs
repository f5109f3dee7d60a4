using System.Text;
using Microsoft.Data.Sqlite;

namespace Chatroom.Server.Maintenance.ClassicImport;

/// <summary>The tables of Chatroom 2.0 that hold what was said.</summary>
internal enum ClassicTable
{
    Chat,
    File,
    Private,
}

/// <summary>A row of one of them without its content.</summary>
/// <param name="Time">As it stands there: <c>YYYY-MM-DD HH:MM:SS</c> without a zone.</param>
/// <param name="Target">Of private messages only.</param>
internal readonly record struct ClassicRow(ClassicTable Table, long RowId, long Id, string Time, string Source, string? Target);

/// <summary>
/// The database of Chatroom 2.0, opened to read: nothing is ever written to it, and all of it is read from one state, even if its server still runs. Whoever
/// hands over such a file may have made it by hand, so nothing about the types of its values is taken for granted: text is what the bytes are as UTF-8.
/// </summary>
internal sealed class ClassicSource : IDisposable
{
    // Tables and columns as they are used here; SQLite does not tell letters' case apart in them, and 2.0 wrote them in both.
    private static readonly (string Table, string[] Columns)[] Schema =
    [
        ("USERINFO", ["username", "password"]),
        ("GROUP_CHAT_HISTORY", ["id", "source_user", "time", "content"]),
        ("GROUP_FILE_HISTORY", ["id", "source_user", "time", "filename", "filecontent"]),
        ("FRIENDS", ["username1", "username2"]),
        ("HISTORY_PRIVATE_CHAT", ["id", "target_user", "source_user", "time", "text"]),
    ];

    private readonly SqliteConnection connection;
    private readonly Dictionary<string, string> pool = [];

    private ClassicSource(SqliteConnection connection) => this.connection = connection;

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">Not a database of Chatroom 2.0, or a damaged one: says what is wrong.</exception>
    public static ClassicSource Open(string path)
    {
        CheckHeader(path);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        var source = new ClassicSource(connection);
        try
        {
            connection.Open();
            source.Check(path);
            return source;
        }
        catch (SqliteException e)
        {
            source.Dispose();
            var journal = File.Exists(path + "-journal") || File.Exists(path + "-wal");
            throw new InvalidDataException(
                $"{path} cannot be read: {e.Message.TrimEnd('.')}. " + (journal
                    ? "A change of Chatroom 2.0 was cut off (its journal lies beside the file): start Chatroom 2.0 once, stop it, and come again."
                    : "It is damaged, or in use."), e);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Names and passwords, in the order of their registration.</summary>
    public IEnumerable<(string Name, string Password)> People() =>
        Rows("SELECT CAST(username AS BLOB), CAST(password AS BLOB) FROM USERINFO ORDER BY rowid", row => (Text(row, 0), Text(row, 1)));

    public IEnumerable<(string First, string Second)> Friends() =>
        Rows("SELECT CAST(username1 AS BLOB), CAST(username2 AS BLOB) FROM FRIENDS ORDER BY rowid", row => (Text(row, 0), Text(row, 1)));

    /// <summary>All rows of a table in the order in which 2.0 wrote them.</summary>
    public IEnumerable<ClassicRow> History(ClassicTable table)
    {
        var target = table == ClassicTable.Private ? "target_user" : "NULL";
        return Rows(
            $"SELECT rowid, CAST(id AS INTEGER), CAST(time AS BLOB), CAST(source_user AS BLOB), CAST({target} AS BLOB) FROM {NameOf(table)} ORDER BY 2, 1",
            row => new ClassicRow(
                table, row.GetInt64(0), row.IsDBNull(1) ? 0 : row.GetInt64(1), Text(row, 2), Pooled(Text(row, 3)), row.IsDBNull(4) ? null : Pooled(Text(row, 4))));
    }

    /// <summary>What was said, or the name of the file.</summary>
    public string ContentOf(ClassicRow row)
    {
        var column = row.Table switch { ClassicTable.Chat => "content", ClassicTable.File => "filename", _ => "text" };
        return One($"SELECT CAST({column} AS BLOB) FROM {NameOf(row.Table)} WHERE rowid = $row", row.RowId, found => Text(found, 0));
    }

    /// <summary>Bytes of a file's content; null where there are none to be had.</summary>
    public long? SizeOf(ClassicRow file) => One(
        "SELECT octet_length(filecontent), typeof(filecontent) FROM GROUP_FILE_HISTORY WHERE rowid = $row",
        file.RowId, row => row.GetString(1) is "blob" or "text" ? row.GetInt64(0) : (long?)null);

    /// <summary>A file's content, read piece by piece.</summary>
    public Stream OpenFile(ClassicRow file) => new SqliteBlob(connection, "GROUP_FILE_HISTORY", "filecontent", file.RowId, readOnly: true);

    public void Dispose() => connection.Dispose();

    private static string NameOf(ClassicTable table) => table switch
    {
        ClassicTable.Chat => "GROUP_CHAT_HISTORY",
        ClassicTable.File => "GROUP_FILE_HISTORY",
        _ => "HISTORY_PRIVATE_CHAT",
    };

    private static void CheckHeader(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no file {path}.");
        }

        Span<byte> header = stackalloc byte[16];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length || !header.SequenceEqual("SQLite format 3\0"u8))
        {
            throw new InvalidDataException($"{path} is {(file.Length == 0 ? "empty" : "no SQLite database")}. Give the database.db of Chatroom 2.0.");
        }
    }

    // The transaction stays open: every later read sees the state that was checked.
    private void Check(string path)
    {
        Run("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; BEGIN");
        var tables = Rows("SELECT name FROM sqlite_master WHERE type = 'table'", row => row.GetString(0)).ToList();
        foreach (var (table, columns) in Schema)
        {
            if (!tables.Contains(table, StringComparer.OrdinalIgnoreCase))
            {
                throw new InvalidDataException($"{path} is not a database of Chatroom 2.0: it has no table {table}.");
            }

            var present = Rows($"SELECT name FROM pragma_table_info('{table}')", row => row.GetString(0)).ToList();
            if (columns.FirstOrDefault(c => !present.Contains(c, StringComparer.OrdinalIgnoreCase)) is { } missing)
            {
                throw new InvalidDataException($"{path} is not a database of Chatroom 2.0: its table {table} has no column {missing}.");
            }
        }

        if (Rows("PRAGMA integrity_check(1)", row => row.GetString(0)).First() is var found && found != "ok")
        {
            throw new InvalidDataException($"{path} is damaged ({found.ReplaceLineEndings(" ")}). Nothing was imported; restore it from a copy.");
        }
    }

    private void Run(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private IEnumerable<T> Rows<T>(string sql, Func<SqliteDataReader, T> read)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return read(reader);
        }
    }

    private T One<T>(string sql, long row, Func<SqliteDataReader, T> read)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$row", row);
        using var reader = command.ExecuteReader();
        return reader.Read() ? read(reader) : throw new InvalidDataException("The database changed while it was read.");
    }

    // What is no UTF-8 becomes U+FFFD.
    private static string Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? "" : Encoding.UTF8.GetString((byte[])row[column]);

    private string Pooled(string name)
    {
        if (!pool.TryGetValue(name, out var known))
        {
            pool[name] = known = name;
        }

        return known;
    }
}
