namespace Chatroom.Server.Connections.Classic;

/// <summary>
/// Writes what waits for a classic client, one message per write, so that each read of the client gives exactly one. Messages filled up to what one read takes
/// can follow each other at once, even while the client shows a box and reads nothing; those with the original's own bytes are sent only into silence, and are
/// followed by it. While the connection starts up (a request, a reply) nothing has to be kept apart.
/// </summary>
internal sealed class ClassicPump(
    ClassicOutbox outbox, Func<byte[], CancellationToken, ValueTask<IReadOnlyList<ClassicMessage>>> translate, Func<CancellationToken, ValueTask> writable,
    Func<byte[], CancellationToken, ValueTask> write, ClassicPadding padding, TimeProvider clock)
{
    /// <summary>After so long without a message the client has read everything.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);

    /// <summary>What follows a message with the original's bytes waits so long.</summary>
    public static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(250);

    /// <summary>Messages that come so close together are a burst.</summary>
    public static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(25);

    private readonly Queue<ClassicMessage> ready = [];
    private volatile bool box;
    private volatile bool live;
    private volatile bool busy;
    private long? sent;
    private long? exact;

    /// <summary>Something was there to write when this looked last.</summary>
    public bool Busy
    {
        get => busy;
        private set => busy = value;
    }

    /// <summary>A request came: no box is open, for the client cannot send while one is.</summary>
    public void Heard() => box = false;

    /// <summary>The client's start-up is over: its listener reads, events flow, and messages are kept apart.</summary>
    public void GoLive()
    {
        live = true;
        outbox.Release();
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            // Nothing is taken before it can be written: what waits is counted, and dropped, in the outbox.
            // Busy before it looks: what is queued between the two is taken below, and whoever waits for the last of it has to see either.
            Busy = true;
            if (ready.Count > 0 || outbox.Ready)
            {
                await writable(cancellation);
            }

            if (!await FillAsync(1, cancellation))
            {
                Busy = outbox.Ready;
                await outbox.WaitAsync(cancellation);
            }
            else if (!live)
            {
                await WriteAsync(ready.Dequeue(), padding == ClassicPadding.Always, cancellation);
            }
            else if (padding == ClassicPadding.Auto && await IsAloneAsync(cancellation))
            {
                await WriteAsync(ready.Dequeue(), padded: false, cancellation);
            }
            else if (padding == ClassicPadding.Auto && ready.Peek().Filler == ClassicMessage.Fill.Folders)
            {
                // A file's name is better left as it is: it was just asked for, so no box is open.
                await GapAsync(sent, cancellation);
                await WriteAsync(ready.Dequeue(), padded: false, cancellation);
            }
            else
            {
                await GapAsync(exact, cancellation);
                await WriteAsync(ready.Dequeue(), padded: true, cancellation);
            }
        }
    }

    /// <summary>Translates until so many messages are ready; false when there are fewer.</summary>
    private async ValueTask<bool> FillAsync(int count, CancellationToken cancellation)
    {
        while (ready.Count < count && outbox.TryTake(out var reply, out var lost, out var frame))
        {
            if (reply is not null)
            {
                ready.Enqueue(reply);
                continue;
            }

            var messages = frame is null ? ClassicText.Lines(ClassicText.Service, Lost(lost)) : await translate(frame, cancellation);
            foreach (var message in messages)
            {
                ready.Enqueue(message);
            }
        }

        return ready.Count >= count;
    }

    // The only message there is, into silence.
    private async ValueTask<bool> IsAloneAsync(CancellationToken cancellation)
    {
        if (box || (sent is { } last && clock.GetElapsedTime(last) < Quiet))
        {
            return false;
        }

        await Task.Delay(Gather, clock, cancellation);
        return !await FillAsync(2, cancellation) && !box;
    }

    private async ValueTask GapAsync(long? since, CancellationToken cancellation)
    {
        if (since is { } last && Gap - clock.GetElapsedTime(last) is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left, clock, cancellation);
        }
    }

    private async ValueTask WriteAsync(ClassicMessage message, bool padded, CancellationToken cancellation)
    {
        var filled = padded ? message.Padded() : null;
        await write(filled ?? message.Exact(), cancellation);
        sent = clock.GetTimestamp();
        exact = filled is null && message.Length != ClassicMessage.Size ? sent : exact;
        box |= message.Box;
        if (message.EndsStartup && !live)
        {
            GoLive();
        }
    }

    private static string Lost(int count) =>
        ClassicText.Outgoing($"{count} notices could not be shown here, because this window did not read them in time. Messages are kept: a new sign-in shows the last.");
}
