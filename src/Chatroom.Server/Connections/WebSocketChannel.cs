using System.Buffers;
using System.Net.WebSockets;
using Chatroom.Protocol;
using Chatroom.Server.Delivery;

namespace Chatroom.Server.Connections;

/// <summary>The same frames over a WebSocket: each binary message is exactly one.</summary>
public sealed class WebSocketChannel : IFrameChannel
{
    private const int First = 4 * 1024;
    private readonly WebSocket socket;
    private readonly GatheringStream? below;
    private byte[] buffer = new byte[First];
    private Task<ValueWebSocketReceiveResult>? listening;

    public WebSocketChannel(WebSocket socket) => this.socket = socket;

    /// <param name="below">The stream under the WebSocket: what goes out together leaves in one write.</param>
    internal WebSocketChannel(WebSocket socket, GatheringStream below) => (this.socket, this.below) = (socket, below);

    // Of no bytes: it takes what comes between messages, pongs among it, and leaves the message itself to the next read.
    public void Listen() => listening ??= socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).AsTask();

    public async ValueTask<Frame?> ReadAsync(Func<Code, int> maxBody)
    {
        var length = 0;
        while (true)
        {
            var receiving = listening is { } begun ? new ValueTask<ValueWebSocketReceiveResult>(begun) : socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
            listening = null;
            var result = await receiving;
            if (result.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            if (result.MessageType != WebSocketMessageType.Binary)
            {
                throw new FrameInvalidException("Frames travel as binary messages.");
            }

            length += result.Count;
            if (result.EndOfMessage)
            {
                return Parse(length, maxBody);
            }

            // The bound is checked as soon as the header is there, before the buffer grows.
            var sequence = new ReadOnlySequence<byte>(buffer, 0, length);
            if (FrameCodec.TryRead(ref sequence, maxBody, out _) != FrameStatus.Incomplete)
            {
                throw new FrameInvalidException("A message is exactly one frame.");
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, WireLimits.HeaderBytes + WireLimits.BodyAfterSignIn + 1));
                if (length == buffer.Length)
                {
                    throw new FrameInvalidException("The message is longer than any frame.");
                }
            }
        }
    }

    public async ValueTask WriteAsync(IReadOnlyList<FrameRun> runs)
    {
        if (below is not null && (runs.Count > 1 || runs[0].Frames.Count > 1))
        {
            await below.GatherAsync();
            try
            {
                await SendAsync(runs);
            }
            finally
            {
                await below.ReleaseAsync();
            }
        }
        else
        {
            await SendAsync(runs);
        }
    }

    public async ValueTask CloseAsync()
    {
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
        }
    }

    public void Abort() => socket.Abort();

    private async ValueTask SendAsync(IReadOnlyList<FrameRun> runs)
    {
        foreach (var run in runs)
        {
            foreach (var frame in run.Frames)
            {
                await socket.SendAsync(frame.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            }
        }
    }

    private Frame Parse(int length, Func<Code, int> maxBody)
    {
        var sequence = new ReadOnlySequence<byte>(buffer, 0, length);
        var status = FrameCodec.TryRead(ref sequence, maxBody, out var frame);
        if (buffer.Length > First * 4)
        {
            buffer = new byte[First];
        }

        return status == FrameStatus.Complete && sequence.IsEmpty ? frame : throw new FrameInvalidException("A message is exactly one frame.");
    }
}
