using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Delivery;

namespace Chatroom.Server.Sessions;

/// <summary>Where a connection stands.</summary>
[Flags]
public enum SessionState
{
    /// <summary>Nobody has signed in.</summary>
    Anonymous = 1,

    /// <summary>Signed in; the answer to LOGIN is still going out and events are held.</summary>
    Syncing = 2,

    /// <summary>Events flow.</summary>
    Live = 4,

    /// <summary>Being closed: nothing is delivered any more.</summary>
    Closed = 8,
}

/// <summary>What the answer to LOGIN already contained: events up to here are dropped when the session goes live.</summary>
public sealed record SyncPoint(long Revision, IReadOnlyDictionary<long, long> Heads);

/// <summary>
/// One connection's conversation: who speaks, and events on their way to it. Events that come while the answer to LOGIN is being made are held and
/// then released without a gap and without a doublet. Owner of this state: itself, under its lock.
/// </summary>
/// <param name="heldLimit">Bytes of events that are held at most while the answer to LOGIN is being made.</param>
/// <param name="clock">Null: the system's.</param>
public sealed class Session(IFrameSink sink, string remote, int heldLimit, TimeProvider? clock = null) : IDisposable
{
    // A timer waits 49 days at most; a token may be good for longer.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(30);

    // Twice the time after which a connection without answers is given up: what was told longer ago, on one that went on, has arrived.
    private static readonly TimeSpan Doubt = TimeSpan.FromSeconds(30);

    private readonly TimeProvider clock = clock ?? TimeProvider.System;
    private readonly Lock gate = new();
    private ITimer? expiry;
    private List<Held>? held;
    private long heldBytes;
    private SyncPoint? synced;
    private Action? close;
    private long toldAt;
    private long arrived;

    /// <summary>Address of the other side, without the port; for throttles, never for the log of texts.</summary>
    public string Remote { get; } = remote;

    public SessionState State { get; private set; } = SessionState.Anonymous;

    public Caller? Caller { get; private set; }

    /// <summary>Speaks the protocol of Chatroom 2.0: what that client cannot do itself is decided for it.</summary>
    public bool Classic { get; init; }

    /// <summary>The token of the cookie that came with a browser's WebSocket, for a LOGIN without credentials of its own.</summary>
    public string? CookieToken { get; init; }

    public string Id { get; } = Convert.ToHexStringLower(BitConverter.GetBytes(Random.Shared.NextInt64()));

    /// <summary>The person is not online for this connection. Set before it is registered.</summary>
    public bool Quiet { get; set; }

    /// <summary>Rooms this session hears; kept by the hub under its lock.</summary>
    internal HashSet<long> Rooms { get; } = [];

    /// <summary>Has unflushed frames; kept by the hub.</summary>
    internal bool Touched { get; set; }

    /// <summary>A reply is among what is being delivered; kept by the hub.</summary>
    internal bool Awaits { get; set; }

    /// <summary>Account revision up to which this connection has been told; 0 before the answer to LOGIN is out.</summary>
    public long ToldRevision { get; private set; }

    /// <summary>Account revision up to which the other side has been told for sure, also when the connection turns out to have been dead.</summary>
    public long ArrivedRevision => clock.GetElapsedTime(toldAt) > Doubt ? ToldRevision : arrived;

    /// <summary>Account revision up to which it is noted that some device has been told; kept by <see cref="Commands.Seen"/>.</summary>
    internal long NotedRevision { get; set; }

    /// <summary>Bytes of events on their way to the other side.</summary>
    public long Waiting => sink.Waiting;

    /// <summary>How the connection is ended: set once by the one who owns it.</summary>
    public void OnClose(Action action) => close = action;

    /// <summary>From here on events for this session are held. Called by the hub when it starts to deliver to it.</summary>
    internal void Begin(Caller caller)
    {
        lock (gate)
        {
            Caller = caller;
            State = SessionState.Syncing;
            held = [];
        }
    }

    /// <summary>Releases what was held and is not in the answer already; from here on events go straight out.</summary>
    public void GoLive(SyncPoint point)
    {
        lock (gate)
        {
            if (State != SessionState.Syncing)
            {
                return;
            }

            arrived = ToldRevision = point.Revision;
            synced = point;
            foreach (var item in held!)
            {
                Tell(item.Frame, item.Room, item.Number);
            }

            held = null;
            State = SessionState.Live;
        }

        sink.Flush();
    }

    /// <summary>Queues an event. <paramref name="room"/> with its seq, or null with an account revision, or null with 0 for events that are never part of a snapshot.</summary>
    internal void Deliver(byte[] frame, long? room, long number)
    {
        // A bot that may not read is told nothing but the replies to its own requests.
        if (Caller?.Scopes.HasFlag(Scopes.Read) is false)
        {
            return;
        }

        var overflow = false;
        lock (gate)
        {
            switch (State)
            {
                case SessionState.Live:
                    Tell(frame, room, number);
                    break;
                case SessionState.Syncing when heldBytes + frame.Length > heldLimit:
                    overflow = true;
                    break;
                case SessionState.Syncing:
                    held!.Add(new Held(frame, room, number));
                    heldBytes += frame.Length;
                    break;
                default:
                    break;
            }
        }

        if (overflow)
        {
            End(Code.SlowConsumer, "Too much happened while signing in. Sign in again.", 1000);
        }
    }

    /// <summary>Queues entries of one room that follow each other; the first has seq <paramref name="first"/>.</summary>
    internal void Deliver(FrameRun run, long room, long first)
    {
        if (Caller?.Scopes.HasFlag(Scopes.Read) is false)
        {
            return;
        }

        lock (gate)
        {
            if (State == SessionState.Live && !(synced!.Heads.TryGetValue(room, out var head) && head >= first))
            {
                sink.Offer(run);
                return;
            }
        }

        for (var i = 0; i < run.Frames.Count; i++)
        {
            Deliver(run.Frames[i], room, first + i);
        }
    }

    /// <summary>Drops what is held of a room that the person is no longer in.</summary>
    internal void Forget(long room)
    {
        lock (gate)
        {
            heldBytes -= held?.Where(h => h.Room == room).Sum(h => (long)h.Frame.Length) ?? 0;
            held?.RemoveAll(h => h.Room == room);
        }
    }

    // What a commit changed can be read before it is delivered, so that the answer may hold what comes here only later.
    private void Tell(byte[] frame, long? room, long number)
    {
        var known = synced is { } point && (room is { } id ? point.Heads.TryGetValue(id, out var head) && number <= head : number > 0 && number <= point.Revision);
        if (known)
        {
            return;
        }

        sink.Offer(frame);
        if (room is null && number > ToldRevision)
        {
            arrived = ArrivedRevision;
            (ToldRevision, toldAt) = (number, clock.GetTimestamp());
        }
    }

    /// <summary>Queues a reply behind everything queued before.</summary>
    internal void Reply(byte[] frame) => sink.Offer(frame);

    internal void Flush() => sink.Flush();

    /// <summary>Says BYE with a reason, then has the connection closed.</summary>
    public void End(Code reason, string text, long? reconnectAfterMs)
    {
        lock (gate)
        {
            if (State == SessionState.Closed)
            {
                return;
            }

            State = SessionState.Closed;
            held = null;
        }

        sink.Offer(WireJson.Frame(Code.Bye, 0, new Bye { Reason = (int)reason, Text = text, ReconnectAfterMs = reconnectAfterMs }));
        sink.Flush();
        close?.Invoke();
    }

    /// <summary>Ends the conversation when the token that began it expires.</summary>
    /// <param name="expires">UTC ms.</param>
    internal void EndAt(TimeProvider clock, long expires)
    {
        expiry = clock.CreateTimer(_ => EndWhenDue(clock, expires), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        EndWhenDue(clock, expires);
    }

    /// <summary>When the connection is over.</summary>
    public void Dispose() => expiry?.Dispose();

    private void EndWhenDue(TimeProvider clock, long expires)
    {
        var left = DateTimeOffset.FromUnixTimeMilliseconds(expires) - clock.GetUtcNow();
        if (left <= TimeSpan.Zero)
        {
            End(Code.TokenInvalid, "The token of this connection has expired. Make a new one.", null);
        }
        else
        {
            expiry!.Change(left < LongestWait ? left : LongestWait, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The connection is gone: nothing more is delivered.</summary>
    public void Gone()
    {
        lock (gate)
        {
            State = SessionState.Closed;
            held = null;
        }
    }

    /// <summary>As if nobody had signed in: after it has left the hub, when the answer to LOGIN could not be given.</summary>
    internal void Again()
    {
        lock (gate)
        {
            (Caller, State, held, heldBytes, synced) = (null, SessionState.Anonymous, null, 0, null);
        }
    }

    private readonly record struct Held(byte[] Frame, long? Room, long Number);
}
