namespace Chatroom.Server.Storage.Sqlite.Migrations;

internal static class M0002Classic
{
    // Names as they were in Chatroom 2.0, where letters' case counted: by a keyed hash, so the names themselves are not in the file.
    public const string Sql = """
        CREATE TABLE classic_aliases (
            name_key BLOB PRIMARY KEY,
            account INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        ALTER TABLE accounts ADD COLUMN classic INTEGER NOT NULL DEFAULT 1; -- may sign in on the classic port
        """;
}
