using System.Diagnostics;
using Chatroom.Faults.Judging;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.PowerLoss;

/// <summary>
/// The power is lost at random moments under load, with texts and files: 12 times in <c>./test</c>, 200 times in the long run. In turn the disk has kept
/// nothing of what was not synced, all up to a moment, or some sectors here and some there.
/// </summary>
public sealed class PowerLossTests(ITestOutputHelper output)
{
    private const int Window = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly int Losses = Rounds.Of(12, 200);

    [Fact]
    public async Task Nothing_acknowledged_is_lost_doubled_or_moved_when_the_power_fails_under_load()
    {
        var random = new Random();
        var ledger = new Ledger();
        await using var server = new ServerProcess();
        using var power = await PowerCut.OfAsync(server);
        power.Arm();
        await server.StartAsync();
        await using var town = await Town.BuildAsync(server, ledger, senders: 4, watchers: 4, Window, uploaders: 2);
        town.Start(long.MaxValue / 2);
        var cuts = new List<CutReport>();
        for (var round = 1; round <= Losses; round++)
        {
            await KillUnderLoadAsync(server, ledger, town, round, random);
            var seed = random.Next();
            cuts.Add(power.Cut(loose => Choose(round, new Random(seed), loose)));
            if (round % 4 == 0)
            {
                var (code, said) = await server.VerifyAsync();
                Assert.True(code == 0, $"After loss {round} with seed {seed}, {cuts[^1]}: {said}");
            }

            power.Arm();
            await server.StartAsync();
        }

        await town.SettleAsync(Patience);
        await town.SignInAllAsync();
        foreach (var uploader in town.Uploaders)
        {
            await uploader.FetchAllAsync();
        }

        var books = ledger.Books();
        output.WriteLine($"{Losses} losses of power, {books.Sent.Count} messages, of them {books.Sent.Count(sent => sent.IsFile)} files; " +
            $"{cuts.Sum(cut => cut.Seen)} operations on files, {cuts.Sum(cut => cut.Syncs)} syncs, {cuts.Sum(cut => cut.Loose)} operations not yet synced, " +
            $"of which {cuts.Sum(cut => cut.Undone)} sectors, sizes and names went back, in {cuts.Count(cut => cut.Undone > 0)} of the losses; " +
            $"{town.Senders.Sum(sender => sender.FoundCommitted)} messages found committed without their acknowledgement, {town.Uploaders.Sum(one => one.Resumed)} uploads resumed");
        Assert.Equal([], Judge.Problems(books));
        Assert.All(Plants.Of(books), plant => Assert.True(Judge.Problems(plant.Books).Count > 0, $"The judge did not find {plant.What}."));
        Assert.All(books.Sent, sent => Assert.NotNull(sent.Seq));
        Assert.All(cuts, cut => Assert.True(cut.Syncs > 0 && cut.Seen > 0, "The shim saw nothing."));
        Assert.Contains(cuts, cut => cut.Undone > 0);
        await town.DisposeAsync();
        await server.StopAsync();
        server.MustHaveNoErrors();
        var (last, problems) = await server.VerifyAsync();
        Assert.True(last == 0, problems);
    }

    private static Loss Choose(int round, Random random, IReadOnlyList<Record> loose) => (round % 3) switch
    {
        0 => Loss.OfAll,
        1 => Loss.AfterAMoment(random, loose),
        _ => Loss.Here(random),
    };

    // As in a kill: a random number of acknowledgements, then a few random microseconds.
    private static async Task KillUnderLoadAsync(ServerProcess server, Ledger ledger, Town town, int round, Random random)
    {
        await ledger.UntilAsync(_ => town.Participants.All(one => one.Connections >= round), "everyone was back", Patience);
        var enough = ledger.Acknowledged + random.Next(1, 400);
        await ledger.UntilAsync(books => books.Acknowledged >= enough, $"{enough} messages were acknowledged", Patience);
        var moment = Stopwatch.StartNew();
        var microseconds = random.Next(5000);
        while (moment.Elapsed.TotalMicroseconds < microseconds)
        {
            Thread.SpinWait(10);
        }

        await server.KillAsync();
    }
}
