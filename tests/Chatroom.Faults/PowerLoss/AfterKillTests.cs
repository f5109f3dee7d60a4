using Chatroom.Faults.Judging;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.PowerLoss;

/// <summary>
/// A process that was killed leaves writes that no sync has covered, and the next one finds them as if they were on the disk. What it acknowledges
/// because of them must survive a loss of power as anything else.
/// </summary>
public sealed class AfterKillTests
{
    [Fact]
    public async Task A_message_whose_sync_was_cut_off_by_a_kill_is_durable_when_its_retry_is_acknowledged()
    {
        await using var server = new ServerProcess();
        using var power = await PowerCut.OfAsync(server);
        power.Arm();
        await server.StartAsync();
        var clientId = Unique.ClientId();
        var (token, lobby) = await AloneAsync(server, null, async person =>
        {
            power.StopAtSync("-wal", 1);
            await person.SendAsync(Wire.SendMessage, new { room = person.Lobby, text = "found", clientId });
            await person.ClosedAsync();
        });
        await server.KillAsync();

        power.GoOn();
        await server.StartAsync();
        long seq = 0;
        await AloneAsync(server, token, async person =>
        {
            var entry = await person.AskAsync(Wire.SendMessage, new { room = lobby, text = "found", clientId }, Wire.SendMessageAll);
            Assert.True(entry.Flag("duplicate"), "The kill was too early: there was nothing to find.");
            seq = entry.Number("seq");
        });
        await server.KillAsync();
        power.Cut(_ => Loss.OfAll);

        power.Arm();
        await server.StartAsync();
        await AloneAsync(server, token, async person =>
            Assert.Contains((await person.HistoryAsync(lobby)).List("entries"), entry => entry.Number("seq") == seq && entry.OptText("text") == "found"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task An_upload_that_a_kill_cut_off_at_any_of_its_syncs_is_durable_when_its_end_is_acknowledged(int nth)
    {
        var ledger = new Ledger();
        await using var server = new ServerProcess();
        using var power = await PowerCut.OfAsync(server);
        power.Arm();
        await server.StartAsync();
        var (token, lobby) = await AloneAsync(server, null, _ => Task.CompletedTask);
        var content = Files.Content(100_000);
        var clientId = Unique.ClientId();
        power.StopAtSync("/files", nth);
        await using (var cut = new Uploader(server, ledger, "uploader", token, "uploader", lobby))
        {
            await Xunit.Record.ExceptionAsync(() => cut.OnceAsync(clientId, content));
        }

        await server.KillAsync();
        power.GoOn();
        await server.StartAsync();
        await using var uploader = new Uploader(server, ledger, "uploader", token, "uploader", lobby);
        ledger.Acknowledge(ledger.SendFile(lobby, "uploader", clientId, Files.Sha256(content)).ClientId, await uploader.OnceAsync(clientId, content));
        await server.KillAsync();
        power.Cut(_ => Loss.OfAll);

        power.Arm();
        await server.StartAsync();
        await uploader.FetchAllAsync();
        Assert.Equal([], Judge.Problems(ledger.Books()));
        await server.StopAsync();
        var (code, said) = await server.VerifyAsync();
        Assert.True(code == 0, said);
    }

    // One person and nobody else, so that no other change brings a sync of its own.
    private static async Task<(string Token, string Lobby)> AloneAsync(ServerProcess server, string? token, Func<RawClient, Task> act)
    {
        await using var address = server.Address();
        if (token is null)
        {
            await using var registered = await People.RegisterAsync(address, "alone");
            await registered.FenceAsync();
            await act(registered);
            return (registered.Token, registered.Lobby);
        }

        await using var person = await RawClient.OpenAsync(address, ChannelKind.Native);
        Assert.Equal(Wire.LoginSuccess, (await person.LoginAsync(new { version = 3, token, page = 1 })).Code);
        await act(person);
        return (token, person.Lobby);
    }
}
