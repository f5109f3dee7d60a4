using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server;
using Chatroom.Server.Commands;
using Chatroom.Server.Connections;
using Chatroom.Server.Delivery;
using Chatroom.Server.Files;
using Chatroom.Server.Names;
using Chatroom.Server.Rooms;
using Chatroom.Server.Search;
using Chatroom.Server.Sealing;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;
using Chatroom.Server.Storage.Sqlite;
using Chatroom.Tests.Sealing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Chatroom.Tests.Support;

/// <summary>Somebody with an account in the lobby and a signed-in device.</summary>
internal sealed record TestPerson(Caller Caller, string Token)
{
    public long Id => Caller.Account;
}

/// <summary>What commands work with, over a real store in a folder of its own, with time moved by hand.</summary>
internal sealed class TestCore : IAsyncDisposable
{
    private readonly TestRing keys = new();
    private readonly ChatServerOptions options;
    private readonly ILogger log;

    private TestCore(ChatServerOptions options, ILogger log) => (this.options, this.log, Core) = (options, log, null!);

    public ChatCore Core { get; private set; }

    public string Data => keys.Data;

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public static async Task<TestCore> StartAsync(ChatServerOptions? options = null, ILogger? log = null)
    {
        var test = new TestCore(options ?? new ChatServerOptions(), log ?? NullLogger.Instance);
        test.Open();
        await test.Core.Store.WriteAsync(store =>
        {
            store.InsertRoom(new RoomRow(Ids.Lobby, RoomKind.Lobby, null, null, true, HistoryPolicy.All, 0, 0, 0, new byte[32], 0));
            return 0;
        });
        return test;
    }

    /// <summary>As after a restart of the server.</summary>
    public async Task ReopenAsync()
    {
        await CloseAsync();
        Open();
    }

    public async Task<TestPerson> PersonAsync(string name, Scopes scopes = Scopes.All)
    {
        var account = Ids.New();
        var device = Ids.New();
        var kind = scopes == Scopes.All ? TokenKind.Device : TokenKind.Bot;
        var token = Tokens.New(kind);
        var vault = Core.Vault;
        await Core.Store.WriteAsync(store =>
        {
            store.InsertAccount(new AccountRow(
                account, vault.AccountKey(NameRules.Check(name).Key), vault.SealAccountName(account, name), "", ServerRole.Member, Core.Now,
                false, false, AcceptPolicy.Everyone));
            store.InsertDevice(new DeviceRow(
                device, account, vault.TokenHash(token), kind, (int)scopes, vault.SealDevice(device, new DeviceNames()), Core.Now, Core.Now, null, false));
            store.InsertMembership(new MembershipRow(Ids.Lobby, account, store.Room(Ids.Lobby)!.Head + 1, null, RoomRole.Member));
            return 0;
        });
        return new TestPerson(new Caller(account, name, device, scopes, kind), token);
    }

    /// <summary>Runs a changing command under a new client id.</summary>
    public Task<Reply> ChangeAsync<T>(TestPerson person, Code code, T body, Func<Request<T>, Plan> plan) =>
        Command.RunAsync(Core, person.Caller, code, body, Guid.NewGuid().ToByteArray(), r => Task.FromResult(plan(r)), body);

    /// <summary>A private group of its owner with these members; returns its id.</summary>
    public async Task<string> GroupAsync(TestPerson owner, params TestPerson[] members)
    {
        var reply = await ChangeAsync(owner, Code.CreateGroup, new CreateGroupRequest { Name = "Group" }, CreateGroup.Plan);
        var id = WireJson.Read<RoomJoined>(reply.Body).Room.Id;
        Assert.True(Ids.TryRoom(id, out var room));
        await Core.Store.WriteAsync(store =>
        {
            foreach (var member in members)
            {
                store.InsertMembership(new MembershipRow(room, member.Id, store.Room(room)!.Head, null, RoomRole.Member));
            }

            return 0;
        });
        return id;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        keys.Dispose();
    }

    private async Task CloseAsync()
    {
        await Core.Store.DisposeAsync();
        await Core.Files.DisposeAsync();
        Core.Passwords.Dispose();
        Core.Writer.Dispose();
    }

    private void Open()
    {
        var store = SqliteChatStore.Open(Path.Combine(keys.Data, "chat.db"), new SqliteStoreOptions(), log);
        var vault = new Vault(new Sealer(keys.Ring), new BlindIndex(keys.Ring), new ChainKey(keys.Ring));
        var people = new People(vault);
        Core = new ChatCore
        {
            Options = options,
            History = "test",
            Store = store,
            Vault = vault,
            People = people,
            Entries = new EntryViews(vault, people),
            Rooms = new RoomViews(vault, people),
            Search = new SearchIndex(store, vault, Clock, log),
            Hub = new Hub(),
            Writer = new OutboxWriter(1),
            Passwords = new Passwords(64, 1),
            Throttles = new Throttles(options, Clock),
            Files = new FileVault(keys.Ring, store, keys.Data, options, Clock, log),
            Clock = Clock,
            Log = log,
        };
    }
}
