using System.Net.Sockets;

namespace Chatroom.Faults.Running;

/// <summary>One connection through a <see cref="Proxy"/>.</summary>
public sealed class Line : IAsyncDisposable
{
    private const int MostGlued = 64 * 1024;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    private readonly Socket client;
    private readonly Socket server;
    private readonly Way way;
    private readonly Task up;
    private readonly Task down;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long upLeft = long.MaxValue;
    private long downLeft = long.MaxValue;
    private bool isReset;
    private volatile bool isHalfOpen;

    internal Line(Socket client, Socket server, Way way)
    {
        (this.client, this.server, this.way) = (client, server, way);
        up = Task.Run(() => CarryAsync(client, server, isUp: true));
        down = Task.Run(() => CarryAsync(server, client, isUp: false));
    }

    /// <summary>Whether it was cut where it was asked to be.</summary>
    public bool WasCut { get; private set; }

    /// <summary>Cuts it when so many more bytes have gone from the client to the server; 0: before the next.</summary>
    /// <param name="reset">With a reset of both sides, otherwise with an orderly end.</param>
    public void CutUp(long after, bool reset) => Cut(ref upLeft, after, reset);

    /// <summary>Cuts it when so many more bytes have gone from the server to the client.</summary>
    public void CutDown(long after, bool reset) => Cut(ref downLeft, after, reset);

    /// <summary>The client's side ends; the server is told nothing and its packets are still taken by the system, as by a program that hangs.</summary>
    public void HalfOpen()
    {
        isHalfOpen = true;
        client.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        isHalfOpen = false;
        End();
        await Task.WhenAll(up, down);
    }

    private void Cut(ref long left, long after, bool reset)
    {
        isReset = reset;
        Volatile.Write(ref left, after);
    }

    private async Task CarryAsync(Socket from, Socket to, bool isUp)
    {
        var buffer = new byte[MostGlued];
        try
        {
            while (true)
            {
                var count = await from.ReceiveAsync(buffer.AsMemory(0, way == Way.Glued ? 4096 : MostGlued));
                if (count == 0)
                {
                    to.Shutdown(SocketShutdown.Send);
                    break;
                }

                count = await AwaitMoreAsync(from, buffer, count);
                if (await SendAsync(to, buffer.AsMemory(0, count), isUp))
                {
                    WasCut = true;
                    End();
                    return;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            if (!isHalfOpen)
            {
                End();
            }
        }
    }

    private async Task<int> AwaitMoreAsync(Socket from, byte[] buffer, int count)
    {
        if (way == Way.Glued)
        {
            await PauseAsync(Moment);
            while (from.Available > 0 && count < buffer.Length)
            {
                count += await from.ReceiveAsync(buffer.AsMemory(count));
            }
        }
        else if (way == Way.Delayed)
        {
            await PauseAsync(Moment * Random.Shared.NextDouble() * 3);
        }

        return count;
    }

    /// <returns>True when this is where it is cut.</returns>
    private async Task<bool> SendAsync(Socket to, ReadOnlyMemory<byte> bytes, bool isUp)
    {
        var left = isUp ? Volatile.Read(ref upLeft) : Volatile.Read(ref downLeft);
        var part = bytes[..(int)Math.Min(bytes.Length, left)];
        for (var i = 0; i < part.Length;)
        {
            var piece = way == Way.ByteByByte ? part.Slice(i, 1) : part[i..];
            i += await to.SendAsync(piece);
        }

        if (left != long.MaxValue)
        {
            Volatile.Write(ref isUp ? ref upLeft : ref downLeft, left - part.Length);
        }

        return part.Length < bytes.Length;
    }

    // It ends earlier when the line does.
    private Task PauseAsync(TimeSpan time) => Task.WhenAny(ended.Task, Task.Delay(time));

    private void End()
    {
        if (!ended.TrySetResult())
        {
            return;
        }

        foreach (var side in new[] { client, server })
        {
            if (isReset && side.Connected)
            {
                side.LingerState = new LingerOption(true, 0);
            }

            side.Dispose();
        }
    }
}
