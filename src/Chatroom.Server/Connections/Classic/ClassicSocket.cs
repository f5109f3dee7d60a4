using System.Net.Sockets;

namespace Chatroom.Server.Connections.Classic;

/// <summary>
/// Writes messages to a classic client, each whole in one write: written only while the kernel's buffer has room for all of it, so that a client that stops reading
/// never finds a part of one. The buffer is small: what waits is bounded by the outbox.
/// </summary>
internal sealed class ClassicSocket(Socket socket, TimeProvider clock)
{
    private const int SendBuffer = 64 * 1024;
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestLook = TimeSpan.FromMilliseconds(200);

    public void Prepare()
    {
        socket.NoDelay = true;
        socket.SendBufferSize = SendBuffer;
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) => socket.ReceiveAsync(buffer, SocketFlags.None, cancellation);

    /// <summary>Waits until a third of the buffer is free: far more than a message.</summary>
    public async ValueTask WritableAsync(CancellationToken cancellation)
    {
        var look = FirstLook;
        while (!socket.Poll(TimeSpan.Zero, SelectMode.SelectWrite))
        {
            await Task.Delay(look, clock, cancellation);
            look = look * 2 > LongestLook ? LongestLook : look * 2;
        }
    }

    public async ValueTask WriteAsync(byte[] message, CancellationToken cancellation)
    {
        await WritableAsync(cancellation);
        for (var at = 0; at < message.Length;)
        {
            at += await socket.SendAsync(message.AsMemory(at), SocketFlags.None, cancellation);
        }
    }

    /// <summary>What was written goes out; then the end of the stream.</summary>
    public void Close()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The other side was faster.
            socket.Close();
        }

        socket.Dispose();
    }
}
