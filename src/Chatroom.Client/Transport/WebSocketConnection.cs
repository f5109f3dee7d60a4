using System.Buffers;
using System.Net.WebSockets;
using Chatroom.Protocol;

namespace Chatroom.Client;

/// <summary>Frames as binary messages of a WebSocket.</summary>
internal sealed class WebSocketConnection(WebSocket socket, string? fingerprint) : IFrameConnection
{
    private const int Largest = WireLimits.HeaderBytes + WireLimits.ServerBody;

    private byte[] _buffer = new byte[16 * 1024];

    public string? CertificateFingerprint => fingerprint;

    public async ValueTask SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken = default)
    {
        try
        {
            await socket.SendAsync(frame, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            throw new IOException(error.Message, error);
        }
    }

    public async ValueTask<Frame?> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        var length = 0;
        while (true)
        {
            if (length == _buffer.Length)
            {
                Array.Resize(ref _buffer, length < Largest ? Math.Min(length * 4, Largest) : throw new IOException("The message is larger than any frame."));
            }

            var received = await ReceiveAsync(length, cancellationToken).ConfigureAwait(false);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            length += received.Count;
            if (!received.EndOfMessage)
            {
                continue;
            }

            var sequence = new ReadOnlySequence<byte>(_buffer, 0, length);
            return received.MessageType == WebSocketMessageType.Binary
                && FrameCodec.TryRead(ref sequence, static _ => WireLimits.ServerBody, out var frame) == FrameStatus.Complete
                && sequence.IsEmpty
                ? frame
                : throw new IOException("What the server sent is not a frame.");
        }
    }

    public ValueTask DisposeAsync()
    {
        // No closing handshake: a connection is given up when the other side is gone or has been told already, and waiting helps nobody.
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(int at, CancellationToken cancellationToken)
    {
        try
        {
            return await socket.ReceiveAsync(_buffer.AsMemory(at), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            throw new IOException(error.Message, error);
        }
    }
}
