using System.Diagnostics;
using System.Globalization;
using Chatroom.Bench.Contenders;
using Chatroom.Bench.Floors;
using Chatroom.Bench.Running;

namespace Chatroom.Bench.Workloads;

/// <summary>W6: each sender alone in a room of his own, one message in flight: what a durable acknowledgement costs, and what group commit makes of many.</summary>
internal static class Posts
{
    private static readonly int[] Senders = [64, 16, 1];

    public static IEnumerable<Workload> All =>
    [
        new("w6", "W6: durable posts by 1, 16 and 64 senders", [Everyone.Chatroom, Everyone.WebSocket, () => new BareCommits()], RunAsync),
    ];

    private static async Task<Figures> RunAsync(Contender contender, Options options)
    {
        await contender.StartAsync(Town.Of(Senders.Max(), 1));
        var figures = new Figures();
        foreach (var senders in Senders)
        {
            var measured = contender is BareCommits ? await BareAsync(contender, senders, options) : await ServedAsync(contender, senders, options);
            var of = senders == 1 ? "1 sender" : $"{senders} senders";
            figures.Add($"{of}", "posts/s", measured.PerSecond, compared: true);
            figures.Add($"{of}: p50", "ms", measured.P50);
            figures.Add($"{of}: p99", "ms", measured.P99, compared: senders == 1);
            figures.Add($"{of}: CPU/post", "µs", measured.Cpu);
        }

        return figures;
    }

    private static async Task<(double PerSecond, double P50, double P99, double Cpu)> ServedAsync(Contender contender, int senders, Options options)
    {
        // What comes back to the sender is the acknowledgement: it is the only member.
        await using var crowd = await Crowd.GatherAsync(contender, senders, Enumerable.Range(0, senders).Select(sender => new Voice(sender, Target.ToRoom(sender), 1, 1)));
        await crowd.ClosedLoopAsync(options.WarmUp);
        var board = crowd.Board;
        board.Latency.Clear();
        var (posts, cpu, clock) = (board.Deliveries, contender.Server.Cpu(), Stopwatch.StartNew());
        await crowd.ClosedLoopAsync(options.Time);
        var (seconds, used) = (clock.Elapsed.TotalSeconds, contender.Server.Cpu() - cpu);
        posts = board.Deliveries - posts;
        return (posts / seconds, board.Latency.Quantile(0.5).TotalMilliseconds, board.Latency.Quantile(0.99).TotalMilliseconds, used.Total.TotalMicroseconds / posts);
    }

    // Beside where the servers have their data, so that the disk is the same.
    private static async Task<(double PerSecond, double P50, double P99, double Cpu)> BareAsync(Contender contender, int senders, Options options)
    {
        var got = await Self.RunAsync(BareStore.Verb, contender.Folder, senders.ToString(CultureInfo.InvariantCulture), options.Seconds.ToString(CultureInfo.InvariantCulture));
        return (got["posts"], got["p50"], got["p99"], got["cpu"]);
    }
}
