using System.Diagnostics;

namespace Chatroom.Fuzz.Engine;

/// <summary>What a run of the fuzzer came to.</summary>
/// <param name="FirstEdges">Pairs of branches that the inputs at the start take; 0 without instrumentation.</param>
/// <param name="Kept">The smallest inputs found that together take all of <paramref name="Edges"/>.</param>
internal sealed record Outcome(long Runs, int FirstEdges, int Edges, IReadOnlyList<byte[]> Kept, IReadOnlyList<Finding> Findings);

/// <summary>Mutates, runs, and keeps what takes a branch that nothing took before.</summary>
/// <param name="findings">Where inputs are kept that broke the promise.</param>
/// <param name="told">Told of each cause when it is found.</param>
internal sealed class Loop(Target target, Random random, string findings, Action<string>? told = null)
{
    // Of one cause the first is enough; with many causes something else is wrong.
    private const int MostFindings = 20;

    private readonly Coverage coverage = new();
    private readonly List<byte[]> pool = [];
    private readonly Dictionary<string, Finding> found = [];

    /// <param name="until">Asked after every run with their number.</param>
    public Outcome Run(IReadOnlyList<byte[]> start, Func<long, bool> until)
    {
        using var guard = new Guard(target, findings);
        foreach (var input in start.OrderBy(one => one.Length))
        {
            Take(guard, input, always: true);
        }

        if (pool.Count == 0)
        {
            pool.Add([]);
        }

        var first = coverage.Edges;
        var mutator = new Mutator(random, target);
        while (!until(guard.Runs) && found.Count < MostFindings)
        {
            Take(guard, mutator.Mutate(pool), always: false);
        }

        return new Outcome(guard.Runs, first, coverage.Edges, Smallest(guard), [.. found.Values]);
    }

    public static Func<long, bool> For(TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        return _ => watch.Elapsed > time;
    }

    private void Take(Guard guard, byte[] input, bool always)
    {
        coverage.Begin();
        if (guard.Run(input) is { } finding)
        {
            if (found.TryAdd(finding.Cause, finding))
            {
                var kept = guard.Keep(input);
                told?.Invoke($"{target.Name}: {finding.Cause}\n  kept as {kept}");
            }

            return;
        }

        var news = coverage.News();
        if (news.Count > 0 && !always)
        {
            // Other threads' work is in the map, too: only what the input shows twice is its own.
            coverage.Begin();
            guard.Run(input);
            var again = coverage.News();
            news = news.Where(one => (again.GetValueOrDefault(one.Key) & one.Value) != 0).ToDictionary();
        }

        if (news.Count > 0 || always)
        {
            coverage.Learn(news);
            pool.Add(input);
        }
    }

    // Greedy, the short ones first; counts do not matter here, or there would be thousands.
    private List<byte[]> Smallest(Guard guard)
    {
        var kept = new List<byte[]>();
        var taken = new HashSet<int>();
        foreach (var input in pool.OrderBy(one => one.Length))
        {
            coverage.Begin();
            if (guard.Run(input) is null && coverage.Taken() is var edges && !edges.IsSubsetOf(taken))
            {
                taken.UnionWith(edges);
                kept.Add(input);
            }
        }

        return kept;
    }
}
