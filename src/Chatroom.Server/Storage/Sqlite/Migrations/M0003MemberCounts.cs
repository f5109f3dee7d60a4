namespace Chatroom.Server.Storage.Sqlite.Migrations;

internal static class M0003MemberCounts
{
    // Asked at every sign-in for every room: counted when memberships change, not each time among all members of the lobby.
    public const string Sql = """
        CREATE TABLE member_counts (
            room INTEGER PRIMARY KEY,
            members INTEGER NOT NULL
        ) STRICT;

        INSERT INTO member_counts (room, members) SELECT room, count(*) FROM memberships WHERE left_seq IS NULL GROUP BY room;

        CREATE TRIGGER member_joined AFTER INSERT ON memberships WHEN NEW.left_seq IS NULL BEGIN
            INSERT INTO member_counts (room, members) VALUES (NEW.room, 1) ON CONFLICT DO UPDATE SET members = members + 1;
        END;

        CREATE TRIGGER member_left AFTER UPDATE OF left_seq ON memberships WHEN OLD.left_seq IS NULL AND NEW.left_seq IS NOT NULL BEGIN
            UPDATE member_counts SET members = members - 1 WHERE room = NEW.room;
        END;

        CREATE TRIGGER member_is_back AFTER UPDATE OF left_seq ON memberships WHEN OLD.left_seq IS NOT NULL AND NEW.left_seq IS NULL BEGIN
            UPDATE member_counts SET members = members + 1 WHERE room = NEW.room;
        END;
        """;
}
