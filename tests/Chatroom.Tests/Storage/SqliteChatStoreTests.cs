using Chatroom.Server.Storage;
using Chatroom.Server.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Chatroom.Tests.Storage;

/// <summary>The contract on SQLite, and what only a database in a file can promise.</summary>
public sealed partial class SqliteChatStoreTests : ChatStoreContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chatroom-store-").FullName;
    private readonly FakeTimeProvider _time = new();

    private string Database => Path.Combine(_folder, "chat.db");

    private string Wal => Database + "-wal";

    protected override Task<IChatStore> OpenAsync() => Task.FromResult<IChatStore>(Open());

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("FULL", 2)]
    [InlineData("OFF", 0)]
    public async Task Commits_are_fsynced_unless_a_test_asks_for_what_that_breaks(string synchronous, long inEffect)
    {
        var options = new SqliteStoreOptions { Synchronous = synchronous };
        await using var store = SqliteChatStore.Open(Path.Combine(_folder, "other.db"), options, NullLogger.Instance);
        Assert.Equal("FULL", new SqliteStoreOptions().Synchronous);
        Assert.Equal(inEffect, await store.WriteAsync(tx => Raw(tx).Scalar("PRAGMA synchronous")));
        Assert.Equal(1, await store.WriteAsync(tx => Raw(tx).Scalar("PRAGMA secure_delete")));
    }

    private SqliteChatStore Open() => SqliteChatStore.Open(Database, new SqliteStoreOptions { Time = _time }, NullLogger.Instance);

    private static Connection Raw(IStoreTransaction transaction) => ((StoreTransaction)transaction).Connection;

    private static byte[] Shared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    // The change asked for afterwards comes after the emptying on the writer's sequence.
    private async Task EmptyWalAsync()
    {
        _time.Advance(TimeSpan.FromMinutes(1));
        await Store.WriteAsync(_ => 0);
    }
}
