using System.Collections.Concurrent;

namespace Chatroom.Server.Sessions;

/// <summary>A bucket that refills evenly: <paramref name="Burst"/> at once, then one per <paramref name="Interval"/>.</summary>
public readonly record struct Rate(int Burst, TimeSpan Interval)
{
    public static Rate PerMinute(int count) => new(count * 2, TimeSpan.FromMinutes(1) / count);

    public static Rate PerHour(int count) => new(count, TimeSpan.FromHours(1) / count);

    public static Rate PerSecond(int count) => new(count * 10, TimeSpan.FromSeconds(1) / count);
}

/// <summary>
/// Rate limits by address and by account. A bucket is one number (the time at which it is full again), so an idle one can be forgotten: memory is
/// bounded by who was active lately. Owner of this state: itself.
/// </summary>
public sealed class Throttles(ChatServerOptions options, TimeProvider clock)
{
    private const int SweepAbove = 50_000;
    private const int BytesOfOne = 2048;
    private readonly ConcurrentDictionary<string, long> fullAt = new();

    private readonly Rate signIns = Rate.PerMinute(options.SignInsPerMinute);
    private readonly Rate failures = Rate.PerMinute(options.FailuresPerMinute);
    private readonly Rate registrations = Rate.PerHour(options.RegistrationsPerHour);
    private readonly Rate changes = Rate.PerSecond(options.MessagesPerSecond);

    /// <summary>Milliseconds to wait before the next attempt; null when it may go on.</summary>
    public long? SignIn(string address) => Take("s" + address, signIns);

    public long? Registration(string address) => Take("r" + address, registrations);

    /// <param name="bytes">Of the request: a large one counts for several, or a burst of the largest texts would fill everyone's outbox.</param>
    public long? Change(long account, int bytes = 0) => Take("c" + account, changes, 1 + (bytes / BytesOfOne));

    /// <summary>
    /// Takes one try of a password for this account, before it is looked at, so that tries side by side are counted too; a right one is given back
    /// with <see cref="Right"/>.
    /// </summary>
    public long? Try(string nameKey) => Take("f" + nameKey, failures);

    /// <summary>The password was right: the try does not count.</summary>
    public void Right(string nameKey)
    {
        while (fullAt.TryGetValue("f" + nameKey, out var full) && !fullAt.TryUpdate("f" + nameKey, full - failures.Interval.Ticks, full))
        {
        }
    }

    private long? Wait(long full, Rate rate)
    {
        var room = clock.GetUtcNow().UtcTicks + (rate.Interval.Ticks * (rate.Burst - 1));
        return full <= room ? null : Math.Max(1, (full - room + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond);
    }

    private long? Take(string key, Rate rate, int count = 1)
    {
        if (!options.Limits)
        {
            return null;
        }

        Sweep();
        while (true)
        {
            var now = clock.GetUtcNow().UtcTicks;
            var has = fullAt.TryGetValue(key, out var full);
            if (has && Wait(full, rate) is { } wait)
            {
                return wait;
            }

            var next = Math.Max(has ? full : now, now) + (rate.Interval.Ticks * count);
            if (has ? fullAt.TryUpdate(key, next, full) : fullAt.TryAdd(key, next))
            {
                return null;
            }
        }
    }

    private void Sweep()
    {
        if (fullAt.Count < SweepAbove)
        {
            return;
        }

        var now = clock.GetUtcNow().UtcTicks;
        foreach (var (key, full) in fullAt)
        {
            if (full <= now)
            {
                fullAt.TryRemove(KeyValuePair.Create(key, full));
            }
        }
    }
}
