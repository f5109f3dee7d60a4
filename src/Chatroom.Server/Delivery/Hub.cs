using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Sessions;

namespace Chatroom.Server.Delivery;

/// <summary>How a person is online. Quiet connections do not count.</summary>
public enum Standing
{
    Away,

    /// <summary>On clients of Chatroom 2.0 only.</summary>
    Classic,

    Online,
}

/// <summary>
/// Who is connected and hears which room. Entries are encoded once and offered to every member's outbox; each touched outbox is flushed once per
/// batch of commits. Owner of this state: itself, under one lock held only for look-ups and offers, which never block.
/// </summary>
public sealed class Hub
{
    /// <summary>Bytes after which a run of entries is not lengthened.</summary>
    private const int MostOfRun = 32 * 1024;

    private readonly Lock gate = new();
    private readonly Dictionary<long, List<Session>> accounts = [];
    private readonly SortedSet<long> online = [];
    private readonly Dictionary<long, HashSet<Session>> rooms = [];
    private readonly List<Session> touched = [];
    private RoomRun? run;
    private long deliveries;

    /// <summary>An account stands otherwise than before (before, after): raised under the lock, must only take a note.</summary>
    public event Action<long, Standing, Standing>? PresenceChanged;

    /// <summary>Somebody was told who is online now: raised under the lock, must only take a note.</summary>
    public event Action? PresenceRead;

    /// <summary>Connections signed in.</summary>
    public int SessionCount
    {
        get
        {
            lock (gate)
            {
                return accounts.Values.Sum(s => s.Count);
            }
        }
    }

    /// <summary>People online.</summary>
    public int AccountCount
    {
        get
        {
            lock (gate)
            {
                return online.Count;
            }
        }
    }

    /// <summary>People with a connection signed in, quiet ones too.</summary>
    public int SignedIn
    {
        get
        {
            lock (gate)
            {
                return accounts.Count;
            }
        }
    }

    /// <summary>Events offered to connections since the start, one for each connection.</summary>
    public long Deliveries
    {
        get
        {
            lock (gate)
            {
                return deliveries;
            }
        }
    }

    /// <summary>Bytes that wait for all connections, and for the one with the most.</summary>
    public (long Sum, long Most) Waiting()
    {
        Session[] all;
        lock (gate)
        {
            all = [.. accounts.Values.SelectMany(s => s)];
        }

        return (all.Sum(s => s.Waiting), all.Length == 0 ? 0 : all.Max(s => s.Waiting));
    }

    /// <summary>
    /// From here on the session hears these rooms (held until it goes live). Called on the store's commit sequence, so that it is exact which
    /// commits come before and which after.
    /// </summary>
    /// <returns>
    /// False when <paramref name="single"/> and the account has a connection already, or both are classic (that client cannot tell two of itself apart), or
    /// the session is closed: nothing was changed.
    /// </returns>
    public bool Register(Session session, Caller caller, IEnumerable<long> memberOf, bool single)
    {
        lock (gate)
        {
            EndRun();
            var has = accounts.TryGetValue(caller.Account, out var sessions);
            if ((has && (single || (session.Classic && sessions!.Any(s => s.Classic)))) || session.State != SessionState.Anonymous)
            {
                return false;
            }

            var before = Stands(caller.Account);
            session.Begin(caller);
            if (!has)
            {
                accounts[caller.Account] = sessions = [];
            }

            sessions!.Add(session);
            Note(caller.Account, before);
            foreach (var room in memberOf)
            {
                Hear(session, room);
            }

            return true;
        }
    }

    /// <returns>True when this was the account's last connection.</returns>
    public bool Unregister(Session session)
    {
        lock (gate)
        {
            EndRun();
            session.Gone();
            if (session.Caller is not { } caller || !accounts.TryGetValue(caller.Account, out var sessions))
            {
                return false;
            }

            var before = Stands(caller.Account);
            if (!sessions.Remove(session))
            {
                return false;
            }

            foreach (var room in session.Rooms)
            {
                Unhear(session, room);
            }

            session.Rooms.Clear();
            Note(caller.Account, before);
            if (sessions.Count > 0)
            {
                return false;
            }

            accounts.Remove(caller.Account);
            return true;
        }
    }

    /// <summary>All connections of the account hear the room from the next entry on.</summary>
    public void Subscribe(long account, long room)
    {
        lock (gate)
        {
            EndRun();
            foreach (var session in accounts.GetValueOrDefault(account) ?? [])
            {
                Hear(session, room);
            }
        }
    }

    public void Unsubscribe(long account, long room)
    {
        lock (gate)
        {
            EndRun();
            foreach (var session in accounts.GetValueOrDefault(account) ?? [])
            {
                if (session.Rooms.Remove(room))
                {
                    session.Forget(room);
                    Unhear(session, room);
                }
            }
        }
    }

    /// <summary>
    /// Offers one committed entry to everyone who hears the room; the connection that sent it gets <paramref name="reply"/> in its place. Entries that follow each
    /// other in the same room wait for each other until anything else happens here, or until <see cref="FlushTouched"/>.
    /// </summary>
    public void DeliverEntry(long room, long seq, byte[] frame, Session? origin, byte[]? reply)
    {
        lock (gate)
        {
            if (run is { } open && !(open.Room == room && open.First + open.Frames.Count == seq && open.Bytes < MostOfRun))
            {
                EndRun();
            }

            run ??= new RoomRun(room, seq);
            run.Add(frame, origin, reply);
        }
    }

    private void EndRun()
    {
        if (run is not { } ended)
        {
            return;
        }

        run = null;
        foreach (var (_, origin, _) in ended.Replies)
        {
            origin.Awaits = true;
        }

        var frames = new FrameRun(ended.Frames);
        var listeners = rooms.GetValueOrDefault(ended.Room) ?? [];
        deliveries += (long)listeners.Count * ended.Frames.Count;
        foreach (var session in listeners)
        {
            if (session.Awaits)
            {
                session.Awaits = false;
                DeliverWithReplies(session, ended);
            }
            else
            {
                session.Deliver(frames, ended.Room, ended.First);
            }

            Touch(session);
        }

        // Whoever does not hear the room gets the reply alone.
        foreach (var (_, origin, reply) in ended.Replies.Where(r => r.Origin.Awaits))
        {
            origin.Reply(reply);
            Touch(origin);
        }

        foreach (var (_, origin, _) in ended.Replies)
        {
            origin.Awaits = false;
        }
    }

    private static void DeliverWithReplies(Session session, RoomRun run)
    {
        var next = 0;
        foreach (var (at, _, reply) in run.Replies.Where(r => r.Origin == session))
        {
            for (; next < at; next++)
            {
                session.Deliver(run.Frames[next], run.Room, run.First + next);
            }

            session.Reply(reply);
            next++;
        }

        for (; next < run.Frames.Count; next++)
        {
            session.Deliver(run.Frames[next], run.Room, run.First + next);
        }
    }

    /// <summary>Offers a change of account state to every device of the account.</summary>
    public void DeliverItems(long account, byte[] frame, long revision)
    {
        lock (gate)
        {
            EndRun();
            var devices = accounts.GetValueOrDefault(account) ?? [];
            deliveries += devices.Count;
            foreach (var session in devices)
            {
                session.Deliver(frame, null, revision);
                Touch(session);
            }
        }
    }

    /// <summary>A reply in its place among the deliveries of a batch.</summary>
    public void Reply(Session session, byte[] frame)
    {
        lock (gate)
        {
            EndRun();
            session.Reply(frame);
            Touch(session);
        }
    }

    /// <summary>Offers a passing event (presence, typing) to members of a room, or to everyone; goes out at once.</summary>
    public void Pass(byte[] frame, long? room, long exceptAccount)
    {
        List<Session> flush = [];
        lock (gate)
        {
            EndRun();
            IEnumerable<Session> to = room is { } id ? rooms.GetValueOrDefault(id) ?? [] : accounts.Values.SelectMany(s => s);
            foreach (var session in to)
            {
                if (session.Caller!.Account != exceptAccount)
                {
                    session.Deliver(frame, null, 0);
                    flush.Add(session);
                }
            }

            deliveries += flush.Count;
        }

        foreach (var session in flush)
        {
            session.Flush();
        }
    }

    /// <summary>Flushes each touched outbox once: the store calls it after every batch.</summary>
    public void FlushTouched()
    {
        Session[] flush;
        lock (gate)
        {
            EndRun();
            flush = [.. touched];
            touched.Clear();
            foreach (var session in flush)
            {
                session.Touched = false;
            }
        }

        foreach (var session in flush)
        {
            session.Flush();
        }
    }

    public bool IsOnline(long account)
    {
        lock (gate)
        {
            return online.Contains(account);
        }
    }

    /// <summary>Online on classic clients only.</summary>
    public bool IsClassic(long account)
    {
        lock (gate)
        {
            return Stands(account) == Standing.Classic;
        }
    }

    public bool IsDeviceOnline(long account, long device)
    {
        lock (gate)
        {
            return (accounts.GetValueOrDefault(account) ?? []).Any(s => s.Caller!.Device == device);
        }
    }

    /// <summary>People online by id, ascending, above <paramref name="after"/>.</summary>
    public IReadOnlyList<long> Online(long after, int limit)
    {
        lock (gate)
        {
            PresenceRead?.Invoke();
            return after == long.MaxValue ? [] : [.. online.GetViewBetween(after + 1, long.MaxValue).Take(limit)];
        }
    }

    /// <summary>Ends connections of an account that <paramref name="which"/> chooses, with a reason.</summary>
    public void End(long account, Func<Session, bool> which, Code reason, string text, long? reconnectAfterMs = null)
    {
        Session[] chosen;
        lock (gate)
        {
            EndRun();
            chosen = [.. (accounts.GetValueOrDefault(account) ?? []).Where(which)];
        }

        foreach (var session in chosen)
        {
            session.End(reason, text, reconnectAfterMs);
        }
    }

    /// <summary>Tells everyone to come back and ends all connections.</summary>
    public void EndAll(Code reason, string text, long reconnectAfterMs)
    {
        Session[] all;
        lock (gate)
        {
            EndRun();
            all = [.. accounts.Values.SelectMany(s => s)];
        }

        foreach (var session in all)
        {
            session.End(reason, text, reconnectAfterMs);
        }
    }

    /// <summary>The account items as a frame, for every device.</summary>
    public static byte[] ItemsFrame(AccountItem item) =>
        WireJson.Frame(Code.AccountChanged, 0, new AccountChanged { Items = [item], Revision = item.Revision });

    private Standing Stands(long account)
    {
        var standing = Standing.Away;
        foreach (var session in (accounts.GetValueOrDefault(account) ?? []).Where(s => !s.Quiet))
        {
            standing = session.Classic && standing != Standing.Online ? Standing.Classic : Standing.Online;
        }

        return standing;
    }

    private void Note(long account, Standing before)
    {
        var after = Stands(account);
        if (after == before)
        {
            return;
        }

        if (after == Standing.Away)
        {
            online.Remove(account);
        }
        else
        {
            online.Add(account);
        }

        PresenceChanged?.Invoke(account, before, after);
    }

    private void Hear(Session session, long room)
    {
        if (session.Rooms.Add(room))
        {
            (rooms.TryGetValue(room, out var listeners) ? listeners : rooms[room] = []).Add(session);
        }
    }

    private void Unhear(Session session, long room)
    {
        if (rooms.TryGetValue(room, out var listeners) && listeners.Remove(session) && listeners.Count == 0)
        {
            rooms.Remove(room);
        }
    }

    private void Touch(Session session)
    {
        if (!session.Touched)
        {
            session.Touched = true;
            touched.Add(session);
        }
    }
}
