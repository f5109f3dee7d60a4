using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Tests.Support;

namespace Chatroom.Tests.Commands;

public sealed class SettingsTests
{
    [Fact]
    public async Task Each_setting_is_set_by_itself_and_devices_are_told_all_of_them()
    {
        await using var bench = await ServerBench.StartAsync();
        await using var alice = await bench.JoinAsync("alice");
        await SetAsync(alice, new SettingsRequest { Classic = "forbid" });
        Assert.Equal(("everyone", "forbid"), await SettingsAsync(bench));
        await SetAsync(alice, new SettingsRequest { Accept = "friends" });
        Assert.Equal(("friends", "forbid"), await SettingsAsync(bench));
        await SetAsync(alice, new SettingsRequest { Classic = "allow" });
        Assert.Equal(("friends", "allow"), await SettingsAsync(bench));
    }

    [Fact]
    public async Task A_word_that_is_no_setting_is_refused()
    {
        await using var bench = await ServerBench.StartAsync();
        await using var alice = await bench.JoinAsync("alice");
        var reply = await alice.AskAsync(Code.SetSettings, new SettingsRequest { Classic = "yes", ClientId = MemoryClient.NewId() });
        Assert.Equal("classic", WireJson.Read<ErrorBody>(reply.Body.Span).Field);
    }

    private static Task<OkBody> SetAsync(MemoryClient client, SettingsRequest request) =>
        client.AskAsync<SettingsRequest, OkBody>(Code.SetSettings, request with { ClientId = MemoryClient.NewId() }, Code.Ok);

    // As a device that was away is told at sign-in.
    private static async Task<(string? Accept, string? Classic)> SettingsAsync(ServerBench bench)
    {
        await using var device = bench.Connect();
        var frames = await device.LoginAsync("alice");
        var item = frames.Where(f => f.Code == Code.AccountChanged).SelectMany(f => WireJson.Read<AccountChanged>(f.Body.Span).Items)
            .Single(i => i.Kind == ItemKinds.Settings);
        return (item.Accept, item.Classic);
    }
}
