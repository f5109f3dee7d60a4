using Chatroom.Faults.Running;

namespace Chatroom.Faults.Malformed;

/// <summary>Every request of the protocol with bodies that are almost right, from somebody who may do everything: the server's owner.</summary>
public sealed class EveryRequestTests(ITestOutputHelper output)
{
    private const int BodiesEach = 40;
    private const int Seed = 3;

    // Caches, compiled code, and the garbage of bodies of 40 KB; far below what the bodies would be if they were kept.
    private const long GrowthKib = 96 * 1024;

    [Theory]
    [InlineData(ChannelKind.Native)]
    [InlineData(ChannelKind.WebSocket)]
    public async Task Almost_right_bodies_of_every_request_are_answered_nobody_else_notices_and_nothing_is_logged(ChannelKind kind)
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await using var address = server.Address();
        await using var owner = await People.RegisterAsync(address, "owner", kind);
        await using var witness = await People.RegisterAsync(address, "witness");
        await using var victim = await People.RegisterAsync(address, "victim");
        var room = await owner.GroupAsync(victim);
        await owner.SayAsync(room, "before");
        var bodies = new BrokenBodies(Seed, room, victim.Id, victim.Name);
        var answers = new Dictionary<int, int>();
        var before = server.MemoryKib("VmRSS");
        foreach (var (code, name) in Repository.Requests.Where(request => request.Number != Wire.Logout))
        {
            for (var i = 0; i < BodiesEach; i++)
            {
                var reply = await owner.RequestBytesAsync(code, bodies.Next());
                Assert.True(reply.Code != Wire.InternalError, $"{name}, body {i}: {reply}");
                answers[reply.Code] = answers.GetValueOrDefault(reply.Code) + 1;
            }

            await witness.SayAsync(witness.Lobby, $"after {name}");
        }

        var grown = server.MemoryKib("VmHWM") - before;
        output.WriteLine($"{answers.Values.Sum()} requests, {grown} KiB more at most; answers: {string.Join(", ", answers.OrderBy(one => one.Key).Select(one => $"{one.Key} × {one.Value}"))}");
        Assert.True(answers.GetValueOrDefault(Wire.WrongMessage) > 100, "Hardly a body was wrong.");
        Assert.True(answers.Where(one => one.Key is < 900 and not Wire.LoginWrongPassword).Sum(one => one.Value) > 100, "Hardly a body came through.");
        Assert.True(grown < GrowthKib, $"The server grew by {grown} KiB.");
        await server.StopAsync();
        server.MustHaveNoErrors();
    }
}
