using Chatroom.Faults.Judging;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.PowerLoss;

/// <summary>The loss of power is a real one: with the store's synchronous level OFF the same judge finds what is lost by it.</summary>
public sealed class SynchronousTests
{
    private const int Messages = 40;

    [Theory]
    [InlineData("FULL", false)]
    [InlineData("OFF", true)]
    public async Task A_loss_of_power_takes_acknowledged_messages_only_when_synchronous_is_OFF(string synchronous, bool isLost)
    {
        var ledger = new Ledger();
        await using var server = new ServerProcess();
        using var power = await PowerCut.OfAsync(server);
        await server.StartAsync();
        var (token, lobby, head) = await RegisterAsync(server);
        await server.StopAsync();

        power.Arm();
        server.Settings["CHATROOM_SYNCHRONOUS"] = synchronous;
        await server.StartAsync();
        await SendAsync(server, ledger, token, lobby);
        await server.KillAsync();
        var report = power.Cut(_ => Loss.OfAll);
        Assert.True(report.Seen > 0, "The shim saw nothing.");

        await server.StartAsync();
        await ObserveAsync(server, ledger, token, lobby, head);
        var problems = Judge.Problems(ledger.Books());
        Assert.Equal(isLost ? Messages : 0, problems.Count(problem => problem.Contains("observer misses message")));
        Assert.Equal(isLost, problems.Count > 0);
    }

    private static async Task<(string Token, string Lobby, long Head)> RegisterAsync(ServerProcess server)
    {
        await using var address = server.Address();
        await using var person = await People.RegisterAsync(address, "sender");
        await person.SayAsync(person.Lobby, "before");
        return (person.Token, person.Lobby, (await person.HistoryAsync(person.Lobby, limit: 1)).Number("head"));
    }

    private static async Task SendAsync(ServerProcess server, Ledger ledger, string token, string lobby)
    {
        await using var address = server.Address();
        await using var person = await RawClient.OpenAsync(address, ChannelKind.Native);
        await person.LoginAsync(new { version = 3, token, page = 1 });
        for (var i = 0; i < Messages; i++)
        {
            var sent = ledger.Send(lobby, person.Id, Unique.ClientId(), $"message {i}");
            var entry = await person.AskAsync(Wire.SendMessage, new { room = lobby, text = $"message {i}", clientId = sent.ClientId }, Wire.SendMessageAll);
            ledger.Acknowledge(sent.ClientId, entry.Number("seq"));
        }
    }

    private static async Task ObserveAsync(ServerProcess server, Ledger ledger, string token, string lobby, long head)
    {
        await using var address = server.Address();
        await using var person = await RawClient.OpenAsync(address, ChannelKind.Native);
        Assert.Equal(Wire.LoginSuccess, (await person.LoginAsync(new { version = 3, token, page = 1 })).Code);
        ledger.Watch("observer", lobby, head);
        foreach (var entry in (await person.HistoryAsync(lobby, after: head, limit: 200)).List("entries"))
        {
            ledger.See("observer", lobby, Observation.Of(entry));
        }
    }
}
