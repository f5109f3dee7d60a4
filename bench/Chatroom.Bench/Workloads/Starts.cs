using System.Diagnostics;
using Chatroom.Bench.Contenders;
using Chatroom.Bench.Load;
using Chatroom.Bench.Running;

namespace Chatroom.Bench.Workloads;

/// <summary>From starting the process to the first person signed in, and what memory it takes with nobody and with somebody there.</summary>
internal static class Starts
{
    private const int Times = 5;
    private const int Visits = 100;

    public static IEnumerable<Workload> All =>
    [
        new("start", "Start: exec to the first sign-in, and idle memory", [.. Executables, Everyone.Inspircd, Everyone.Mosquitto, Everyone.Nats], RunAsync),
    ];

    // The published one as people get it, when there is one, beside what the build makes.
    private static IEnumerable<Func<Contender>> Executables
    {
        get
        {
            if (Repository.Published is not null)
            {
                yield return () => new ChatroomContender(label: "Chatroom, published") { Fill = new Fill(20) };
            }

            yield return () => new ChatroomContender(label: "Chatroom, built") { Fill = new Fill(20), Executable = Repository.Built };
        }
    }

    private static async Task<Figures> RunAsync(Contender contender, Options options)
    {
        await contender.StartAsync(Everyone.InThreeRooms(contender, Visits));
        var (took, idle) = (new List<double>(), 0L);
        for (var i = 0; i < (options.Quick ? 1 : Times); i++)
        {
            var before = Stopwatch.GetTimestamp();
            await contender.RestartAsync();
            await using (await contender.SignInAsync(0))
            {
                took.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
            }

            await contender.Server.SettleAsync();
            idle = contender.Server.Memory();
        }

        await Parallel.ForEachAsync(Enumerable.Range(0, Visits), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (person, _) => await (await contender.SignInAsync(person)).DisposeAsync());
        await contender.Server.SettleAsync();
        took.Sort();
        var figures = new Figures();
        figures.Add("start to first sign-in", "ms", took[took.Count / 2]);
        figures.Add("slowest", "ms", took[^1]);
        figures.Add("idle memory", "MiB", idle / 1048576.0, compared: true);
        figures.Add(FormattableString.Invariant($"after {Visits} sign-ins"), "MiB", contender.Server.Memory() / 1048576.0);
        return figures;
    }
}
