using System.Diagnostics;
using Chatroom.Faults.Judging;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.Kill;

/// <summary>
/// kill -9 at random moments under load: 20 times in <c>./test</c>, 200 times in the long run.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Window = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly int Kills = Rounds.Of(20, 200);

    [Fact]
    public async Task Nothing_acknowledged_is_lost_doubled_or_moved_by_kill_9_under_load()
    {
        var ledger = new Ledger();
        await using var server = new ServerProcess();
        await server.StartAsync();
        await using var town = await Town.BuildAsync(server, ledger, senders: 4, watchers: 4, Window);
        town.Start(long.MaxValue / 2);
        for (var round = 1; round <= Kills; round++)
        {
            await KillUnderLoadAsync(server, ledger, town, round);
            if (round % 5 == 0)
            {
                await VerifyAsync(server);
            }

            await server.StartAsync();
        }

        await town.SettleAsync(Patience);
        await town.SignInAllAsync();
        var books = ledger.Books();
        output.WriteLine($"{Kills} kills, {books.Sent.Count} messages, {books.Watches.Sum(watch => watch.Entries.Count)} deliveries, " +
            $"{books.Counts.Count} unread counts, {town.Senders.Sum(sender => sender.FoundCommitted)} found committed without their acknowledgement, " +
            $"{town.Senders.Sum(sender => sender.Retried)} retries of acknowledged ones");
        Assert.Equal([], Judge.Problems(books));
        Assert.All(Plants.Of(books), plant => Assert.True(Judge.Problems(plant.Books).Count > 0, $"The judge did not find {plant.What}."));
        Assert.All(books.Sent, sent => Assert.NotNull(sent.Seq));
        Assert.All(town.Participants, one => Assert.True(one.Connections >= Kills + 1, $"{one.Name} was there {one.Connections} times."));
        Assert.All(town.Senders, sender => Assert.True(sender.Retried > 0));
        await town.DisposeAsync();
        await server.StopAsync();
        server.MustHaveNoErrors();
        await VerifyAsync(server);
    }

    // Everyone is back and the load is on; then a random number of acknowledgements more, and a few random microseconds.
    private static async Task KillUnderLoadAsync(ServerProcess server, Ledger ledger, Town town, int round)
    {
        await ledger.UntilAsync(_ => town.Participants.All(one => one.Connections >= round), "everyone was back", Patience);
        var enough = ledger.Acknowledged + Random.Shared.Next(1, 400);
        await ledger.UntilAsync(books => books.Acknowledged >= enough, $"{enough} messages were acknowledged", Patience);
        var moment = Stopwatch.StartNew();
        var microseconds = Random.Shared.Next(5000);
        while (moment.Elapsed.TotalMicroseconds < microseconds)
        {
            Thread.SpinWait(10);
        }

        await server.KillAsync();
    }

    private static async Task VerifyAsync(ServerProcess server)
    {
        var (code, said) = await server.VerifyAsync();
        Assert.True(code == 0, said);
    }
}
