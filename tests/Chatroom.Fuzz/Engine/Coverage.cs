using SharpFuzz.Common;

namespace Chatroom.Fuzz.Engine;

/// <summary>
/// Which branches a run took, as instrumented assemblies write it: a map of counts by pairs of branches, of which only the order of magnitude is looked at.
/// Without instrumentation it stays empty.
/// </summary>
internal sealed unsafe class Coverage
{
    public const int Size = 1 << 16;

    private static readonly byte[] Map = GC.AllocateArray<byte>(Size, pinned: true);
    private readonly byte[] seen = new byte[Size];

    /// <summary>Gives instrumented code its map: before any of it runs.</summary>
    public static void Listen() => Trace.SharedMem = (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref Map[0]);

    /// <summary>Pairs of branches seen in all runs that were learned.</summary>
    public int Edges => seen.Count(one => one != 0);

    public void Begin()
    {
        Map.AsSpan().Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>What the last run has shown that no learned run had; empty when nothing.</summary>
    public Dictionary<int, byte> News()
    {
        var news = new Dictionary<int, byte>();
        var counts = Map.AsSpan();
        for (var at = counts.IndexOfAnyExcept((byte)0); at >= 0 && at < Size;)
        {
            var fresh = (byte)(Magnitude(counts[at]) & ~seen[at]);
            if (fresh != 0)
            {
                news[at] = fresh;
            }

            var next = counts[(at + 1)..].IndexOfAnyExcept((byte)0);
            at = next < 0 ? Size : at + 1 + next;
        }

        return news;
    }

    public void Learn(Dictionary<int, byte> news)
    {
        foreach (var (at, magnitude) in news)
        {
            seen[at] |= magnitude;
        }
    }

    /// <summary>The pairs of the last run, without their counts.</summary>
    public HashSet<int> Taken() => [.. Enumerable.Range(0, Size).Where(at => Map[at] != 0)];

    private static byte Magnitude(byte count) => count switch
    {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 4,
        <= 7 => 8,
        <= 15 => 16,
        <= 31 => 32,
        <= 127 => 64,
        _ => 128,
    };
}
