using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Chatroom.Protocol;
using Chatroom.Server.Diagnostics;

namespace Chatroom.Server.Connections.Classic;

/// <summary>The port for clients of Chatroom 2.0: plain text, off unless asked for. Owner of its connections.</summary>
internal sealed class ClassicListener : IAsyncDisposable
{
    private readonly ChatCore core;
    private readonly ConnectionCounts counts;
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<Task, bool> connections = new();
    private readonly Socket socket;
    private readonly Task accepting;

    private ClassicListener(ChatCore core, Socket socket)
    {
        (this.core, this.socket) = (core, socket);
        counts = new ConnectionCounts(core.Options.MaxConnectionsPerAddress, core.Options.Limits);
        accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address => (IPEndPoint)socket.LocalEndPoint!;

    /// <exception cref="IOException">The address is in use or not this machine's.</exception>
    public static ClassicListener Start(ChatCore core, IPEndPoint address)
    {
        Socket? socket = null;
        try
        {
            socket = ListenSocket.Create(address);
            socket.Listen(512);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw new IOException($"The server cannot listen on {address} for classic clients: {e.Message}. Choose another address with --classic.", e);
        }

        var listener = new ClassicListener(core, socket);
        core.Log.ClassicListening(listener.Address.ToString());
        if (!IPAddress.IsLoopback(address.Address))
        {
            core.Log.ClassicRemote(listener.Address.ToString());
        }

        return listener;
    }

    /// <summary>Takes no more connections and ends those that are there.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await accepting;
        socket.Dispose();
        await Task.WhenAll(connections.Keys);
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var accepted = await socket.AcceptAsync(stopping.Token);
                var running = RunAsync(accepted);
                connections.TryAdd(running, true);
                _ = running.ContinueWith(done => connections.TryRemove(done, out _), TaskScheduler.Default);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException e)
            {
                // Out of handles, or the other side had gone before it was accepted: the next may go well.
                core.Log.ClassicAcceptFailed(e);
                await Task.Delay(TimeSpan.FromMilliseconds(100), core.Clock);
            }
        }
    }

    private async Task RunAsync(Socket accepted)
    {
        var remote = "local";
        var (counted, opened) = (false, false);
        try
        {
            remote = ConnectionCounts.Key(accepted.RemoteEndPoint);
            counted = true;
            if (counts.Enter(remote) != Admission.Welcome)
            {
                // That client has no message for it.
                core.Metrics.Refused(Code.TooManyRequests);
                core.Log.TooManyConnections(core.Options.MaxConnectionsPerAddress);
                return;
            }

            core.Metrics.Opened(ConnectionKind.Classic);
            opened = true;
            await new ClassicConnection(core, accepted, remote).RunAsync(stopping.Token);
        }
        catch (Exception e)
        {
            core.Log.BackgroundFailed("a classic connection", e);
        }
        finally
        {
            accepted.Dispose();
            if (opened)
            {
                core.Metrics.Closed(ConnectionKind.Classic);
            }

            if (counted)
            {
                counts.Leave(remote);
            }
        }
    }
}
