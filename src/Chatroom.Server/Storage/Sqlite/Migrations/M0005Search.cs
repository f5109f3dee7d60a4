namespace Chatroom.Server.Storage.Sqlite.Migrations;

internal static class M0005Search
{
    // As sealed in M0001: buckets grow at the end of their table, and are overwritten with zeros before they go, so that no page keeps a copy of what is erased.
    // A segment's buckets have ids in a row, from first on.
    public const string Sql = """
        CREATE TABLE search_segments (
            room INTEGER NOT NULL,
            segment INTEGER NOT NULL,
            first INTEGER NOT NULL, -- search_buckets.id
            PRIMARY KEY (room, segment)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE search_buckets (
            id INTEGER PRIMARY KEY,
            sealed BLOB NOT NULL
        ) STRICT;
        """;
}
