using System.Net;
using Chatroom.Conformance.Classic;
using Chatroom.Protocol;
using Chatroom.Server;
using Chatroom.Server.Connections.Classic;
using Chatroom.Server.Rooms;
using Chatroom.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatroom.Tests.Connections.Classic;

/// <summary>A classic port on loopback over the server's core, whose store can be made to fail; clients that read as the original does.</summary>
internal sealed class ClassicBench : IAsyncDisposable
{
    private readonly ServerBench bench;
    private readonly List<ClassicClient> clients = [];
    private readonly CancellationTokenSource stopping = new();
    private readonly Task presence;
    private ClassicListener listener;

    private ClassicBench(ServerBench bench, FaultyStore store)
    {
        (this.bench, Store) = (bench, store);
        listener = ClassicListener.Start(bench.Core, new IPEndPoint(IPAddress.Loopback, 0));
        presence = new Presence(Core.Hub, Core.Store, Core.People, Core.Clock, NullLogger.Instance).RunAsync(stopping.Token);
    }

    public ChatCore Core => bench.Core;

    public FaultyStore Store { get; }

    public static async Task<ClassicBench> StartAsync(Func<ChatServerOptions, ChatServerOptions>? with = null, TimeProvider? clock = null)
    {
        var bench = await ServerBench.StartAsync(with, clock: clock);
        FaultyStore? store = null;
        bench.Wrap(inner => store = new FaultyStore(inner));
        return new ClassicBench(bench, store!);
    }

    /// <summary>A connection of the original's kind, in its login window.</summary>
    public ClassicClient Window()
    {
        var client = ClassicClient.Open(listener.Address.Port);
        clients.Add(client);
        return client;
    }

    /// <summary>A new account, signed in and started up.</summary>
    public ClassicClient Classic(string name) => Window().Begin(name);

    /// <summary>Two, the first of whom has been shown the second's coming.</summary>
    public (ClassicClient Ann, ClassicClient Bob) Two()
    {
        var (ann, bob) = (Classic("ann"), Classic("bob"));
        ann.Find(m => m == "105\n\nbob", "the second's coming");
        return (ann, bob);
    }

    /// <summary>A new client of a new account.</summary>
    public Task<MemoryClient> JoinAsync(string name) => bench.JoinAsync(name);

    public MemoryClient Connect() => bench.Connect();

    /// <summary>The port closes with its connections, and opens again where it was.</summary>
    public async Task RestartAsync()
    {
        var address = listener.Address;
        Core.Hub.EndAll(Code.ServerStopping, "The server is stopping.", 1000);
        await listener.DisposeAsync();
        try
        {
            listener = ClassicListener.Start(Core, address);
        }
        catch (IOException)
        {
            // Somebody else on this machine was quicker.
            listener = ClassicListener.Start(Core, new IPEndPoint(IPAddress.Loopback, 0));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Store.Recover();
        clients.ForEach(c => c.Dispose());
        await listener.DisposeAsync();
        await stopping.CancelAsync();
        await Task.WhenAny(presence);
        await bench.DisposeAsync();
        stopping.Dispose();
    }
}
