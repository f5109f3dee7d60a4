namespace Chatroom.Bench.Workloads;

/// <summary>What one round of a workload gave for one contender: named figures in the order of the table.</summary>
internal sealed class Figures
{
    private readonly List<(string Name, string Unit, double Value)> all = [];

    public IReadOnlyList<(string Name, string Unit, double Value)> All => all;

    public void Add(string name, string unit, double value) => all.Add((name, unit, value));
}

/// <summary>A workload: who takes part, and one round of one contender.</summary>
/// <param name="Id">As on the command line: <c>w1a</c>.</param>
/// <param name="Contenders">Makes those that are compared; the first one's figures are what the ratios are against.</param>
internal sealed record Workload(string Id, string Title, IReadOnlyList<Func<Contenders.Contender>> Contenders, Func<Contenders.Contender, Options, Task<Figures>> RunAsync);

/// <summary>What can be chosen on the command line.</summary>
/// <param name="Seconds">Length of what is measured in one round.</param>
internal sealed record Options(int Rounds, double Seconds, string? Only);
