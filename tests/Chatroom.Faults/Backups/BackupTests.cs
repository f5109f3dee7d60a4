using Chatroom.Faults.Judging;
using Chatroom.Faults.PowerLoss;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.Backups;

/// <summary>
/// <c>chatroom backup</c> while everyone sends and uploads: once as a folder and once as an archive in <c>./test</c>, twenty times in the long run. What is restored
/// is a prefix of what the clients saw in which nothing is missing that was acknowledged before the backup began.
/// </summary>
public sealed class BackupTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly int Backups = Rounds.Of(2, 20);

    [Fact]
    public async Task A_backup_under_load_restores_to_a_prefix_with_everything_acknowledged_before_it_began()
    {
        var ledger = new Ledger();
        await using var server = new ServerProcess();
        await server.StartAsync();
        await using var town = await Town.BuildAsync(server, ledger, senders: 3, watchers: 2, window: 8, uploaders: 2);
        town.Start(long.MaxValue / 2);
        var made = new List<(string Path, Books Before)>();
        for (var i = 0; i < Backups; i++)
        {
            var enough = ledger.Acknowledged + 300;
            await ledger.UntilAsync(_ => ledger.Acknowledged >= enough, $"{enough} were acknowledged", Patience);
            var path = Path.Combine(server.Aside, i % 2 == 0 ? $"backup{i}" : $"backup{i}.tar");
            var before = ledger.Books();
            var (code, said) = await server.RunAsync("backup", "--data", server.Data, "--to", path);
            Assert.True(code == 0, said);
            Assert.True(ledger.Acknowledged > before.Sent.Count(sent => sent.Seq is not null), "Nothing was acknowledged while the backup was made.");
            made.Add((path, before));
        }

        await town.SettleAsync(Patience);
        foreach (var (path, before) in made)
        {
            await RestoreAsync(server, town, path, before, ledger.Books());
        }
    }

    [Fact]
    public async Task A_backup_that_is_killed_anywhere_leaves_none_or_one_that_opens()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await using (var address = server.Address())
        await using (var person = await People.RegisterAsync(address, "person"))
        using (var http = address.Http(new Version(1, 1)))
        {
            await new Files(http, person).SendAsync(person.Lobby, Files.Content(100_000));
        }

        var operations = await CutOffAsync(server, "counted", 0);
        var random = new Random();
        List<(long After, string Name)> all = [.. Enumerable.Range(1, operations).SelectMany(after => new[] { ((long)after, $"b{after}"), ((long)after, $"b{after}.tar") })];
        var chosen = Rounds.IsLong ? all : [.. all.OrderBy(_ => random.Next()).Take(4)];
        foreach (var (after, name) in chosen)
        {
            await CutOffAsync(server, name, after);
        }

        output.WriteLine($"A backup does {operations} operations; killed, and the power lost, behind {chosen.Count} of them.");
    }

    // The loss of power included. The number of operations when it is not cut off.
    private static async Task<int> CutOffAsync(ServerProcess server, string name, long after)
    {
        await using var place = new ServerProcess();
        place.TakeKeyOf(server);
        using var power = await PowerCut.OfAsync(place);
        power.Arm(after);
        var to = Path.Combine(place.Aside, name);
        var (code, said) = await place.RunAsync(place.Settings, "backup", "--data", server.Data, "--to", to);
        Assert.True(code == 0 || after > 0, said);
        var operations = power.Journal().Records.Count;
        power.Cut(_ => Loss.OfAll);
        var isThere = Path.Exists(to);
        Assert.True(code != 0 || isThere, "The backup said that it was made, and is not there.");

        // What has the name opens with its key ring, and is whole; what has not is refused, also by someone who gives its draft.
        foreach (var (path, opens) in new[] { (to, true), ($"{to}.partial", false) }.Where(one => Path.Exists(one.Item1)))
        {
            var (restored, why) = await place.RunAsync("restore", path, "--data", Path.Combine(place.Aside, $"from{opens}"), "--master-key", place.MasterKey);
            Assert.True(restored == 0 || !opens, why);
        }

        return operations;
    }

    private async Task RestoreAsync(ServerProcess server, Town town, string path, Books before, Books after)
    {
        await using var restored = new ServerProcess();
        restored.TakeKeyOf(server);
        var (code, said) = await restored.RunAsync("restore", path, "--data", restored.Data, "--master-key", restored.MasterKey);
        Assert.True(code == 0 && said.Contains("all is well"), said);
        await restored.StartAsync();
        var heads = new Dictionary<string, long>();
        var found = new Ledger();
        foreach (var participant in town.Participants)
        {
            await ReadAsync(restored, participant, after, found, heads);
        }

        // Of each room the clients' books up to where it was restored.
        var books = found.Books() with
        {
            Sent = [.. after.Sent.Where(sent => sent.Seq <= heads[sent.Room])],
            Fetches = await FetchAsync(restored, town, after, heads),
        };
        Assert.Equal([], Judge.Problems(books));
        Assert.All(Plants.Of(books with { Counts = [new Counted("nobody", heads.Keys.First(), 0, 0, 0)] }), plant => Assert.NotEmpty(Judge.Problems(plant.Books)));
        Assert.All(before.Sent.Where(sent => sent.Seq is not null), sent => Assert.InRange(sent.Seq!.Value, 1, heads[sent.Room]));
        output.WriteLine($"{Path.GetFileName(path)}: {before.Sent.Count(sent => sent.Seq is not null)} acknowledged before it began, {books.Sent.Count} restored, {books.Fetches.Count} files of them; " +
            $"{after.Sent.Count} in the end.");
        await restored.StopAsync();
        var (verified, problems) = await restored.VerifyAsync();
        Assert.True(verified == 0, problems);
    }

    // What each sees there is what it saw when it happened, as far as it goes.
    private static async Task ReadAsync(ServerProcess restored, Participant participant, Books after, Ledger found, Dictionary<string, long> heads)
    {
        await using var address = restored.Address();
        await using var person = await RawClient.OpenAsync(address, ChannelKind.Native);
        Assert.Equal(Wire.LoginSuccess, (await person.LoginAsync(new { version = 3, token = participant.Token, page = 1 })).Code);
        foreach (var watch in after.Watches.Where(watch => watch.Observer == participant.Name))
        {
            var head = heads[watch.Room] = person.Sync.Room(watch.Room).Number("head");
            found.Watch(watch.Observer, watch.Room, watch.After);
            while (found.LastSeen(watch.Observer, watch.Room) < head)
            {
                var page = await person.HistoryAsync(watch.Room, after: found.LastSeen(watch.Observer, watch.Room), limit: 200);
                foreach (var entry in page.List("entries"))
                {
                    found.See(watch.Observer, watch.Room, Observation.Of(entry));
                }
            }

            Assert.Equal(watch.Entries.Where(entry => entry.Seq <= head), found.Books().Watches.Single(one => one.Observer == watch.Observer && one.Room == watch.Room).Entries);
        }
    }

    private static async Task<IReadOnlyList<Fetched>> FetchAsync(ServerProcess restored, Town town, Books after, Dictionary<string, long> heads)
    {
        var fetches = new List<Fetched>();
        foreach (var file in after.Sent.Where(sent => sent.IsFile && sent.Seq <= heads[sent.Room]))
        {
            var uploader = town.Uploaders.Single(one => one.Account == file.Sender);
            fetches.Add(new Fetched(file.ClientId, await uploader.FetchAsync(restored, file.ClientId)));
        }

        return fetches;
    }
}
