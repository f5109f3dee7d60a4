using System.Diagnostics;
using Chatroom.Bench.Contenders;

namespace Chatroom.Bench.Workloads;

/// <summary>W1, W2 and W5: people in rooms or pairs, writing. The figure to compare is the server's processor time per delivery.</summary>
internal static class Rooms
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Func<Contender>[] WithoutXmpp = [Everyone.Chatroom, Everyone.WebSocket, .. Everyone.Irc, .. Everyone.Brokers];

    public static IEnumerable<Workload> All =>
    [
        new("w1a", "W1a: a room of 100, one sender, one message in flight", Everyone.All, (c, o) => OneRoomAsync(c, o, 100, 1, 1)),
        new("w1b", "W1b: a room of 100, 4 senders × 16 in flight", Everyone.All, (c, o) => OneRoomAsync(c, o, 100, 4, 16)),
        new("w1c", "W1c: a room of 1000, 4 senders × 4 in flight", WithoutXmpp, (c, o) => OneRoomAsync(c, o, 1000, 4, 4)),
        new("w1c-open", "W1c: a room of 1000, 40 messages/s", WithoutXmpp, (c, o) => OneRoomOpenAsync(c, o, 1000, 40)),
        new("w2", "W2: 1000 people in 100 rooms of 10, 5,000 deliveries/s", Everyone.All, (c, o) => TownAsync(c, o, 500)),
        new("w2-all", "W2: 1000 people in 100 rooms of 10, all sending at once", Everyone.All, (c, o) => TownAsync(c, o, null)),
        new("w5", "W5: 50 private pairs, one message in flight each", Everyone.All, PairsAsync),
    ];

    private static async Task<Figures> OneRoomAsync(Contender contender, Options options, int size, int senders, int inFlight)
    {
        await contender.StartAsync(Town.Of(1, size));
        await using var crowd = await Crowd.GatherAsync(contender, size, Enumerable.Range(0, senders).Select(sender => new Voice(sender, Target.ToRoom(0), inFlight, size)));
        return await MeasureAsync(contender, crowd, options, crowd.ClosedLoopAsync);
    }

    private static async Task<Figures> OneRoomOpenAsync(Contender contender, Options options, int size, double perSecond)
    {
        await contender.StartAsync(Town.Of(1, size));
        await using var crowd = await Crowd.GatherAsync(contender, size, Enumerable.Range(0, 4).Select(sender => new Voice(sender, Target.ToRoom(0), 1, size)));
        return await MeasureAsync(contender, crowd, options, time => crowd.OpenLoopAsync(perSecond, time, Patience));
    }

    private static async Task<Figures> TownAsync(Contender contender, Options options, double? perSecond)
    {
        var town = Town.Of(100, 10);
        await contender.StartAsync(town);
        await using var crowd = await Crowd.GatherAsync(contender, town.People, Enumerable.Range(0, town.People).Select(person => new Voice(person, Target.ToRoom(person / 10), 1, 10)));
        return await MeasureAsync(contender, crowd, options, time => perSecond is { } rate ? crowd.OpenLoopAsync(rate, time, Patience) : crowd.ClosedLoopAsync(time));
    }

    private static async Task<Figures> PairsAsync(Contender contender, Options options)
    {
        var town = Town.OfPairs(50);
        await contender.StartAsync(town);

        // Only servers that acknowledge give the sender something back; elsewhere the message is there when the other has it.
        var acknowledged = contender is ChatroomContender;
        var voices = Enumerable.Range(0, 50).Select(pair => new Voice(2 * pair, Target.ToPerson((2 * pair) + 1), 1, acknowledged ? 2 : contender.Echoes ? 1 : 2));
        await using var crowd = await Crowd.GatherAsync(contender, town.People, voices);
        return await MeasureAsync(contender, crowd, options, crowd.ClosedLoopAsync);
    }

    private static async Task<Figures> MeasureAsync(Contender contender, Crowd crowd, Options options, Func<TimeSpan, Task> load)
    {
        await load(options.WarmUp);
        var board = crowd.Board;
        board.Latency.Clear();
        var (deliveries, messages, cpu, clock) = (board.Deliveries, board.Lanes.Sum(l => (long)l.Completed), contender.Server.Cpu(), Stopwatch.StartNew());
        await load(TimeSpan.FromSeconds(options.Seconds));
        var (seconds, used) = (clock.Elapsed.TotalSeconds, contender.Server.Cpu() - cpu);
        deliveries = board.Deliveries - deliveries;
        messages = board.Lanes.Sum(l => (long)l.Completed) - messages;
        var figures = new Figures();
        figures.Add("CPU/delivery", "µs", used.Total.TotalMicroseconds / deliveries);
        figures.Add("of it kernel", "µs", used.System.TotalMicroseconds / deliveries);
        figures.Add("messages/s", "", messages / seconds);
        figures.Add("deliveries/s", "", deliveries / seconds);
        figures.Add("p50", "ms", board.Latency.Quantile(0.5).TotalMilliseconds);
        figures.Add("p99", "ms", board.Latency.Quantile(0.99).TotalMilliseconds);
        figures.Add("memory", "MiB", contender.Server.Memory() / 1048576.0);
        return figures;
    }
}
