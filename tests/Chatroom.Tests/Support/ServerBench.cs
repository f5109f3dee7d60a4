using Chatroom.Server;
using Chatroom.Server.Connections;
using Chatroom.Server.Storage;
using Chatroom.Tests.Sealing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatroom.Tests.Support;

/// <summary>The server's core over a real store in a folder of its own, without a listener; connections are made with <see cref="Connect"/>.</summary>
internal sealed class ServerBench : IAsyncDisposable
{
    private readonly TemporaryFolder folder;
    private readonly DataFolder data;
    private readonly CancellationTokenSource stopping = new();

    private ServerBench(TemporaryFolder folder, DataFolder data, ChatCore core) => (this.folder, this.data, Core) = (folder, data, core);

    public ChatCore Core { get; private set; }

    public ChatServerOptions Options => Core.Options;

    public static async Task<ServerBench> StartAsync(Func<ChatServerOptions, ChatServerOptions>? with = null, ILogger? log = null, TimeProvider? clock = null)
    {
        var folder = new TemporaryFolder();
        var options = OptionsIn(folder);
        options = with is null ? options : with(options);
        var data = DataFolder.Open(options, create: true);
        return new ServerBench(folder, data, await ChatServer.OpenAsync(data, options, log ?? NullLogger.Instance, clock ?? TimeProvider.System));
    }

    /// <summary>Options for a server that hashes passwords cheaply and does not wait for the disk: what these tests judge is not durability.</summary>
    public static ChatServerOptions OptionsIn(TemporaryFolder folder) => new()
    {
        Data = folder["data"],
        MasterKey = folder["master.key"],
        PasswordMemoryKib = 64,
        PasswordPasses = 1,
        Limits = false,
        Synchronous = "OFF",
    };

    /// <summary>Puts something between the commands and the store.</summary>
    public void Wrap(Func<IChatStore, IChatStore> wrapper)
    {
        var core = Core;
        Core = new ChatCore
        {
            Options = core.Options,
            History = core.History,
            Store = wrapper(core.Store),
            Vault = core.Vault,
            People = core.People,
            Entries = core.Entries,
            Search = core.Search,
            Rooms = core.Rooms,
            Hub = core.Hub,
            Writer = core.Writer,
            Passwords = core.Passwords,
            Throttles = core.Throttles,
            Files = core.Files,
            Metrics = core.Metrics,
            Clock = core.Clock,
            Log = core.Log,
        };
    }

    /// <summary>A new connection, not signed in.</summary>
    public MemoryClient Connect(Action<Chatroom.Protocol.Frame>? seen = null, MemoryChannel? channel = null)
    {
        channel ??= new MemoryChannel();
        return new MemoryClient(channel, new ChatConnection(Core, channel, "test").RunAsync(stopping.Token), seen);
    }

    /// <summary>Registers someone and signs them in.</summary>
    public async Task<MemoryClient> JoinAsync(string name, Action<Chatroom.Protocol.Frame>? seen = null)
    {
        var client = Connect(seen);
        await client.RegisterAsync(name);
        await client.LoginAsync(name);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Core.DisposeAsync();
        data.Dispose();
        folder.Dispose();
        stopping.Dispose();
    }
}
