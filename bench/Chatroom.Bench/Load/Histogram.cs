using System.Numerics;

namespace Chatroom.Bench.Load;

/// <summary>Durations in buckets of at most 3 % width, from 1 µs to minutes; any number of threads may add.</summary>
internal sealed class Histogram
{
    private const int Steps = 32;
    private readonly long[] buckets = new long[40 * Steps];
    private long count;

    public long Count => Interlocked.Read(ref count);

    public void Add(TimeSpan duration)
    {
        var micros = (ulong)Math.Max(1, duration.Ticks / 10);
        var power = BitOperations.Log2(micros);
        var step = power < 5 ? (int)((micros - (1UL << power)) << (5 - power)) : (int)((micros - (1UL << power)) >> (power - 5));
        Interlocked.Increment(ref buckets[Math.Min((power * Steps) + step, buckets.Length - 1)]);
        Interlocked.Increment(ref count);
    }

    /// <summary>The upper edge of the bucket in which the share <paramref name="of"/> (0–1) ends.</summary>
    public TimeSpan Quantile(double of)
    {
        var wanted = (long)Math.Ceiling(Count * of);
        long seen = 0;
        for (var i = 0; i < buckets.Length; i++)
        {
            seen += buckets[i];
            if (seen >= wanted && seen > 0)
            {
                var (power, step) = (i / Steps, i % Steps);
                return TimeSpan.FromMicroseconds((1L << power) * (1 + ((step + 1) / (double)Steps)));
            }
        }

        return TimeSpan.Zero;
    }

    public void Clear()
    {
        Array.Clear(buckets);
        count = 0;
    }
}
