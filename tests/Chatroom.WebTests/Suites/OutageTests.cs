using System.Text.RegularExpressions;

namespace Chatroom.WebTests.Suites;

/// <summary>Messages that are on their way while tab, network or server goes away: nothing is lost, nothing comes twice.</summary>
public sealed class OutageTests(Browsers browsers, ChatServer server) : WebTest(browsers, server), IClassFixture<ChatServer>
{
    [Fact]
    public async Task A_message_is_a_row_at_once_and_sent_when_the_network_is_back()
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var (ann, ben) = (people[0].TolerateCuts(), people[1]);
        ann.Net.Cut();
        await ann.SayAsync("written in the dark");
        await Expect(ann.Pending).ToHaveAttributeAsync("data-state", "sending");
        await Expect(ann.Pending).ToContainTextAsync("written in the dark");
        await Expect(ann.Connection).ToHaveAttributeAsync("data-state", "connecting");
        await Expect(ann.Connection).ToHaveTextAsync(new Regex("Reconnecting…|Connecting…"));
        await Expect(ann.Dialog).ToHaveCountAsync(0); // Never a modal.
        await ben.SaidAsync("said meanwhile");
        ann.Net.Open();
        await ben.SeesAsync("written in the dark");
        await ann.SeesAsync("written in the dark");
        await ann.SeesAsync("said meanwhile");
        await Expect(ann.Pending).ToHaveCountAsync(0);
        await Expect(ann.Row("written in the dark")).ToHaveCountAsync(1);
        await Expect(ben.Row("written in the dark")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task What_is_refused_stays_as_failed_and_can_be_retried_or_discarded()
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var (ann, ben) = (people[0], people[1]);
        await ann.WriteToAsync(ben);
        await ann.SaidAsync("welcome");
        await ben.Page.Locator(".members .member", new() { HasText = ann.Name }).ClickAsync();
        await ben.Dialog.GetByText("Block", new() { Exact = true }).ClickAsync();
        await Expect(ben.Dialog.GetByText("Unblock")).ToBeVisibleAsync();
        await ann.SayAsync("unwelcome 1");
        await ann.SayAsync("unwelcome 2");
        await Expect(ann.Pending).ToHaveCountAsync(2);
        foreach (var text in (string[])["unwelcome 1", "unwelcome 2"])
        {
            var failed = ann.Pending.Filter(new() { HasText = text });
            await Expect(failed).ToHaveAttributeAsync("data-state", "failed");
            await Expect(failed.Locator(".send-state")).ToContainTextAsync("Not sent.");
        }

        await ann.Pending.Filter(new() { HasText = "unwelcome 1" }).GetByText("Discard").ClickAsync();
        await Expect(ann.Pending).ToHaveCountAsync(1);
        await ben.Dialog.GetByText("Unblock").ClickAsync();
        await Expect(ben.Dialog.GetByText("Block", new() { Exact = true })).ToBeVisibleAsync();
        await ann.Pending.GetByText("Retry").ClickAsync();
        await ann.SeesAsync("unwelcome 2");
        await Expect(ann.Pending).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_failed_message_survives_a_reload()
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var (ann, ben) = (people[0], people[1]);
        await ann.WriteToAsync(ben);
        await ben.Page.Locator(".members .member", new() { HasText = ann.Name }).ClickAsync();
        await ben.Dialog.GetByText("Block", new() { Exact = true }).ClickAsync();
        await Expect(ben.Dialog.GetByText("Unblock")).ToBeVisibleAsync();
        await ann.SayAsync("unwelcome");
        await Expect(ann.Pending).ToHaveAttributeAsync("data-state", "failed");
        await ann.Page.ReloadAsync();
        await ann.ReadyAsync();
        await Expect(ann.Pending).ToContainTextAsync("unwelcome");
        await Expect(ann.Pending).ToHaveAttributeAsync("data-state", "failed");
    }

    [Fact]
    public async Task A_draft_survives_a_reload_right_after_the_last_key()
    {
        var ann = await JoinAsync("Ann");
        await ann.Composer.FillAsync("half a thought");
        await ann.Page.ReloadAsync();
        await ann.ReadyAsync();
        await Expect(ann.Composer).ToHaveValueAsync("half a thought");
    }

    [Fact]
    public async Task A_text_that_is_too_long_goes_back_into_the_field()
    {
        var ann = await JoinAsync("Ann");
        await ann.Composer.FillAsync(new string('x', 16 * 1024 + 1));
        await ann.Composer.PressAsync("Enter");
        await ann.ToastedAsync("This is too long: a message has at most 16 KiB. Send it in parts, or as a file.");
        Assert.Equal(16 * 1024 + 1, (await ann.Composer.InputValueAsync()).Length);
        await ann.Composer.FillAsync(new string('y', 16 * 1024));
        await ann.Composer.PressAsync("Enter");
        await ann.SeesAsync(new string('y', 100));
    }

    [Fact]
    public async Task Unsent_messages_and_drafts_survive_a_reload_and_are_sent_once()
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var (ann, ben) = (people[0].TolerateCuts(), people[1]);
        var group = await ann.CreateGroupAsync("drafts");
        await ann.Composer.FillAsync("a draft of the group");
        await ann.OpenAsync("Lobby");
        await Expect(ann.Nav(group).Locator(".draft")).ToBeVisibleAsync();
        // Only the connection breaks: the page itself comes from the server.
        await ann.Page.RouteWebSocketAsync("**/ws", socket => socket.CloseAsync());
        ann.Net.Cut();
        ann.Net.Open();
        await Expect(ann.Connection).ToHaveAttributeAsync("data-state", "connecting");
        await ann.SayAsync("before the reload 1");
        await ann.SayAsync("before the reload 2");
        await Expect(ann.Pending).ToHaveCountAsync(2);
        await ann.StoredAsync("outbox/", 2);
        await ann.Composer.FillAsync("a draft of the lobby");
        await ann.StoredAsync("draft/", 2);
        await ann.Page.ReloadAsync();
        await Expect(ann.Page.Locator("html")).ToHaveAttributeAsync("data-phase", "app");
        var next = await ann.Context.NewPageAsync(); // Unrouting leaves sockets alone; a new tab has none of it.
        await ann.Page.CloseAsync();
        ann.Page = next;
        await next.GotoAsync(ann.Base + "/");
        await ann.ReadyAsync();
        foreach (var person in people)
        {
            await Expect(person.Row("before the reload 1")).ToHaveCountAsync(1);
            await Expect(person.Row("before the reload 2")).ToHaveCountAsync(1);
        }

        await Expect(ann.Pending).ToHaveCountAsync(0);
        await Expect(ann.Composer).ToHaveValueAsync("a draft of the lobby");
        await ann.OpenAsync(group);
        await Expect(ann.Composer).ToHaveValueAsync("a draft of the group");
    }

    [Fact]
    public async Task Unsent_messages_and_drafts_survive_a_crash_of_the_tab_and_are_sent_once()
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var (ann, ben) = (people[0].TolerateCuts().Tolerate("The tab crashed"), people[1]);
        ann.Net.Cut();
        await Expect(ann.Connection).ToHaveAttributeAsync("data-state", "connecting");
        for (var i = 1; i <= 3; i++)
        {
            await ann.SayAsync($"before the crash {i}");
        }

        await ann.Composer.FillAsync("half a thought");
        await Expect(ann.Pending).ToHaveCountAsync(3);
        await ann.StoredAsync("draft/", 1);
        await ann.StoredAsync("outbox/", 3);
        await ann.CrashAsync();
        ann.Net.Open();
        await ann.Page.GotoAsync(ann.Base + "/");
        await ann.ReadyAsync();
        for (var i = 1; i <= 3; i++)
        {
            await ben.SeesAsync($"before the crash {i}");
            await Expect(ben.Row($"before the crash {i}")).ToHaveCountAsync(1);
            await Expect(ann.Row($"before the crash {i}")).ToHaveCountAsync(1);
        }

        await Expect(ann.Pending).ToHaveCountAsync(0);
        await Expect(ann.Composer).ToHaveValueAsync("half a thought");
        Assert.Equal(["before the crash 1", "before the crash 2", "before the crash 3"], (await ben.TextsAsync()).Where(text => text.StartsWith("before the crash", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Coming_back_brings_what_was_missed_and_the_reading_position_stays()
    {
        var ann = (await JoinAsync("Ann")).TolerateCuts();
        var group = await ann.CreateGroupAsync("gap");
        await using var ben = await Remote.JoinAsync(Server, "Ben");
        var room = await ben.JoinAsync(group);
        await ben.FillAsync(room, 120, i => $"line {i}");
        await ann.SeesAsync("line 120");
        await ann.ScrollAsync(-900);
        await Expect(ann.Page.Locator(".new-pill")).ToBeVisibleAsync();
        var before = await ann.SettledPlaceAsync();
        ann.Net.Cut();
        await Expect(ann.Connection).ToHaveAttributeAsync("data-state", "connecting");
        await ben.FillAsync(room, 150, i => $"missed {i}");
        ann.Net.Open();
        await Expect(ann.Connection).ToHaveAttributeAsync("data-state", "connected");
        await Expect(ann.Page.Locator(".new-pill")).ToContainTextAsync("150 new");
        Assert.Equal(before, await ann.SettledPlaceAsync());
        await ann.Page.ClickAsync(".new-pill");
        await ann.SeesAsync("missed 150");
        var texts = await ann.WalkAsync(-1500, "line 1");
        var expected = Enumerable.Range(1, 120).Select(i => $"line {i}").Concat(Enumerable.Range(1, 150).Select(i => $"missed {i}"));
        Assert.Equal(expected, texts);
    }

    [Fact]
    public async Task A_server_killed_in_mid_conversation_loses_and_doubles_nothing()
    {
        var people = await JoinAllAsync("Ann", "Ben");
        foreach (var person in people)
        {
            person.TolerateCuts();
        }

        var group = await people[0].CreateGroupAsync("killed");
        await people[0].InviteAsync(people[1]);
        await people[1].AcceptAsync(group);
        var talking = people.Select(TalkAsync).ToArray();
        await Expect(people[1].Row($"{people[0].Name} 5.")).ToBeVisibleAsync();
        await Server.KillAsync();
        await Expect(people[0].Connection).ToHaveAttributeAsync("data-state", "connecting");
        await Task.WhenAll(talking);
        await Server.RestartAsync();
        foreach (var person in people)
        {
            await Expect(person.Connection).ToHaveAttributeAsync("data-state", "connected", new() { Timeout = 30_000 });
            await Expect(person.Pending).ToHaveCountAsync(0, new() { Timeout = 30_000 });
            foreach (var other in people)
            {
                await Expect(person.Row($"{other.Name} 20.")).ToHaveCountAsync(1);
            }
        }

        var orders = await Task.WhenAll(people.Select(async person => string.Join('\n', await person.TextsAsync())));
        Assert.Single(orders.Distinct());
        foreach (var person in people)
        {
            Assert.Equal(Enumerable.Range(1, 20).Select(i => $"{person.Name} {i}."), orders[0].Split('\n').Where(line => line.StartsWith(person.Name, StringComparison.Ordinal)));
        }

        static async Task TalkAsync(Person person)
        {
            for (var i = 1; i <= 20; i++)
            {
                await person.SayAsync($"{person.Name} {i}.");
            }
        }
    }

    [Fact]
    public async Task A_page_that_stayed_open_over_a_restore_shows_what_the_server_has_now()
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var (ann, ben) = (people[0].TolerateCuts(), people[1].TolerateCuts());
        await ann.SaidAsync("kept by the backup");
        await Server.BackupAsync();
        await ann.SaidAsync("gone with the restore");
        await ben.SeesAsync("gone with the restore");
        await ann.OpenMenuAsync("gone with the restore");
        await ann.MenuItem("Edit").ClickAsync();
        await Expect(ann.Composer).ToHaveValueAsync("gone with the restore");

        await Server.RestoreAsync();
        foreach (var person in people)
        {
            await person.ToastedAsync("restored from a backup");
            await Expect(person.Row("gone with the restore")).ToHaveCountAsync(0);
            await person.SeesAsync("kept by the backup");
        }

        // It has the number of what is gone, and what was to be its edit is a message of its own.
        await ben.SaidAsync("said after the restore");
        await ann.SeesAsync("said after the restore");
        await ann.Composer.PressAsync("Enter");
        await ben.SeesAsync("gone with the restore");
        await Expect(ben.Row("said after the restore")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Two_tabs_of_one_account_send_each_message_once()
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var (ann, ben) = (people[0].TolerateCuts(), people[1]);
        var first = ann.Page;
        var second = await ann.TabAsync("/");
        ann.Page = second;
        await ann.ReadyAsync();
        ann.Net.Cut();
        foreach (var (tab, name) in ((IPage, string)[])[(first, "first"), (second, "second")])
        {
            await Expect(tab.Locator(".connection")).ToHaveAttributeAsync("data-state", "connecting");
            await tab.FillAsync("#composer", $"from the {name} tab");
            await tab.PressAsync("#composer", "Enter");
        }

        ann.Net.Open();
        foreach (var tab in (IPage[])[first, second, ben.Page])
        {
            foreach (var name in (string[])["first", "second"])
            {
                await Expect(tab.Locator("article.row[data-seq]", new() { HasText = $"from the {name} tab" })).ToHaveCountAsync(1);
            }
        }
    }
}
