using Chatroom.Faults.Judging;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.BadNetwork;

/// <summary>Everyone is behind a network that carries badly; whatever it does, the conversation is right: 200 messages, 2,000 in the long run.</summary>
public sealed class BadNetworkTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(Rounds.IsLong ? 300 : 60);
    private static readonly int Messages = Rounds.Of(200, 2000);

    [Fact]
    public Task In_packets_of_one_byte_the_conversation_is_right() => TalkAsync(() => Way.ByteByByte);

    [Fact]
    public Task Glued_together_the_conversation_is_right() => TalkAsync(() => Way.Glued);

    [Fact]
    public Task Delayed_the_conversation_is_right() => TalkAsync(() => Way.Delayed);

    [Fact]
    public Task On_lines_of_every_kind_that_fall_silent_and_are_cut_the_conversation_is_right() =>
        TalkAsync(() => (Way)Random.Shared.Next(4), disturb: true);

    private async Task TalkAsync(Func<Way> ways, bool disturb = false)
    {
        var ledger = new Ledger();
        await using var server = new ServerProcess();
        await server.StartAsync();
        await using var proxy = new Proxy(server.Port) { Ways = ways };
        server.Via = proxy.Port;
        await using var town = await Town.BuildAsync(server, ledger, senders: 2, watchers: 2, window: 8, mayBeClosed: disturb);
        town.Start(Messages / 2);
        var disturbed = 0;
        while (disturb && ledger.Acknowledged < Messages)
        {
            disturbed++;
            var enough = Math.Min(Messages, ledger.Acknowledged + Random.Shared.Next(1, 20));
            await ledger.UntilAsync(_ => ledger.Acknowledged >= enough, $"{enough} messages were acknowledged", Patience);
            Disturb(proxy.Lines[^Random.Shared.Next(1, Math.Min(5, proxy.Lines.Count))]);
        }

        await ledger.UntilAsync(_ => ledger.Acknowledged >= Messages, $"{Messages} messages were acknowledged", Patience);
        await town.SettleAsync(Patience);
        var books = ledger.Books();
        output.WriteLine($"{books.Sent.Count} messages, {books.Watches.Sum(watch => watch.Entries.Count)} deliveries over {proxy.Lines.Count} lines, {disturbed} of them cut or left half open.");
        Assert.Equal([], Judge.Problems(books));
        Assert.All(Plants.Of(books), plant => Assert.True(Judge.Problems(plant.Books).Count > 0, $"The judge did not find {plant.What}."));
        Assert.True(disturb || town.Participants.All(one => one.Connections == 1), "Someone was disconnected.");
        await town.DisposeAsync();
        await proxy.DisposeAsync();
        await server.StopAsync();
        server.MustHaveNoErrors();
    }

    private static void Disturb(Line line)
    {
        if (Random.Shared.Next(2) == 0)
        {
            line.HalfOpen();
        }
        else
        {
            line.CutDown(Random.Shared.Next(200), reset: Random.Shared.Next(2) == 0);
        }
    }
}
