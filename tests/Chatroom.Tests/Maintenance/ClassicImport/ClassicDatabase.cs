using Microsoft.Data.Sqlite;

namespace Chatroom.Tests.Maintenance.ClassicImport;

/// <summary>A database.db in the shape in which Chatroom 2.0 leaves one: column names in both cases, texts that end in a line feed.</summary>
internal sealed class ClassicDatabase(string path)
{
    public const string Schema = """
        CREATE TABLE USERINFO (USERNAME TEXT PRIMARY KEY NOT NULL, password TEXT NOT NULL);
        CREATE TABLE GROUP_CHAT_HISTORY (ID INTEGER PRIMARY KEY AUTOINCREMENT, Source_User TEXT, TIME TEXT, content TEXT);
        CREATE TABLE GROUP_FILE_HISTORY (id INTEGER PRIMARY KEY AUTOINCREMENT, SOURCE_USER TEXT, time TEXT, FileName TEXT, FILECONTENT BLOB);
        CREATE TABLE FRIENDS (username1 TEXT, USERNAME2 TEXT);
        CREATE TABLE HISTORY_PRIVATE_CHAT (id INTEGER PRIMARY KEY AUTOINCREMENT, TARGET_USER TEXT, source_user TEXT, Time TEXT, TEXT TEXT);
        """;

    public string Path => path;

    public ClassicDatabase Make(string schema = Schema) => Run(schema);

    public ClassicDatabase Person(string name, string password = "abc123") => Run("INSERT INTO USERINFO VALUES ($a, $b)", name, password);

    public ClassicDatabase Said(string name, string time, string text) =>
        Run("INSERT INTO GROUP_CHAT_HISTORY (source_user, time, content) VALUES ($a, $b, $c)", name, time, text);

    public ClassicDatabase Sent(string name, string time, string file, object? content) =>
        Run("INSERT INTO GROUP_FILE_HISTORY (source_user, time, filename, filecontent) VALUES ($a, $b, $c, $d)", name, time, file, content);

    public ClassicDatabase Friends(string one, string other) => Run("INSERT INTO FRIENDS VALUES ($a, $b)", one, other);

    public ClassicDatabase Whispered(string from, string to, string time, string text) =>
        Run("INSERT INTO HISTORY_PRIVATE_CHAT (target_user, source_user, time, text) VALUES ($a, $b, $c, $d)", to, from, time, text);

    public ClassicDatabase Run(string sql, params object?[] values)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue("$" + "abcd"[i], values[i] ?? DBNull.Value);
        }

        command.ExecuteNonQuery();
        return this;
    }

    /// <summary>A small town with everything in it that the import has to do something about.</summary>
    public ClassicDatabase Town() => Make()
        .Person("Bob", "x")
        .Person("bob", "bobs own 1")
        .Person("张三", "密码")
        .Person("a/b\tc", "abc123")
        .Person("аdmin", "mixed scripts")
        .Person("nopass", "")
        .Person("long", new string('p', 1000))
        .Said("Bob", "2020-01-02 10:00:00", "first\n")
        .Said("bob", "2020-01-02 10:00:00", "same second\n")
        .Said("张三", "2020-01-02 10:00:01", "你好\tworld [emoji-happy] 😜\n\n")
        .Said("ghost", "2020-01-02 10:00:02", "boo\n")
        .Said("Bob", "2020-01-02 10:00:03", "\n")
        .Said("Bob", "2020-01-02 10:00:09", "last\r\nline\u0007\n")
        .Said("bob", "2020-01-02 10:00:05", new string('é', 10_000) + "\n")
        .Sent("Bob", "2020-01-02 10:00:04", "note.txt", "hello"u8.ToArray())
        .Sent("张三", "2020-01-02 10:00:06", "note.txt", new byte[150_000])
        .Sent("a/b\tc", "2020-01-02 10:00:07", "c:\\x\\名.bin", Array.Empty<byte>())
        .Sent("Bob", "2020-01-02 10:00:08", "gone.txt", null)
        .Friends("Bob", "bob")
        .Friends("bob", "Bob")
        .Friends("Bob", "Bob")
        .Friends("张三", "Bob")
        .Friends("ghost", "Bob")
        .Whispered("Bob", "张三", "2020-01-02 11:00:00", "psst\n")
        .Whispered("张三", "Bob", "2020-01-02 11:00:00", "what?\n")
        .Whispered("Bob", "Bob", "2020-01-02 11:00:01", "me\n")
        .Whispered("Bob", "ghost", "2020-01-02 11:00:02", "who?\n");
}
