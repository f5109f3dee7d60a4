using System.Net;
using System.Net.Sockets;

namespace Chatroom.WebTests.Harness;

/// <summary>
/// The network between one person and the server: bytes go through until it is cut, when all connections are reset and new ones are refused. A browser's own
/// "offline" leaves open WebSockets alone.
/// </summary>
public sealed class Forwarder : IAsyncDisposable
{
    private readonly Func<int> target;
    private readonly HashSet<Socket> open = [];
    private readonly Lock gate = new();
    private readonly CancellationTokenSource end = new();
    private TcpListener? listener;
    private long budget = long.MaxValue;

    /// <param name="target">The server's port.</param>
    public Forwarder(Func<int> target)
    {
        this.target = target;
        Open();
    }

    public int Port { get; private set; }

    /// <summary>Bytes that went from the browser to the server.</summary>
    public long Upwards { get; private set; }

    /// <summary>Bytes from the browser to the server per second; 0 for no bound.</summary>
    public int UpwardsPerSecond { get; set; }

    /// <summary>Bytes from the server to the browser per second on each connection; 0 for no bound.</summary>
    public int DownwardsPerSecond { get; set; }

    public bool IsCut => listener is null;

    /// <summary>Everything breaks off at once.</summary>
    public void Cut()
    {
        lock (gate)
        {
            listener?.Stop();
            listener = null;
            foreach (var socket in open)
            {
                socket.LingerState = new LingerOption(true, 0);
                socket.Dispose();
            }

            open.Clear();
        }
    }

    /// <summary>Breaks off by itself when so many more bytes went up.</summary>
    public void CutAfter(long bytes) => budget = Upwards + bytes;

    /// <summary>The same port is there again.</summary>
    public void Open()
    {
        lock (gate)
        {
            budget = long.MaxValue;
            if (listener is not null)
            {
                return;
            }

            listener = new TcpListener(IPAddress.Loopback, Port);
            listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            listener.Start();
            Port = ((IPEndPoint)listener.LocalEndpoint).Port;
            _ = AcceptAsync(listener);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Cut();
        await end.CancelAsync();
        end.Dispose();
    }

    private async Task AcceptAsync(TcpListener from)
    {
        try
        {
            while (true)
            {
                _ = ForwardAsync(await from.AcceptSocketAsync());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
    }

    private async Task ForwardAsync(Socket browser)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        browser.NoDelay = true;
        try
        {
            lock (gate)
            {
                if (listener is null)
                {
                    browser.Dispose();
                    return;
                }

                open.Add(browser);
                open.Add(server);
            }

            await server.ConnectAsync(IPAddress.Loopback, target());
            await Task.WhenAny(PumpAsync(browser, server, up: true), PumpAsync(server, browser, up: false));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The server is not there, or it was cut: so is the browser's connection.
        }
        finally
        {
            lock (gate)
            {
                open.Remove(browser);
                open.Remove(server);
            }

            browser.Dispose();
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool up)
    {
        var buffer = new byte[64 * 1024];
        var owed = 0.0;
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                if (up)
                {
                    Upwards += count;
                    if (Upwards > budget)
                    {
                        Cut();
                        return;
                    }

                }

                if ((up ? UpwardsPerSecond : DownwardsPerSecond) is > 0 and var bound)
                {
                    owed += (double)count / bound;
                    if (owed > 0.02)
                    {
                        // Delays are only as fine as the system's clock.
                        await Task.Delay(TimeSpan.FromSeconds(owed), end.Token);
                        owed = 0;
                    }
                }

                await to.SendAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // One side has gone; the other follows.
        }
    }
}
