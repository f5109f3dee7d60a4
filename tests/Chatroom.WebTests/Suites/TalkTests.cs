using System.Text.RegularExpressions;

namespace Chatroom.WebTests.Suites;

/// <summary>Several people in rooms: what they say, who is there, what has not been read.</summary>
public sealed partial class TalkTests(Browsers browsers, ChatServer server) : WebTest(browsers, server), IClassFixture<ChatServer>
{
    [Fact]
    public async Task Own_messages_those_of_others_and_the_systems_look_different()
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var (ann, ben) = (people[0], people[1]);
        var group = await ann.CreateGroupAsync("kinds");
        await ann.InviteAsync(ben);
        await ben.AcceptAsync(group);
        await Expect(ann.System($"{ben.Name} joined the room")).ToBeVisibleAsync();
        await ann.SaidAsync("from Ann");
        await ben.SaidAsync("from Ben");
        await ann.SeesAsync("from Ben");
        await Expect(ann.Row("from Ann")).ToHaveClassAsync(Own());
        await Expect(ann.Row("from Ben")).Not.ToHaveClassAsync(Own());
        await Expect(ben.Row("from Ben")).ToHaveClassAsync(Own());
        await Expect(ben.Row("from Ann")).Not.ToHaveClassAsync(Own());
        await Expect(ann.Row("from Ben").Locator(".author")).ToHaveTextAsync(ben.Name);
        await Expect(ann.Row("from Ann").Locator(".author")).ToHaveTextAsync("You");
        var colours = await ann.Page.EvaluateAsync<string[]>("""
            () => ['.row.own', '.row:not(.own)', '.system p'].map(kind => getComputedStyle(document.querySelector(`#timeline ${kind}`)).backgroundColor)
            """);
        Assert.Equal(3, colours.Distinct().Count());
    }

    [Fact]
    public async Task Presence_comes_and_goes()
    {
        var ann = await JoinAsync("Ann");
        var ben = await JoinAsync("Ben");
        await Expect(ann.Someone(ben.Name)).ToBeVisibleAsync();
        var member = ann.Page.Locator(".members .member", new() { HasText = ben.Name });
        await Expect(member.Locator(".presence")).ToHaveClassAsync(OnMark());
        await ben.Context.CloseAsync().OrLeaveAsync();
        await Expect(ann.Someone(ben.Name)).ToHaveCountAsync(0);
        await Expect(member.Locator(".presence")).Not.ToHaveClassAsync(OnMark());
        await Expect(member).ToHaveClassAsync(new Regex("away"));
    }

    [Fact]
    public async Task A_room_elsewhere_shows_how_much_is_unread_and_a_rule_where_the_new_begins()
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var (ann, ben) = (people[0], people[1]);
        var group = await ann.CreateGroupAsync("unread");
        await ann.InviteAsync(ben);
        await ben.AcceptAsync(group);
        await ann.SaidAsync("read by both");
        await ben.SeesAsync("read by both");
        await ben.OpenAsync("Lobby");
        for (var i = 1; i <= 3; i++)
        {
            await ann.SaidAsync($"missed {i}");
        }

        await Expect(ben.Badge(group)).ToHaveTextAsync(new Regex("^3"));
        await Expect(ben.Page).ToHaveTitleAsync(new Regex(@"^\(3\) "));
        await ben.OpenAsync(group);
        await Expect(ben.Badge(group)).ToHaveCountAsync(0);
        await Expect(ben.Page).ToHaveTitleAsync(new Regex(@"^#"));
        var rule = ben.Page.Locator(".new-rule");
        await Expect(rule).ToHaveCountAsync(1);
        Assert.True(await ben.Page.EvaluateAsync<bool>("""
            () => {
                const rule = document.querySelector('.new-rule');
                const after = (row, what) => (rule.compareDocumentPosition([...document.querySelectorAll('article.row')].find(e => e.textContent.includes(row))) & what) !== 0;
                return after('missed 1', Node.DOCUMENT_POSITION_FOLLOWING) && after('read by both', Node.DOCUMENT_POSITION_PRECEDING);
            }
            """));
        await ann.SaidAsync("missed by nobody");
        await ben.SeesAsync("missed by nobody");
        await Expect(rule).ToHaveCountAsync(1); // Frozen until the room is left.
        await Expect(ben.Badge(group)).ToHaveCountAsync(0); // Read, as the server knows too.
        await ben.OpenAsync("Lobby");
        await ben.OpenAsync(group);
        await Expect(rule).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_room_opens_where_the_unread_begins()
    {
        var ben = await JoinAsync("Ben");
        await using var ann = await Remote.JoinAsync(Server, "Ann");
        var group = await ann.GroupAsync("far");
        await ben.ChooseAsync("#new-room", "Find public groups");
        await ben.Dialog.Locator(".list-row", new() { HasText = "far" }).GetByText("Join", new() { Exact = true }).ClickAsync();
        await Expect(ben.Nav("far")).ToHaveAttributeAsync("aria-current", "page");
        await ann.SayAsync(group, "read by both");
        await ben.SeesAsync("read by both");
        await Expect(ben.Badge("far")).ToHaveCountAsync(0);
        await ben.OpenAsync("Lobby");
        await ann.FillAsync(group, 40, i => $"missed {i}.\nand more\nof it");
        await Expect(ben.Badge("far")).ToHaveTextAsync(new Regex("^40"));
        await ben.OpenAsync("far");
        await Expect(ben.Page.Locator(".new-rule")).ToBeInViewportAsync();
        await Expect(ben.Row("missed 1.")).ToBeInViewportAsync();
        await Expect(ben.Row("missed 40.")).Not.ToBeInViewportAsync();

        // And what has not been in view is not read.
        await Expect(ben.Badge("far")).ToHaveTextAsync(new Regex("^[12][0-9]|^3[0-9]"));
        await ben.Page.ReloadAsync();
        await ben.ReadyAsync();
        await Expect(ben.Page.Locator(".new-rule")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Marking_as_read_by_the_menu_takes_the_badge_away()
    {
        var ann = await JoinAsync("Ann");
        var group = await ann.CreateGroupAsync("mark");
        await using var ben = await Remote.JoinAsync(Server, "Ben");
        await ann.InviteAsync(ben.Name);
        var room = await ben.JoinAsync(group);
        await Expect(ann.System($"{ben.Name} joined the room")).ToBeVisibleAsync();
        await ann.LookAwayAsync();
        await ben.SayAsync(room, "while away");
        await Expect(ann.Badge(group)).ToHaveTextAsync(new Regex("^1"));
        await ann.ChooseAsync("#room-menu", "Mark as read");
        await Expect(ann.Badge(group)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_is_said_while_one_reads_above_is_counted_on_a_pill_and_does_not_move_the_page()
    {
        var ann = await JoinAsync("Ann");
        var group = await ann.CreateGroupAsync("pill");
        await using var ben = await Remote.JoinAsync(Server, "Ben");
        await ann.InviteAsync(ben.Name);
        var room = await ben.JoinAsync(group);
        await ben.FillAsync(room, 80, i => $"line {i}\nwith a second");
        await ann.SeesAsync("line 80");
        await ann.ScrollAsync(-700);
        await Expect(ann.Page.Locator(".new-pill.plain")).ToBeVisibleAsync();
        var before = await ann.SettledPlaceAsync();
        await ben.SayAsync(room, "news below");
        await Expect(ann.Page.Locator(".new-pill")).ToContainTextAsync("1 new");
        Assert.Equal(before, await ann.SettledPlaceAsync());
        await ann.Page.ClickAsync(".new-pill");
        await Expect(ann.Row("news below")).ToBeInViewportAsync();
        await Expect(ann.Page.Locator(".new-pill")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_private_message_appears_with_a_badge_and_steals_no_focus()
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var (ann, ben) = (people[0], people[1]);
        await ann.Composer.FocusAsync();
        await ann.Keyboard.TypeAsync("half a sen");
        await ben.WriteToAsync(ann);
        await ben.SaidAsync("psst");
        await Expect(ann.Badge(ben.Name)).ToHaveTextAsync(new Regex("^1"));
        await Expect(ann.Page.Locator("section[aria-labelledby=s-private]")).ToContainTextAsync(ben.Name);
        await Expect(ann.Composer).ToBeFocusedAsync();
        await ann.Keyboard.TypeAsync("tence");
        await Expect(ann.Composer).ToHaveValueAsync("half a sentence");
        await Expect(ann.Page.Locator(".room-title")).ToContainTextAsync("Lobby");
        await ann.OpenAsync(ben.Name);
        await ann.SeesAsync("psst");
        await Expect(ann.Composer).ToHaveValueAsync("");
        await ann.SaidAsync("yes?");
        await ben.SeesAsync("yes?");
        await ann.OpenAsync("Lobby");
        await Expect(ann.Composer).ToHaveValueAsync("half a sentence"); // The draft of the room.
    }

    [Fact]
    public async Task Private_messages_are_bubbles_own_to_the_right()
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var (ann, ben) = (people[0], people[1]);
        await ben.WriteToAsync(ann);
        await ben.SaidAsync("on the left");
        await ann.OpenAsync(ben.Name);
        await ann.SaidAsync("own one");
        var (own, other) = ((await ann.Row("own one").Locator(".bubble").BoundingBoxAsync())!, (await ann.Row("on the left").Locator(".bubble").BoundingBoxAsync())!);
        Assert.True(own.X + own.Width > other.X + other.Width + 100, $"own ends at {own.X + own.Width}, the other at {other.X + other.Width}");
    }

    [Fact]
    public async Task Messages_to_somebody_who_is_away_are_there_when_they_come()
    {
        var ann = await JoinAsync("Ann");
        var ben = await Server.RegisterAsync("Ben");
        await Expect(ann.Page.Locator(".members .member", new() { HasText = ben.Name })).ToBeVisibleAsync();
        await ann.Page.Locator(".members .member", new() { HasText = ben.Name }).ClickAsync();
        await ann.Dialog.GetByRole(AriaRole.Button, new() { Name = "Write" }).ClickAsync();
        await Expect(ann.Page.Locator(".topic")).ToHaveTextAsync("Offline");
        await ann.SaidAsync("for when you come");
        await ann.SaidAsync("and another");
        var coming = await (await ComeAsync()).SignInAsync(ben);
        await Expect(coming.Badge(ann.Name)).ToHaveTextAsync(new Regex("^2"));
        await coming.OpenAsync(ann.Name);
        await coming.SeesAsync("for when you come");
        await coming.SeesAsync("and another");
    }

    [Fact]
    public async Task One_sees_that_another_is_typing()
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var (ann, ben) = (people[0], people[1]);
        await ben.Composer.PressSequentiallyAsync("hm");
        await Expect(ann.Page.Locator(".typing")).ToHaveTextAsync($"{ben.Name} is typing…");
        await ben.SayAsync("hm, no");
        await ann.SeesAsync("hm, no");
        await Expect(ann.Page.Locator(".typing")).ToBeEmptyAsync();
    }

    [Fact]
    public async Task Three_people_hear_each_other_in_one_order()
    {
        var people = await JoinAllAsync("Ann", "Ben", "Cem");
        await Task.WhenAll(people.Select(async person =>
        {
            for (var i = 1; i <= 6; i++)
            {
                await person.SayAsync($"{person.Name} says {i}");
            }
        }));
        var own = new Regex($"^({string.Join('|', people.Select(person => person.Name))}) says ");
        foreach (var person in people)
        {
            await Expect(person.Rows.Filter(new() { HasTextRegex = new Regex($"({string.Join('|', people.Select(one => one.Name))}) says ") })).ToHaveCountAsync(18);
            await Expect(person.Pending).ToHaveCountAsync(0);
        }

        var orders = await Task.WhenAll(people.Select(async person => string.Join('\n', (await person.TextsAsync()).Where(text => own.IsMatch(text)))));
        Assert.Single(orders.Distinct());
    }

    [GeneratedRegex(@"\bown\b")]
    private static partial Regex Own();

    [GeneratedRegex(@"\bon\b")]
    private static partial Regex OnMark();
}
