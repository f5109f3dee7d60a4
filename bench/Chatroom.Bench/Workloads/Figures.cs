using Chatroom.Bench.Contenders;

namespace Chatroom.Bench.Workloads;

/// <summary>What one round of a workload gave for one contender: named figures in the order of the table.</summary>
internal sealed class Figures
{
    private readonly List<Figure> all = [];

    public IReadOnlyList<Figure> All => all;

    /// <summary>Whatever belongs below the table.</summary>
    public List<string> Notes { get; } = [];

    /// <param name="compared">The table has a column with the ratio of the first contender's to it; the first figure always has one.</param>
    public void Add(string name, string unit, double value, bool compared = false) => all.Add(new Figure(name, unit, value, compared || all.Count == 0));
}

internal sealed record Figure(string Name, string Unit, double Value, bool Compared);

/// <summary>A workload: who takes part, and one round of one contender.</summary>
/// <param name="Id">As on the command line: <c>w1a</c>.</param>
/// <param name="Contenders">Makes those that are compared; the first one's figures are what the ratios are against.</param>
internal sealed record Workload(string Id, string Title, IReadOnlyList<Func<Contender>> Contenders, Func<Contender, Options, Task<Figures>> RunAsync);

/// <summary>What can be chosen on the command line.</summary>
/// <param name="Seconds">Length of what is measured in one round; of each part, where a round has parts.</param>
/// <param name="Quick">Everything small: shows that it runs, not how fast.</param>
/// <param name="Size">Bytes of the file that is transferred.</param>
/// <param name="Line">What p99 must not cross while the capacity is sought.</param>
internal sealed record Options(int Rounds, double Seconds, string? Only, bool Quick, long Size, TimeSpan Line)
{
    public TimeSpan Time => TimeSpan.FromSeconds(Seconds);

    /// <summary>How long the same load runs before, uncounted: what compiles late and fills caches is not what is measured.</summary>
    public TimeSpan WarmUp => TimeSpan.FromSeconds(Quick ? Seconds : Math.Max(Seconds, 5));
}
