using Chatroom.Server.Storage;
using Chatroom.Server.Storage.Sqlite;
using Chatroom.Server.Storage.Sqlite.Migrations;

namespace Chatroom.Tests.Storage;

public sealed partial class SqliteChatStoreTests
{
    [Fact]
    public async Task A_database_of_the_first_version_is_migrated_and_keeps_everything()
    {
        await Store.DisposeAsync();
        File.Delete(Database);
        using (var old = Connection.Open(Database, readOnly: false))
        {
            old.Execute("PRAGMA page_size = 4096; BEGIN");
            old.Execute(M0001Initial.Sql);
            old.Execute(
                """
                INSERT INTO sealed VALUES (7, x'0102');
                INSERT INTO accounts VALUES (5, x'0a0b', 7, 'hash', 2, 11, 0, 0, 1, 3, 2);
                INSERT INTO friends VALUES (5, 6, 5, 12);
                INSERT INTO memberships VALUES (9, 5, 1, NULL, 0);
                INSERT INTO memberships VALUES (9, 6, 1, 3, 0);
                INSERT INTO changes VALUES (5, x'0c', x'0d', 100, NULL, NULL, NULL, 13);
                PRAGMA application_id = 0x43686174;
                PRAGMA user_version = 1;
                COMMIT
                """);
        }

        await using var migrated = Open();
        Same(
            new AccountRow(5, [10, 11], [1, 2], "hash", ServerRole.Owner, 11, false, false, AcceptPolicy.Friends, 3, 2, ClassicAllowed: true),
            await migrated.ReadAsync(r => r.Account(5)));
        Same(new FriendRow(5, 6, 5, 12), await migrated.ReadAsync(r => r.Friend(5, 6)));
        Assert.Equal(1, await migrated.ReadAsync(r => r.MemberCount(9)));
        Same(new ChangeRow(5, [12], [13], 100, null, null, null, 13), await migrated.ReadAsync(r => r.Change(5, [12])));
        await migrated.WriteAsync(tx =>
        {
            tx.PutClassicAlias(Sample.Bytes(1), 5);
            return 0;
        });
        await migrated.DisposeAsync();

        await using var again = Open();
        Assert.Equal(5, await again.ReadAsync(r => r.ClassicAlias(Sample.Bytes(1))!.Value));
        Assert.Equal(5, await again.WriteAsync(tx => Raw(tx).Scalar("PRAGMA user_version")));
    }

    [Fact]
    public async Task The_version_after_the_newest_known_is_refused()
    {
        await WriteAsync(tx => Raw(tx).Execute("PRAGMA user_version = 6"));
        await Store.DisposeAsync();
        var before = Shared(Database);
        var error = Assert.Throws<InvalidDataException>(Open);
        Assert.Contains("schema 6, this program knows schema 5", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Shared(Database));
    }
}
