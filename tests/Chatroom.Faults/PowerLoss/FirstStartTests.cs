using Chatroom.Faults.Running;

namespace Chatroom.Faults.PowerLoss;

/// <summary>
/// The power is lost during the very first start, after each of its operations on files, in four ways: five of these at random in <c>./test</c>, all in the
/// long run. The next start must work, with the master key of the one before or a new one.
/// </summary>
public sealed class FirstStartTests(ITestOutputHelper output)
{
    private const int Few = 5;

    /// <summary>The last of the ways: first only a kill, and the loss of power after the next start.</summary>
    private const int Kill = 3;

    [Fact]
    public async Task A_first_start_that_loses_its_power_anywhere_is_followed_by_one_that_works()
    {
        var operations = await CountAsync();
        var random = new Random();
        List<(long After, int Way)> all = [.. Enumerable.Range(1, operations).SelectMany(after => Enumerable.Range(0, Kill + 1).Select(way => ((long)after, way)))];
        var chosen = Rounds.IsLong ? all : [.. all.OrderBy(_ => random.Next()).Take(Few)];
        output.WriteLine($"The first start does {operations} operations; cut off {chosen.Count} times.");
        foreach (var (after, way) in chosen)
        {
            await (way == Kill ? KillThenCutAsync(after) : CutAsync(after, way, random.Next()));
        }
    }

    private static async Task<int> CountAsync()
    {
        await using var server = new ServerProcess();
        using var power = await PowerCut.OfAsync(server);
        power.Arm();
        await server.StartAsync();
        return power.Journal().Records.Count;
    }

    private static async Task CutAsync(long after, int way, int seed)
    {
        var random = new Random(seed);
        await using var server = new ServerProcess();
        using var power = await PowerCut.OfAsync(server);
        power.Arm(after);
        await Xunit.Record.ExceptionAsync(server.StartAsync); // Killed by the shim, perhaps just after it listened.
        await server.KillAsync();
        power.Cut(loose => way switch
        {
            0 => Loss.OfAll,
            1 => Loss.AfterAMoment(random, loose),
            _ => Loss.Here(random),
        });

        power.Arm();
        await StartAsync(server, $"After a loss in way {way} with seed {seed} behind operation {after}");
        await SayAsync(server);
        await server.StopAsync();
        var (code, said) = await server.VerifyAsync();
        Assert.True(code == 0, said);
    }

    // The next start finds what was not synced, as if it were on the disk, and goes on with it.
    private static async Task KillThenCutAsync(long after)
    {
        await using var server = new ServerProcess();
        using var power = await PowerCut.OfAsync(server);
        power.Arm(after);
        await Xunit.Record.ExceptionAsync(server.StartAsync);
        await server.KillAsync();
        power.GoOn();
        await StartAsync(server, $"After a kill behind operation {after}");
        var token = await SayAsync(server);
        await server.KillAsync();
        power.Cut(_ => Loss.OfAll);

        power.Arm();
        await StartAsync(server, $"After a kill behind operation {after}, a start, and a loss of power");
        await using var address = server.Address();
        await using var person = await RawClient.OpenAsync(address, ChannelKind.Native);
        Assert.Equal(Wire.LoginSuccess, (await person.LoginAsync(new { version = 3, token, page = 1 })).Code);
        Assert.Contains((await person.HistoryAsync(person.Lobby)).List("entries"), entry => entry.OptText("text") == "here");
    }

    private static async Task StartAsync(ServerProcess server, string when)
    {
        try
        {
            await server.StartAsync();
        }
        catch (InvalidOperationException e)
        {
            Assert.Fail($"{when} the server did not start: {e.Message}");
        }
    }

    private static async Task<string> SayAsync(ServerProcess server)
    {
        await using var address = server.Address();
        await using var person = await People.RegisterAsync(address, "first");
        await person.SayAsync(person.Lobby, "here");
        return person.Token;
    }
}
