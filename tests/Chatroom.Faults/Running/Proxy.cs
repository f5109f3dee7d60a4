using System.Net;
using System.Net.Sockets;

namespace Chatroom.Faults.Running;

/// <summary>How bytes travel one way of a line.</summary>
public enum Way
{
    /// <summary>As they come.</summary>
    Plain,

    /// <summary>One byte a packet.</summary>
    ByteByByte,

    /// <summary>What came within a moment, glued together.</summary>
    Glued,

    /// <summary>Each piece after a random while.</summary>
    Delayed,
}

/// <summary>A network between clients and one server, on loopback: it can carry badly and cut.</summary>
public sealed class Proxy : IAsyncDisposable
{
    private readonly Socket listening = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly IPEndPoint server;
    private readonly List<Line> lines = [];
    private readonly Lock gate = new();
    private readonly Task accepting;

    /// <param name="port">The server's, on 127.0.0.1.</param>
    public Proxy(int port)
    {
        server = new IPEndPoint(IPAddress.Loopback, port);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen(128);
        accepting = Task.Run(AcceptAsync);
    }

    public int Port => ((IPEndPoint)listening.LocalEndPoint!).Port;

    /// <summary>Of lines that begin from now on.</summary>
    public Func<Way> Ways { get; set; } = () => Way.Plain;

    /// <summary>All lines so far, in the order in which they began.</summary>
    public IReadOnlyList<Line> Lines
    {
        get
        {
            lock (gate)
            {
                return [.. lines];
            }
        }
    }

    /// <summary>A client's connection has the line that began last, when nobody else connects through here.</summary>
    public Line Last => Lines[^1];

    public async ValueTask DisposeAsync()
    {
        listening.Dispose();
        await accepting;
        foreach (var line in Lines)
        {
            await line.DisposeAsync();
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await listening.AcceptAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return; // Closed.
            }

            var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            client.NoDelay = true;
            try
            {
                await far.ConnectAsync(server);
            }
            catch (SocketException)
            {
                client.Dispose(); // The server is down: so is the line.
                far.Dispose();
                continue;
            }

            lock (gate)
            {
                lines.Add(new Line(client, far, Ways()));
            }
        }
    }
}
