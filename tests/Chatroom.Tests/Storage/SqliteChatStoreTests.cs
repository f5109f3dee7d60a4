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
