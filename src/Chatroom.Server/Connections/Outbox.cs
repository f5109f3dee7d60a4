using System.Buffers;
using System.IO.Pipelines;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Delivery;

namespace Chatroom.Server.Connections;

/// <summary>
/// Frames waiting for one connection, bounded in bytes. It MUST NOT block whoever offers; it MUST keep the order; on overflow it MUST drop what waits,
/// say why in one last frame and end: the client resumes by "entries after N". One pump writes everything that has come meanwhile and flushes once.
/// </summary>
public sealed class Outbox(int limit) : IFrameSink
{
    private static readonly byte[] Overflow = WireJson.Frame(Code.Bye, 0, new Bye
    {
        Reason = (int)Code.SlowConsumer,
        Text = "Too much was waiting for this connection. Sign in again: what was missed comes then.",
        ReconnectAfterMs = 1000,
    });

    private readonly Lock gate = new();
    private readonly SemaphoreSlim wake = new(0, 1);
    private List<byte[]> waiting = [];
    private List<byte[]> spare = [];
    private long bytes;
    private bool ended;
    private bool awake;
    private TaskCompletionSource? space;

    /// <summary>Why the outbox ended by itself; null when it did not.</summary>
    public string? EndReason { get; private set; }

    /// <summary>Raised once when the outbox overflows: the connection should be closed soon.</summary>
    public event Action? Overflowed;

    public void Offer(byte[] frame)
    {
        var (overflow, early) = (false, false);
        lock (gate)
        {
            if (ended)
            {
                return;
            }

            if (bytes + frame.Length > limit)
            {
                waiting.Clear();
                waiting.Add(Overflow);
                overflow = ended = true;
                EndReason = "slow consumer";
            }
            else
            {
                waiting.Add(frame);
                bytes += frame.Length;

                // A batch of large frames must not overflow a reader that is quick: the pump begins before the batch ends.
                early = bytes > limit / 8 && !awake;
            }
        }

        if (early)
        {
            Flush();
        }

        if (overflow)
        {
            Flush();
            Overflowed?.Invoke();
        }
    }

    /// <summary>
    /// Queues a frame when there is room for it, waiting while more than half of the bound is taken: for replies, whose reader is the one who asked.
    /// </summary>
    public async ValueTask OfferWhenRoomAsync(byte[] frame, CancellationToken cancellation)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (ended || bytes <= limit / 2)
                {
                    break;
                }

                space ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                wait = space.Task;
            }

            Flush();
            await wait.WaitAsync(cancellation);
        }

        Offer(frame);
        Flush();
    }

    public void Flush()
    {
        lock (gate)
        {
            if (awake)
            {
                return;
            }

            awake = true;
        }

        wake.Release();
    }

    /// <summary>No more frames are taken; the pump ends when the last has been written.</summary>
    public void Complete()
    {
        lock (gate)
        {
            ended = true;
        }

        Flush();
    }

    /// <summary>Writes frames to <paramref name="write"/> until completed. Each call gets everything that waits.</summary>
    /// <param name="write">Writes frames and flushes once.</param>
    public async Task PumpAsync(Func<IReadOnlyList<byte[]>, CancellationToken, ValueTask> write, CancellationToken cancellation)
    {
        while (true)
        {
            await wake.WaitAsync(cancellation);
            while (Take() is { } batch)
            {
                await write(batch, cancellation);
                Give(batch);
            }

            lock (gate)
            {
                if (ended && waiting.Count == 0)
                {
                    return;
                }
            }
        }
    }

    private List<byte[]>? Take()
    {
        lock (gate)
        {
            if (waiting.Count == 0)
            {
                awake = false;
                return null;
            }

            var batch = waiting;
            waiting = spare;
            spare = batch;
            return batch;
        }
    }

    // What is being written still counts against the bound until it has left, or a client that stops reading would hold twice of it.
    private void Give(List<byte[]> batch)
    {
        long written = 0;
        foreach (var frame in batch)
        {
            written += frame.Length;
        }

        batch.Clear();
        TaskCompletionSource? waiter = null;
        lock (gate)
        {
            bytes = Math.Max(0, bytes - written);
            if (space is not null && bytes <= limit / 2)
            {
                (waiter, space) = (space, null);
            }
        }

        waiter?.SetResult();
    }

    /// <summary>Writes frames to a pipe and flushes once.</summary>
    public static async ValueTask WriteAsync(PipeWriter output, IReadOnlyList<byte[]> frames, CancellationToken cancellation)
    {
        const int Chunk = 64 * 1024;
        var pending = 0;
        for (var i = 0; i < frames.Count; i++)
        {
            output.Write(frames[i]);
            pending += frames[i].Length;
            if (pending >= Chunk || i == frames.Count - 1)
            {
                pending = 0;
                var result = await output.FlushAsync(cancellation);
                if (result.IsCompleted)
                {
                    throw new ConnectionEndedException("The other side has closed the connection.");
                }
            }
        }
    }
}

/// <summary>The connection is over: the ordinary end of a pump or a loop.</summary>
public sealed class ConnectionEndedException(string message) : IOException(message);
