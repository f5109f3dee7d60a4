using System.Diagnostics;
using Chatroom.Bench.Contenders;
using Chatroom.Bench.Load;

namespace Chatroom.Bench.Workloads;

/// <summary>W4: sixteen at a time connect, shake hands, sign in and leave again: Monday morning, or a restart.</summary>
internal static class SignIns
{
    private const int People = 1000;
    private const int AtOnce = 16;

    // It lets newcomers in once per second, so that more have to wait for it at the same time; the processor time of each is what is compared.
    private const int AtOnceForInspircd = 256;

    public static IEnumerable<Workload> All =>
    [
        new(
            "w4",
            "W4: sign-ins",
            [
                Everyone.Filled(), Everyone.Filled(Way.WebSocket), ByPassword, () => new BareHandshake(),
                Everyone.Nats, Everyone.Inspircd, Everyone.Mosquitto, Everyone.EjabberdOnly,
            ],
            RunAsync),
    ];

    // With the default settings of the password's hash, which is what such a sign-in consists of.
    private static Contender ByPassword() => new ChatroomContender(label: "Chatroom (password)") { Fill = new Fill(20), DefaultPasswords = true };

    private static async Task<Figures> RunAsync(Contender contender, Options options)
    {
        await contender.StartAsync(Everyone.InThreeRooms(contender, People));
        Task<Link> SignIn(int person) => contender is ChatroomContender { DefaultPasswords: true } chatroom ? chatroom.SignInByPasswordAsync(person) : contender.SignInAsync(person);
        var atOnce = contender is InspIrcd ? AtOnceForInspircd : AtOnce;
        await LoopAsync(SignIn, atOnce, options.WarmUp, new Histogram());
        await contender.Server.SettleAsync();
        var (took, cpu, clock) = (new Histogram(), contender.Server.Cpu(), Stopwatch.StartNew());
        await LoopAsync(SignIn, atOnce, options.Time, took);
        var (seconds, used) = (clock.Elapsed.TotalSeconds, contender.Server.Cpu() - cpu);
        var figures = new Figures();
        figures.Add("CPU/sign-in", "µs", used.Total.TotalMicroseconds / took.Count);
        figures.Add("of it kernel", "µs", used.System.TotalMicroseconds / took.Count);
        figures.Add("sign-ins/s", "", took.Count / seconds);
        figures.Add("p50", "ms", took.Quantile(0.5).TotalMilliseconds);
        figures.Add("p99", "ms", took.Quantile(0.99).TotalMilliseconds);
        figures.Add("memory", "MiB", contender.Server.Memory() / 1048576.0);
        return figures;
    }

    private static async Task LoopAsync(Func<int, Task<Link>> signIn, int atOnce, TimeSpan time, Histogram took)
    {
        var (clock, next) = (Stopwatch.StartNew(), -1);
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            while (clock.Elapsed < time)
            {
                var before = Stopwatch.GetTimestamp();
                await using var link = await signIn(Interlocked.Increment(ref next) % People);
                took.Add(Stopwatch.GetElapsedTime(before));
            }
        })));
    }
}
