using Chatroom.Bench.Contenders;
using Chatroom.Bench.Load;

namespace Chatroom.Bench.Workloads;

/// <summary>W3: people who are signed in and silent. A process may open 20,000 files here, so 19,000 connections are as many as one server can have.</summary>
internal static class Idle
{
    private const int AtOnce = 16;

    public static IEnumerable<Workload> All =>
    [
        new(
            "w3",
            "W3: memory of the server per signed-in idle connection",
            [Everyone.Filled(), Everyone.Filled(Way.WebSocket), Everyone.Inspircd, Everyone.Mosquitto, Everyone.Nats, Everyone.EjabberdOnly],
            RunAsync),
    ];

    private static async Task<Figures> RunAsync(Contender contender, Options options)
    {
        // A browser's connection and an account by in-band registration cost the generator more than the others.
        int[] levels = contender is ChatroomContender { Way: Way.WebSocket } or XmppContender ? [5000] : [5000, 10_000, 19_000];
        levels = options.Quick ? [.. levels.Select(level => level / 10)] : levels;
        await contender.StartAsync(Everyone.InThreeRooms(contender, levels[^1]));

        // What the first sign-ins compile and load belongs to the program, not to connections.
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (person, _) => await (await contender.SignInAsync(person)).DisposeAsync());
        await contender.Server.SettleAsync();
        var (figures, before) = (new Figures(), contender.Server.Memory());
        using var over = new CancellationTokenSource();
        var (links, idling) = (new List<Link>(), new List<Task>());
        try
        {
            foreach (var level in levels)
            {
                await Parallel.ForEachAsync(Enumerable.Range(links.Count, level - links.Count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (person, _) =>
                {
                    var link = await contender.SignInAsync(person, 4096);
                    lock (links)
                    {
                        links.Add(link);
                        idling.Add(link.IdleAsync(over.Token));
                    }
                });
                await contender.Server.SettleAsync();
                var gone = idling.Count(task => task.IsCompleted);
                if (gone > 0)
                {
                    throw new BenchException($"{gone} of {level} connections have ended.");
                }

                figures.Add(FormattableString.Invariant($"{level:N0} connections"), "KiB each", (contender.Server.Memory() - before) / 1024.0 / level, compared: true);
            }

            var cpu = contender.Server.Cpu();
            await Task.Delay(options.Time);
            figures.Add("idle CPU", "% of a core", (contender.Server.Cpu() - cpu).Total / options.Time * 100);
            figures.Add("before", "MiB", before / 1048576.0);
            figures.Add("in all", "MiB", contender.Server.Memory() / 1048576.0);
            return figures;
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(idling);
            foreach (var link in links)
            {
                await link.DisposeAsync();
            }
        }
    }
}
