using System.Globalization;
using System.Text;
using Chatroom.Bench.Workloads;

namespace Chatroom.Bench;

/// <summary>All rounds of one contender; null where a round failed.</summary>
internal sealed record Result(string Contender, IReadOnlyList<Figures?> Rounds, string? Failure);

/// <summary>Rounds of all contenders as a table: the median of each figure with its least and greatest, and the ratio of the first contender's to it within each round.</summary>
internal static class Report
{
    public static string Table(string title, IReadOnlyList<Result> results)
    {
        var text = new StringBuilder($"## {title}\n\n");
        var columns = results.SelectMany(r => r.Rounds).SelectMany(f => f?.All ?? []).Select(f => (f.Name, f.Unit)).Distinct().ToList();
        var compared = results.SelectMany(r => r.Rounds).SelectMany(f => f?.All ?? []).Where(f => f.Compared).Select(f => f.Name).Distinct().ToList();
        var first = results[0];
        text.Append("| | ").AppendJoin(" | ", columns.Select(c => c.Unit.Length == 0 ? c.Name : $"{c.Name}, {c.Unit}").Concat(compared.Select(c => $"{first.Contender} is × of it ({c})"))).Append(" |\n|---|")
            .AppendJoin("", Enumerable.Repeat("---|", columns.Count + compared.Count)).Append('\n');
        foreach (var result in results)
        {
            if (result.Rounds.All(r => r is null))
            {
                text.Append(CultureInfo.InvariantCulture, $"| {result.Contender} | failed: {OneLine(result.Failure)} |\n");
                continue;
            }

            var cells = columns.Select(c => Spread([.. result.Rounds.Select(r => Value(r, c.Name)).OfType<double>()]));
            var ratios = compared.Select(c => result == first ? "" : Spread([.. first.Rounds.Zip(result.Rounds, (ours, its) => Value(ours, c) / Value(its, c)).OfType<double>()]));
            text.Append(CultureInfo.InvariantCulture, $"| {result.Contender}{(result.Failure is null ? "" : $" (a round failed: {OneLine(result.Failure)})")} | {string.Join(" | ", cells.Concat(ratios))} |\n");
        }

        foreach (var note in results.SelectMany(r => r.Rounds).SelectMany(f => f?.Notes ?? []))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n- {note}");
        }

        return text.ToString().TrimEnd() + "\n";
    }

    private static double? Value(Figures? round, string name) => round?.All.FirstOrDefault(f => f.Name == name)?.Value;

    // A row of a table is one line, and a bar would end a cell.
    private static string OneLine(string? text) => (text ?? "").ReplaceLineEndings(" ").Replace('|', '/');

    private static string Spread(IReadOnlyList<double> values)
    {
        if (values.Count == 0)
        {
            return "";
        }

        var sorted = values.Order().ToList();
        return values.Count == 1 ? Number(sorted[0]) : $"{Number(sorted[sorted.Count / 2])} ({Number(sorted[0])}–{Number(sorted[^1])})";
    }

    private static string Number(double value) => value switch
    {
        >= 1000 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("F0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("F1", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("F2", CultureInfo.InvariantCulture),
        _ => value.ToString("F3", CultureInfo.InvariantCulture),
    };
}
