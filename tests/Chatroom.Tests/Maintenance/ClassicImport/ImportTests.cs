using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server;
using Chatroom.Server.Maintenance.ClassicImport;
using Chatroom.Server.Storage;
using Chatroom.Tests.Support;

namespace Chatroom.Tests.Maintenance.ClassicImport;

public sealed class ImportTests : IDisposable
{
    private readonly ImportBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Everything_comes_over_and_the_report_says_what_did_not_and_why()
    {
        bench.Old.Town();
        var report = await bench.ImportAsync();
        Assert.Equal((7, 0, 0), Numbers(report.People));
        Assert.Equal((2, 0, 2), Numbers(report.Friendships));
        Assert.Equal((5, 0, 2), Numbers(report.Messages));
        Assert.Equal((3, 0, 1), Numbers(report.Files));
        Assert.Equal((2, 0, 2), Numbers(report.PrivateMessages));
        Assert.Equal(
            [
                "files in the lobby: no content", "friendships: \"ghost\" has no account", "friendships: with oneself",
                "messages in the lobby: \"ghost\" has no account", "messages in the lobby: no text",
                "private messages: \"ghost\" has no account", "private messages: to oneself",
            ],
            report.Skipped.Keys);
        Assert.All(report.Skipped.Values, n => Assert.Equal(1, n));
        Assert.Equal(3, report.Changed.Count);
        Assert.Equal(3, report.Renamed.Count);
        Assert.Contains(report.Notes, n => n.Contains("\"nopass\" has no password", StringComparison.Ordinal));
        Assert.Contains(report.Notes, n => n.Contains("Nobody owns", StringComparison.Ordinal));
        Assert.Empty(await bench.ProblemsAsync());
    }

    [Fact]
    public async Task The_lobby_stands_in_the_order_of_its_times_with_their_times()
    {
        bench.Old.Town();
        await bench.ImportAsync();
        await using var server = await bench.RunAsync();
        var entries = await Picture.EntriesAsync(server.Core, Ids.Lobby);
        var start = new DateTimeOffset(2020, 1, 2, 10, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        Assert.Equal(
            [
                (0, "Bob", "first"), (0, "bob-2", "same second"), (1, "张三", "你好\tworld [emoji-happy] 😜\n"), (4, "Bob", "note.txt"),
                (5, "bob-2", new string('é', 8192)), (5, "bob-2", new string('é', 1808)), (6, "张三", "note.txt"), (7, "a_b_c", "c__x_名.bin"),
                (9, "Bob", "last\nline\uFFFD"),
            ],
            entries.Select(e => ((int)((e.Time - start) / 1000), e.SenderName!, e.Text ?? e.File!.Name)));
        Assert.Equal(Enumerable.Range(1, 9).Select(n => (long)n), entries.Select(e => e.Seq));
        Assert.Equal([5, 150_000, 0], entries.Where(e => e.File is not null).Select(e => e.File!.Size));
    }

    [Fact]
    public async Task People_sign_in_with_their_old_passwords_and_see_the_old_history_as_read()
    {
        bench.Old.Town();
        await bench.ImportAsync();
        await using var server = await bench.RunAsync();
        await using var bob = server.Connect();
        var frames = await bob.LoginAsync(new LoginRequest { Version = 3, Name = "bob", Password = "x" });
        var rooms = frames.Where(f => f.Code == Code.Rooms).SelectMany(f => WireJson.Read<RoomList>(f.Body.Span).Rooms).ToList();
        Assert.Equal(2, rooms.Count);
        Assert.All(rooms, r => Assert.Equal((0, r.Head), (r.Unread, r.Position)));
        Assert.All(rooms, r => Assert.Equal(1, r.First));
        Assert.Equal(9, (await bob.PageAsync(new HistoryRequest { Room = "lobby" })).Entries.Count);

        foreach (var (name, password) in new[] { ("bob-2", "bobs own 1"), ("张三", "密码"), ("a_b_c", "abc123"), ("long", new string('p', 1000)) })
        {
            await using var other = server.Connect();
            await other.LoginAsync(new LoginRequest { Version = 3, Name = name, Password = password });
        }

        await using var wrong = server.Connect();
        Assert.Equal(Code.LoginWrongPassword, (await wrong.AskAsync(Code.Login, new LoginRequest { Version = 3, Name = "nopass", Password = "" })).Code);
    }

    [Fact]
    public async Task Old_friends_are_no_news_and_a_message_said_afterwards_is()
    {
        bench.Old.Town();
        await bench.ImportAsync();
        await using var server = await bench.RunAsync();
        await using var bob = server.Connect();
        await bob.LoginAsync(new LoginRequest { Version = 3, Name = "Bob", Password = "x" });
        await bob.SayAsync("lobby", "new here");
        await using var other = server.Connect();
        var frames = await other.LoginAsync(new LoginRequest { Version = 3, Name = "张三", Password = "密码" });
        var lobby = frames.Where(f => f.Code == Code.Rooms).SelectMany(f => WireJson.Read<RoomList>(f.Body.Span).Rooms).Single(r => r.Id == "lobby");
        Assert.Equal((1, 10), (lobby.Unread, lobby.Head));
        var friends = frames.Where(f => f.Code == Code.AccountChanged).SelectMany(f => WireJson.Read<AccountChanged>(f.Body.Span).Items).Where(i => i.Kind == ItemKinds.Friend);
        Assert.Equal("Bob", Assert.Single(friends).Person!.Name);
        Assert.True(friends.Single().Revision <= other.Success!.SeenRevision);
    }

    [Fact]
    public async Task An_old_name_that_is_not_the_new_one_is_an_alias_with_letters_case()
    {
        bench.Old.Town();
        await bench.ImportAsync();
        await using var server = await bench.RunAsync();
        var core = server.Core;
        var names = new Dictionary<string, string?>();
        foreach (var old in new[] { "Bob", "bob", "BOB", "a/b\tc", "аdmin", "张三" })
        {
            var key = core.Vault.ClassicAliasKey(old);
            names[old] = await core.Store.ReadAsync(store => store.ClassicAlias(key) is { } id ? core.People.Get(store, id).Name : null);
        }

        Assert.Equal([null, "bob-2", null, "a_b_c", "user", null], names.Values);
    }

    [Fact]
    public async Task Who_has_a_name_here_already_keeps_it()
    {
        await using (var server = await bench.RunAsync())
        {
            await using var owner = server.Connect();
            await owner.RegisterAsync("BOB");
        }

        bench.Old.Town();
        var report = await bench.ImportAsync();
        Assert.False(report.LobbyRefused);
        Assert.DoesNotContain(report.Notes, n => n.Contains("Nobody owns", StringComparison.Ordinal));
        await using var again = await bench.RunAsync();
        var lines = await Picture.OfAsync(again.Core);
        Assert.Contains("person BOB Owner True seen False", lines);
        Assert.Contains("person Bob-2 Member True seen True", lines);
        Assert.Contains("person bob-3 Member True seen True", lines);
        Assert.Contains("member BOB of lobby from 1 unread 0", lines);
    }

    [Fact]
    public async Task A_second_import_adds_nothing_also_after_people_have_written_here()
    {
        bench.Old.Town();
        var first = await bench.ImportAsync();
        IReadOnlyList<string> before;
        await using (var server = await bench.RunAsync())
        {
            await using var bob = server.Connect();
            await bob.LoginAsync(new LoginRequest { Version = 3, Name = "Bob", Password = "x" });
            await bob.SayAsync("lobby", "new here");
            before = await Picture.OfAsync(server.Core);
        }

        var second = await bench.ImportAsync(TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));
        Assert.False(second.LobbyRefused);
        Assert.Equal(first.Renamed, second.Renamed);
        foreach (var (one, two) in new[]
        {
            (first.People, second.People), (first.Friendships, second.Friendships), (first.Messages, second.Messages), (first.Files, second.Files),
            (first.PrivateMessages, second.PrivateMessages),
        })
        {
            Assert.Equal((0, one.Came, one.Skipped), (two.Came, two.Present, two.Skipped));
        }

        await using var again = await bench.RunAsync();
        Assert.Equal(before, await Picture.OfAsync(again.Core));
    }

    [Fact]
    public async Task History_does_not_enter_a_lobby_with_messages_of_its_own()
    {
        await using (var server = await bench.RunAsync())
        {
            await using var alice = server.Connect();
            await alice.RegisterAsync("alice");
            await alice.LoginAsync("alice");
            await alice.SayAsync("lobby", "first here");
        }

        bench.Old.Town();
        var report = await bench.ImportAsync();
        Assert.True(report.LobbyRefused);
        Assert.Equal((0, 0, 7), Numbers(report.Messages));
        Assert.Equal((0, 0, 4), Numbers(report.Files));
        Assert.Equal((2, 0, 2), Numbers(report.PrivateMessages));
        await using var again = await bench.RunAsync();
        Assert.Equal(["first here"], (await Picture.EntriesAsync(again.Core, Ids.Lobby)).Select(e => e.Text).OfType<string>());
    }

    [Fact]
    public async Task What_the_old_server_took_since_the_first_import_comes_after_it()
    {
        bench.Old.Town();
        await bench.ImportAsync();
        bench.Old.Person("eve").Said("eve", "2020-01-03 09:00:00", "late\n").Whispered("eve", "Bob", "2020-01-03 09:00:01", "hi\n");
        var report = await bench.ImportAsync();
        Assert.Equal((1, 7, 0), Numbers(report.People));
        Assert.Equal((1, 5, 2), Numbers(report.Messages));
        await using var server = await bench.RunAsync();
        Assert.Equal("late", (await Picture.EntriesAsync(server.Core, Ids.Lobby))[^1].Text);
        Assert.DoesNotContain(await Picture.OfAsync(server.Core), l => l.StartsWith("member ", StringComparison.Ordinal) && !l.EndsWith("unread 0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_dry_run_says_the_same_and_writes_nothing()
    {
        bench.Old.Town();
        var dry = await bench.ImportAsync(dry: true);
        Assert.False(DataFolder.IsUsed(bench.Options.Data));
        var wet = await bench.ImportAsync();
        Assert.Equal(wet.Lines(), dry.Lines());
        var after = await bench.ImportAsync(dry: true);
        Assert.Equal((0, 5, 2), Numbers(after.Messages));
    }

    [Fact]
    public async Task The_server_must_be_stopped()
    {
        bench.Old.Town();
        await using var server = await bench.RunAsync();
        var error = await Assert.ThrowsAsync<DataFolderException>(() => bench.ImportAsync());
        Assert.Contains("in use", error.Message, StringComparison.Ordinal);
    }

    private static (long, long, long) Numbers(ImportCount count) => (count.Came, count.Present, count.Skipped);
}
