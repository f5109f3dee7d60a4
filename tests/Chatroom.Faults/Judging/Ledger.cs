using System.Security.Cryptography;
using System.Text;

namespace Chatroom.Faults.Judging;

/// <summary>One message a client meant to send, or a file. It is written down before its first byte leaves.</summary>
/// <param name="Order">The place among the messages of the sender's lane to this room, from 0.</param>
/// <param name="Text">SHA-256 of the text or of the file's content, hexadecimal.</param>
public sealed record Sent(string Room, string Sender, int Order, string ClientId, string Text)
{
    /// <summary>The acknowledged place; null until then.</summary>
    public long? Seq { get; set; }

    public bool IsFile { get; init; }

    /// <summary>The device: only what one of them sends has an order.</summary>
    public string Lane { get; init; } = "";
}

/// <summary>One entry as it came to an observer.</summary>
/// <param name="Text">SHA-256 of the text or, as the entry says, of the file, hexadecimal; null for entries that are neither.</param>
public sealed record Seen(long Seq, string Sender, string? ClientId, string? Text);

/// <summary>What one observer saw of one room, in the order of arrival over all of its connections.</summary>
/// <param name="After">It was told nothing up to and including this place.</param>
public sealed record Watch(string Observer, string Room, long After)
{
    public List<Seen> Entries { get; } = [];

    public long Last => Entries.Count > 0 ? Entries[^1].Seq : After;
}

/// <summary>What ROOMS said at a sign-in.</summary>
public sealed record Counted(string Account, string Room, long Head, long Position, long Unread)
{
    /// <summary>What the ledger knew of the position then; null when nothing was ever read.</summary>
    public Reading? Reading { get; init; }
}

/// <summary>What a download of an acknowledged file brought.</summary>
/// <param name="Content">SHA-256 of the bytes that came with a success, hexadecimal; otherwise what came instead.</param>
public sealed record Fetched(string ClientId, string Content);

/// <summary>A person's position: everything up to it was acknowledged as read, nothing above was ever asked for.</summary>
public sealed record Reading(long Acknowledged, long Asked);

/// <summary>
/// The clients' own book of what they sent, what was acknowledged and what they saw. It knows nothing of the server's storage: whatever the
/// server does, <see cref="Judge"/> compares its promises with this. All members may be called from any thread.
/// </summary>
public sealed class Ledger
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Sent> sent = [];
    private readonly Dictionary<(string, string, string), int> orders = [];
    private readonly Dictionary<(string, string), Watch> watches = [];
    private readonly Dictionary<(string, string), Reading> readings = [];
    private readonly List<Counted> counts = [];
    private readonly List<Fetched> fetches = [];
    private readonly List<string> complaints = [];
    private int acknowledged;
    private TaskCompletionSource progressed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Acknowledged => Volatile.Read(ref acknowledged);

    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public Sent Send(string room, string sender, string clientId, string text, string lane = "") => SendHashed(room, sender, clientId, Hash(text), isFile: false, lane);

    /// <param name="sha256">Of the content, hexadecimal.</param>
    public Sent SendFile(string room, string sender, string clientId, string sha256) => SendHashed(room, sender, clientId, sha256, isFile: true, lane: "files");

    /// <summary>Notes an acknowledgement; a second one with another place is itself a broken promise.</summary>
    public void Acknowledge(string clientId, long seq)
    {
        lock (gate)
        {
            var one = sent[clientId];
            if (one.Seq is { } before && before != seq)
            {
                complaints.Add($"message {clientId} was acknowledged at {before} and later at {seq}");
            }

            if (one.Seq is null)
            {
                acknowledged++;
            }

            one.Seq = seq;
            Signal();
        }
    }

    /// <summary>Begins an observer's watch of a room; entries up to <paramref name="after"/> are not expected.</summary>
    public void Watch(string observer, string room, long after)
    {
        lock (gate)
        {
            watches.TryAdd((observer, room), new Watch(observer, room, after));
        }
    }

    public void See(string observer, string room, Seen entry)
    {
        lock (gate)
        {
            watches[(observer, room)].Entries.Add(entry);
            Signal();
        }
    }

    public long LastSeen(string observer, string room)
    {
        lock (gate)
        {
            return watches.TryGetValue((observer, room), out var watch) ? watch.Last : 0;
        }
    }

    /// <summary>A position is about to be asked for.</summary>
    public void AskRead(string account, string room, long seq) => Read(account, room, reading => reading with { Asked = Math.Max(reading.Asked, seq) });

    /// <summary>A position was acknowledged.</summary>
    public void AcknowledgeRead(string account, string room, long seq) =>
        Read(account, room, reading => new Reading(Math.Max(reading.Acknowledged, seq), Math.Max(reading.Asked, seq)));

    public void Count(Counted counted)
    {
        lock (gate)
        {
            counts.Add(counted with { Reading = readings.GetValueOrDefault((counted.Account, counted.Room)) });
        }
    }

    /// <summary>A message that was refused and is not tried again: it must never be seen.</summary>
    public void Forget(string clientId)
    {
        lock (gate)
        {
            sent.Remove(clientId);
        }
    }

    public void Fetch(Fetched fetched)
    {
        lock (gate)
        {
            fetches.Add(fetched);
        }
    }

    /// <summary>Something outside of the ledger changed that a condition of <see cref="UntilAsync"/> looks at.</summary>
    public void Notice()
    {
        lock (gate)
        {
            Signal();
        }
    }

    /// <summary>A broken promise that a client saw by itself.</summary>
    public void Complain(string what)
    {
        lock (gate)
        {
            complaints.Add(what);
            Signal();
        }
    }

    /// <summary>Waits until the ledger says so.</summary>
    /// <param name="patience">For each step of progress; a busy machine takes longer for all of them.</param>
    /// <exception cref="TimeoutException">Nothing more came within the time, or it did not in five times of it.</exception>
    public async Task UntilAsync(Func<Ledger, bool> fits, string what, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience * 5);
        while (true)
        {
            Task more;
            lock (gate)
            {
                more = progressed.Task;
            }

            if (fits(this))
            {
                return;
            }

            try
            {
                await more.WaitAsync(patience, limit.Token);
            }
            catch (Exception e) when (e is TimeoutException or OperationCanceledException)
            {
                throw new TimeoutException($"{patience.TotalSeconds} s without progress, or five times that, went by before {what}. {string.Join("; ", Books().Complaints.Take(5))}", e);
            }
        }
    }

    public Books Books()
    {
        lock (gate)
        {
            return new Books(
                [.. sent.Values.Select(one => one with { })],
                [.. watches.Values.Select(Copy)],
                [.. counts],
                [.. fetches],
                [.. complaints]);
        }
    }

    private Sent SendHashed(string room, string sender, string clientId, string hash, bool isFile, string lane)
    {
        lock (gate)
        {
            var order = orders.GetValueOrDefault((room, sender, lane));
            orders[(room, sender, lane)] = order + 1;
            var one = new Sent(room, sender, order, clientId, hash) { IsFile = isFile, Lane = lane };
            sent.Add(clientId, one);
            return one;
        }
    }

    private static Watch Copy(Watch watch)
    {
        var copy = new Watch(watch.Observer, watch.Room, watch.After);
        copy.Entries.AddRange(watch.Entries);
        return copy;
    }

    private void Read(string account, string room, Func<Reading, Reading> change)
    {
        lock (gate)
        {
            readings[(account, room)] = change(readings.GetValueOrDefault((account, room)) ?? new Reading(0, 0));
        }
    }

    private void Signal()
    {
        progressed.TrySetResult();
        progressed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>A copy of the ledger at one moment.</summary>
public sealed record Books(
    IReadOnlyList<Sent> Sent,
    IReadOnlyList<Watch> Watches,
    IReadOnlyList<Counted> Counts,
    IReadOnlyList<Fetched> Fetches,
    IReadOnlyList<string> Complaints);
