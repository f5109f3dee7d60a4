using Chatroom.Faults.Running;

namespace Chatroom.Faults.Silence;

public sealed class CutNativeTests(ITestOutputHelper output) : SilentDeathTest(output)
{
    [Fact]
    public Task A_native_connection_whose_line_is_cut_is_gone_in_time() => CutAsync(ChannelKind.Native, (network, link) => network.CutAsync(link), (TimeSpan?)null);
}

public sealed class CutWebSocketTests(ITestOutputHelper output) : SilentDeathTest(output)
{
    [Fact]
    public Task A_WebSocket_whose_line_is_cut_is_gone_in_time() => CutAsync(ChannelKind.WebSocket, (network, link) => network.CutAsync(link), (TimeSpan?)null);
}

public sealed class PulledCableTests(ITestOutputHelper output) : SilentDeathTest(output)
{
    [Fact]
    public Task A_native_connection_whose_cable_is_pulled_is_gone_in_time() => CutAsync(ChannelKind.Native, (network, link) => network.PullAsync(link), (TimeSpan?)null);
}

public sealed class CutWhileWrittenToTests(ITestOutputHelper output) : SilentDeathTest(output)
{
    // While something is unacknowledged the kernel retransmits instead of probing, and counts its patience from the first of it: what is sent
    // shortly before an idle connection would be given up must not begin that patience anew.
    [Fact]
    public Task A_native_connection_that_is_written_to_at_any_moment_after_the_cut_is_gone_in_time() => CutAsync(
        ChannelKind.Native,
        (network, link) => network.CutAsync(link),
        TimeSpan.FromMilliseconds(1),
        TimeSpan.FromSeconds(3),
        TimeSpan.FromSeconds(6),
        TimeSpan.FromSeconds(8),
        TimeSpan.FromSeconds(11));
}

public sealed class MuteWebSocketTests(ITestOutputHelper output) : SilentDeathTest(output)
{
    [Fact]
    public async Task A_WebSocket_that_does_not_answer_pings_is_gone_in_time()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await using var address = server.Address();
        await using var observer = await People.RegisterAsync(address, "observer");
        await using var dead = await People.RegisterAsync(address, "dead");
        var account = dead.Id;
        await observer.SeeOffAsync(dead);
        using var mute = await MuteWebSocket.OpenAsync(address, "dead", dead.Password);
        await observer.WaitAsync(frame => Tells(frame, Wire.LoginUsername, account, times: 2, observer), "the second coming");

        var elapsed = await GoneAsync(observer, account, () => Task.CompletedTask, times: 2);
        Assert.InRange(elapsed, TimeSpan.Zero, Promise + Slack);
        Output.WriteLine($"Gone after {elapsed.TotalSeconds:0.0} s; pings that were not answered: {mute.Pings}.");
        Assert.True(mute.Pings > 0);
    }
}
