namespace Chatroom.Server.Connections.Classic;

/// <summary>
/// What waits for one classic connection: replies, and events as the frames they came in. Events are held until the client's start-up is over. It MUST NOT block
/// whoever pushes and MUST stay bounded; on overflow the oldest events are dropped and counted: that client cannot sign in again by itself, so it is never
/// closed for being slow.
/// </summary>
/// <param name="limit">Bytes of events.</param>
internal sealed class ClassicOutbox(int limit)
{
    private const int MaxReplies = 64;

    private readonly Lock gate = new();
    private readonly SemaphoreSlim wake = new(0, 1);
    private readonly SemaphoreSlim room = new(MaxReplies);
    private readonly Queue<ClassicMessage> replies = [];
    private readonly Queue<byte[]> events = [];
    private long bytes;
    private int dropped;
    private bool held = true;

    /// <summary>Raised when the first event is dropped after the client had been told of those before.</summary>
    public event Action? Dropping;

    /// <summary>The client's start-up goes on: events wait.</summary>
    public bool Held
    {
        get
        {
            lock (gate)
            {
                return held;
            }
        }
    }

    /// <summary>Something can be taken.</summary>
    public bool Ready
    {
        get
        {
            lock (gate)
            {
                return replies.Count > 0 || (!held && (events.Count > 0 || dropped > 0));
            }
        }
    }

    /// <summary>Bytes of events.</summary>
    public long Waiting => Volatile.Read(ref bytes);

    public void Push(byte[] frame)
    {
        var first = false;
        lock (gate)
        {
            events.Enqueue(frame);
            bytes += frame.Length;
            while (bytes > limit)
            {
                bytes -= events.Dequeue().Length;
                first |= dropped++ == 0;
            }
        }

        Wake();
        if (first)
        {
            Dropping?.Invoke();
        }
    }

    /// <summary>Queues a reply, before all events; waits while many are unwritten: who asks without reading is not asked to be read.</summary>
    public async ValueTask ReplyAsync(ClassicMessage message, CancellationToken cancellation)
    {
        await room.WaitAsync(cancellation);
        lock (gate)
        {
            replies.Enqueue(message);
        }

        Wake();
    }

    /// <summary>Start-up is over: events flow.</summary>
    public void Release()
    {
        lock (gate)
        {
            held = false;
        }

        Wake();
    }

    /// <summary>The next thing to write: a reply, or how many events were dropped, or an event.</summary>
    public bool TryTake(out ClassicMessage? reply, out int lost, out byte[]? frame)
    {
        (reply, lost, frame) = (null, 0, null);
        lock (gate)
        {
            if (replies.TryDequeue(out reply))
            {
                room.Release();
                return true;
            }

            if (held)
            {
                return false;
            }

            (lost, dropped) = (dropped, 0);
            if (lost == 0 && events.TryDequeue(out frame))
            {
                bytes -= frame.Length;
            }

            return lost > 0 || frame is not null;
        }
    }

    /// <summary>Waits until something may have come.</summary>
    public Task WaitAsync(CancellationToken cancellation) => wake.WaitAsync(cancellation);

    private void Wake()
    {
        lock (gate)
        {
            if (wake.CurrentCount == 0)
            {
                wake.Release();
            }
        }
    }
}
