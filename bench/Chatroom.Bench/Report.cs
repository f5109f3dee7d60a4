using System.Globalization;
using System.Text;
using Chatroom.Bench.Workloads;

namespace Chatroom.Bench;

/// <summary>Rounds of all contenders as a table: the median of each figure with its least and greatest, and the ratio to the first contender within each round.</summary>
internal static class Report
{
    public static string Table(string title, IReadOnlyList<(string Contender, IReadOnlyList<Figures> Rounds, string? Failure)> results)
    {
        var text = new StringBuilder($"## {title}\n\n");
        var columns = results.SelectMany(r => r.Rounds).SelectMany(f => f.All).Select(f => (f.Name, f.Unit)).Distinct().ToList();
        var main = columns.FirstOrDefault();
        text.Append("| | ").AppendJoin(" | ", columns.Select(c => c.Unit.Length == 0 ? c.Name : $"{c.Name}, {c.Unit}")).Append(CultureInfo.InvariantCulture, $" | Chatroom is × of it ({main.Name}) |\n|---|{string.Concat(columns.Select(_ => "---|"))}---|\n");
        foreach (var (contender, rounds, failure) in results)
        {
            if (rounds.Count == 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {contender} | {failure} |\n");
                continue;
            }

            var cells = columns.Select(c => Spread([.. rounds.SelectMany(r => r.All).Where(f => f.Name == c.Name).Select(f => f.Value)]));
            var ratios = rounds.Zip(results[0].Rounds, (its, ours) => ours.All[0].Value / its.All[0].Value).ToList();
            text.Append(CultureInfo.InvariantCulture, $"| {contender} | {string.Join(" | ", cells)} | {(contender == results[0].Contender ? "" : Spread(ratios))} |{(failure is null ? "" : $" ({failure})")}\n");
        }

        return text.ToString();
    }

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
