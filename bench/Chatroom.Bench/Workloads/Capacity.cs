using System.Globalization;
using Chatroom.Bench.Contenders;
using Chatroom.Bench.Load;

namespace Chatroom.Bench.Workloads;

/// <summary>
/// How far it goes: people write at a fixed rate, whatever comes back; step by step half as much again, until p99 of the delivery crosses the line twice or the server falls behind.
/// </summary>
internal static class Capacity
{
    private const double Step = 1.5;

    // What has not come everywhere that long after the last message was sent piles up.
    private static readonly TimeSpan Behind = TimeSpan.FromSeconds(2);

    public static IEnumerable<Workload> All =>
    [
        new("capacity-room", "Capacity: a room of 100", Everyone.All, (c, o) => ClimbAsync(c, o, Town.Of(1, 100), 40)),
        new("capacity-town", "Capacity: 1000 people in 100 rooms of 10", Everyone.All, (c, o) => ClimbAsync(c, o, Town.Of(100, 10), 200)),
    ];

    private static async Task<Figures> ClimbAsync(Contender contender, Options options, Town town, double first)
    {
        await contender.StartAsync(town);
        var voices = Enumerable.Range(0, town.People).Select(person => (Person: person, Room: town.RoomsOf[person].First()));
        await using var crowd = await Crowd.GatherAsync(contender, town.People, voices.Select(v => new Voice(v.Person, Target.ToRoom(v.Room), 1, town.Rooms[v.Room].Count)));
        var curve = new List<string>();
        var held = default(Height);
        try
        {
            await crowd.OpenLoopAsync(first, TimeSpan.FromSeconds(Math.Min(2, options.Seconds)), TimeSpan.FromSeconds(30)); // Warms up.
            for (var rate = first; rate < (options.Quick ? first * 2 : double.MaxValue); rate *= Step)
            {
                var (step, why) = await StepAsync(contender, crowd, options, rate);
                if (why is not null)
                {
                    (step, why) = await StepAsync(contender, crowd, options, rate); // Something else on the machine may have been in the way.
                }

                curve.Add(step.ToString() + (why is null ? "" : $": {why}"));
                if (why is not null)
                {
                    break;
                }

                held = step;
            }
        }
        catch (BenchException e)
        {
            curve.Add($"then it fell behind: {e.Message}");
        }

        var figures = new Figures();
        figures.Add("held", "messages/s", held.Sent);
        figures.Add("deliveries/s", "", held.Deliveries);
        figures.Add("p50 there", "ms", held.P50.TotalMilliseconds);
        figures.Add("p99 there", "ms", held.P99.TotalMilliseconds);
        figures.Add("server there", "% of a core", held.Server * 100);
        figures.Add("generator there", "% of a core", held.Generator * 100);
        figures.Notes.Add($"{contender.Name}: {string.Join("; ", curve)}.");
        return figures;
    }

    /// <returns>The step, and why it did not hold; null: it did.</returns>
    private static async Task<(Height Step, string? Why)> StepAsync(Contender contender, Crowd crowd, Options options, double rate)
    {
        var board = crowd.Board;
        board.Latency.Clear();
        var (deliveries, cpu, own) = (board.Deliveries, contender.Server.Cpu(), Environment.CpuUsage.TotalTime);
        var sent = await crowd.OpenLoopAsync(rate, options.Time, Behind);
        var step = new Height(
            sent, (board.Deliveries - deliveries) / options.Seconds, board.Latency.Quantile(0.5), board.Latency.Quantile(0.99),
            (contender.Server.Cpu() - cpu).Total / options.Time, (Environment.CpuUsage.TotalTime - own) / options.Time);
        return (step, step.P99 > options.Line ? "p99 crossed the line" : sent < 0.95 * rate ? "no longer taken at this rate" : null);
    }

    /// <summary>One step.</summary>
    /// <param name="Server">Share of a core, as <paramref name="Generator"/>.</param>
    private readonly record struct Height(double Sent, double Deliveries, TimeSpan P50, TimeSpan P99, double Server, double Generator)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sent:N0}/s p99 {P99.TotalMilliseconds:N1} ms");
    }
}
