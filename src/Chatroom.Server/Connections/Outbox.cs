using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Delivery;

namespace Chatroom.Server.Connections;

/// <summary>
/// Frames waiting for one connection, bounded in bytes. It MUST NOT block whoever offers; it MUST keep the order; on overflow it MUST drop what waits,
/// say why in one last frame and end: the client resumes by "entries after N". A writer of the server writes everything that has come meanwhile and flushes once;
/// where the socket does not take it at once, the write goes on by itself.
/// </summary>
/// <param name="limit">Bound in bytes.</param>
/// <param name="writer">The thread that writes; many outboxes share one.</param>
/// <param name="write">Writes frames and flushes once; never called again before it has ended.</param>
public sealed class Outbox(int limit, OutboxWriter writer, Func<IReadOnlyList<FrameRun>, ValueTask> write) : IFrameSink
{
    private static readonly FrameRun Overflow = new(WireJson.Frame(Code.Bye, 0, new Bye
    {
        Reason = (int)Code.SlowConsumer,
        Text = "Too much was waiting for this connection. Sign in again: what was missed comes then.",
        ReconnectAfterMs = 1000,
    }));

    private readonly Lock gate = new();
    private readonly TaskCompletionSource written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<FrameRun> waiting = [];
    private List<FrameRun>? spare;
    private long bytes;
    private bool ended;
    private bool awake;
    private TaskCompletionSource? space;

    /// <summary>Why the outbox ended by itself; null when it did not.</summary>
    public string? EndReason { get; private set; }

    /// <summary>Ends when the outbox is complete and the last frame has been written; fails as the write failed.</summary>
    public Task Written => written.Task;

    /// <summary>Raised once when the outbox overflows: the connection should be closed soon.</summary>
    public event Action? Overflowed;

    public long Waiting => Volatile.Read(ref bytes);

    public void Offer(byte[] frame) => Offer(new FrameRun(frame));

    public void Offer(FrameRun run)
    {
        var (overflow, early) = (false, false);
        lock (gate)
        {
            if (ended)
            {
                return;
            }

            if (bytes + run.Length > limit)
            {
                waiting.Clear();
                waiting.Add(Overflow);
                overflow = ended = true;
                EndReason = "slow consumer";
            }
            else
            {
                waiting.Add(run);
                bytes += run.Length;

                // A batch of large frames must not overflow a reader that is quick: writing begins before the batch ends.
                early = bytes > limit / 8 && !awake;
            }
        }

        if (early || overflow)
        {
            Flush();
        }

        if (overflow)
        {
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

        writer.Add(this);
    }

    /// <summary>No more frames are taken; <see cref="Written"/> ends when the last has been written.</summary>
    public void Complete()
    {
        lock (gate)
        {
            ended = true;
        }

        Flush();
    }

    /// <summary>
    /// Writes what waits now; what comes meanwhile has its turn behind the other outboxes, or one that is filled as fast as it is written would have the thread for
    /// itself. Called by the writer's thread after a <see cref="Flush"/>, and by nobody else.
    /// </summary>
    internal void Write()
    {
        if (Take() is not { } batch)
        {
            return;
        }

        ValueTask writing;
        try
        {
            writing = write(batch);
        }
        catch (Exception e)
        {
            Fail(e);
            return;
        }

        if (writing.IsCompletedSuccessfully)
        {
            Give(batch);
        }
        else
        {
            _ = GoOnAsync(writing, batch);
        }
    }

    private async Task GoOnAsync(ValueTask writing, List<FrameRun> batch)
    {
        try
        {
            await writing;
        }
        catch (Exception e)
        {
            Fail(e);
            return;
        }

        Give(batch);
    }

    private List<FrameRun>? Take()
    {
        lock (gate)
        {
            if (waiting.Count > 0)
            {
                var batch = waiting;
                waiting = spare ?? [];
                spare = batch;
                return batch;
            }

            awake = false;
            if (!ended)
            {
                return null;
            }
        }

        written.TrySetResult();
        return null;
    }

    // What is being written still counts against the bound until it has left, or a client that stops reading would hold twice of it.
    private void Give(List<FrameRun> batch)
    {
        long left = 0;
        foreach (var run in batch)
        {
            left += run.Length;
        }

        batch.Clear();
        TaskCompletionSource? waiter = null;
        bool more, last;
        lock (gate)
        {
            bytes = Math.Max(0, bytes - left);
            if (space is not null && bytes <= limit / 2)
            {
                (waiter, space) = (space, null);
            }

            awake = more = waiting.Count > 0;
            last = ended && !more;
        }

        waiter?.SetResult();
        if (more)
        {
            writer.Add(this);
        }
        else if (last)
        {
            written.TrySetResult();
        }
    }

    // Nothing can be written any more, so nothing waits any more; awake stays true, and nobody writes again.
    private void Fail(Exception why)
    {
        lock (gate)
        {
            ended = true;
            waiting.Clear();
        }

        written.TrySetException(why);
        _ = written.Task.Exception;
    }
}

/// <summary>The connection is over: the ordinary end of a pump or a loop.</summary>
public sealed class ConnectionEndedException(string message) : IOException(message);
