using System.Buffers;
using System.Threading.Channels;
using Chatroom.Protocol;
using Chatroom.Server.Connections;
using Chatroom.Server.Delivery;

namespace Chatroom.Tests.Support;

/// <summary>A connection without a socket: frames go through two queues. The bounds of bodies are kept as a real channel keeps them.</summary>
internal sealed class MemoryChannel : IFrameChannel
{
    private readonly Channel<Frame> toServer = Channel.CreateUnbounded<Frame>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Channel<Frame> toClient = Channel.CreateUnbounded<Frame>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly CancellationTokenSource aborted = new();
    private readonly SemaphoreSlim? writes;

    /// <param name="held">True: nothing the server writes goes out before <see cref="LetOut"/>, as to a client that does not read.</param>
    public MemoryChannel(bool held = false) => writes = held ? new SemaphoreSlim(0) : null;

    /// <summary>What the server wrote.</summary>
    public ChannelReader<Frame> Received => toClient.Reader;

    /// <summary>Sends a frame as the client.</summary>
    public void Send(Frame frame) => toServer.Writer.TryWrite(frame);

    /// <summary>The client goes away.</summary>
    public void Leave() => toServer.Writer.TryComplete();

    public void LetOut() => writes?.Release(1_000_000);

    public async ValueTask<Frame?> ReadAsync(Func<Code, int> maxBody)
    {
        if (!await toServer.Reader.WaitToReadAsync() || !toServer.Reader.TryRead(out var frame))
        {
            return null;
        }

        return frame.Body.Length > maxBody(frame.Code) ? throw new FrameInvalidException("The frame's length is out of bounds.") : frame;
    }

    public async ValueTask WriteAsync(IReadOnlyList<FrameRun> runs)
    {
        if (writes is not null)
        {
            await writes.WaitAsync(aborted.Token);
        }

        foreach (var bytes in runs.SelectMany(run => run.Frames))
        {
            var buffer = new ReadOnlySequence<byte>(bytes);
            if (FrameCodec.TryRead(ref buffer, _ => WireLimits.ServerBody, out var frame) != FrameStatus.Complete)
            {
                var fault = new IOException($"The server wrote a frame of {bytes.Length} bytes, which no client takes.");
                toClient.Writer.TryComplete(fault);
                toServer.Writer.TryComplete();
                throw fault;
            }

            toClient.Writer.TryWrite(frame);
        }
    }

    public ValueTask CloseAsync()
    {
        Abort();
        return ValueTask.CompletedTask;
    }

    public void Abort()
    {
        aborted.Cancel();
        toServer.Writer.TryComplete();
        toClient.Writer.TryComplete();
    }
}
