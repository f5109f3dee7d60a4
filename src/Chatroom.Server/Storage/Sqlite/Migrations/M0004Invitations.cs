namespace Chatroom.Server.Storage.Sqlite.Migrations;

internal static class M0004Invitations
{
    // Those that still let somebody in, for the list of them.
    public const string Sql = """
        CREATE INDEX registration_invites_usable ON registration_invites (expires) WHERE uses_left > 0;
        """;
}
