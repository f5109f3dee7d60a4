using System.Text.RegularExpressions;

namespace Chatroom.WebTests.Suites;

/// <summary>A page of 390 px, and a finger.</summary>
public sealed class PhoneTests(Browsers browsers, ChatServer server) : WebTest(browsers, server), IClassFixture<ChatServer>
{
    [Fact]
    public async Task The_sidebar_is_a_drawer_and_nothing_is_wider_than_the_screen()
    {
        var people = await Task.WhenAll(JoinAsync("Ann", Style.Phone), JoinAsync("Ben"));
        var (ann, ben) = (people[0], people[1]);
        await Expect(ann.Page.Locator("#sidebar")).Not.ToBeInViewportAsync();
        await Expect(ann.Composer).ToBeInViewportAsync();
        await ben.SaidAsync("a long line " + string.Concat(Enumerable.Repeat("wwwwwwwwww", 30)));
        await ann.SeesAsync("a long line");
        await FitsAsync(ann);
        await DrawerAsync(ann).TapAsync();
        await Expect(ann.Page.Locator("#sidebar")).ToBeInViewportAsync();
        await FitsAsync(ann);
        await ann.Page.Locator(".backdrop").TapAsync(new() { Position = new() { X = 370, Y = 400 } });
        await Expect(ann.Page.Locator("#sidebar")).Not.ToBeInViewportAsync();

        // A room chosen in the drawer closes it; what comes elsewhere is told on its button.
        await ben.WriteToAsync(ann);
        await ben.SaidAsync("psst");
        await Expect(DrawerAsync(ann).Locator(".badge")).ToHaveTextAsync(new Regex("^1"));
        await DrawerAsync(ann).TapAsync();
        await ann.Nav(ben.Name).TapAsync();
        await Expect(ann.Page.Locator("#sidebar")).Not.ToBeInViewportAsync();
        await ann.SeesAsync("psst");
        await ann.Composer.FillAsync("with a thumb");
        await ann.Page.Locator(".composer button.send").TapAsync();
        await ben.SeesAsync("with a thumb");
    }

    [Fact]
    public async Task A_long_name_of_a_room_leaves_the_field_and_the_state_of_the_connection_on_one_line()
    {
        var people = await Task.WhenAll(JoinAsync("Ann", Style.Phone), JoinAsync("Ben"));
        var (ann, ben) = (people[0].TolerateCuts(), people[1]);
        var line = (await ann.Composer.BoundingBoxAsync())!.Height;
        var group = await ben.CreateGroupAsync("a name that is as long as names of groups may be");
        await ben.InviteAsync(ann);
        await DrawerAsync(ann).TapAsync();
        await ann.AcceptAsync(group);
        Assert.Equal(line, (await ann.Composer.BoundingBoxAsync())!.Height);
        await ann.Page.SetViewportSizeAsync(320, 640);
        var title = (await ann.Page.Locator(".room-title").BoundingBoxAsync())!.Width;
        ann.Net.Cut();
        await Expect(ann.Connection).ToHaveTextAsync("Reconnecting…");
        Assert.True((await ann.Connection.BoundingBoxAsync())!.Height < 24, "The state of the connection takes two lines.");
        await Expect(ann.Connection).ToBeInViewportAsync(new() { Ratio = 1 });
        Assert.True((await ann.Page.Locator(".room-title").BoundingBoxAsync())!.Width >= title, "The state of the connection takes the room of the title.");
    }

    [Fact]
    public async Task A_long_press_opens_the_menu_of_a_message()
    {
        var ann = await JoinAsync("Ann", Style.Phone);
        await ann.SaidAsync("press me");
        await PressAsync(ann, "press me");
        await Expect(ann.Popover).ToBeVisibleAsync();
        await Expect(ann.Popover).ToBeInViewportAsync(new() { Ratio = 1 });
        await ann.MenuItem("Reply").TapAsync();
        await Expect(ann.Page.Locator(".composer-context")).ToContainTextAsync("press me");
    }

    [Fact]
    public async Task Members_lie_over_the_timeline_when_asked_for()
    {
        var ann = await JoinAsync("Ann", Style.Phone);
        var pane = ann.Page.Locator(".members");
        await Expect(pane).Not.ToBeInViewportAsync();
        await ann.Page.Locator("button.members-narrow").TapAsync();
        await Expect(pane).ToBeInViewportAsync();
        await ann.Keyboard.PressAsync("Escape");
        await Expect(pane).Not.ToBeInViewportAsync();
    }

    [Fact]
    public async Task With_an_on_screen_keyboard_the_field_and_the_last_message_are_still_seen()
    {
        var ann = await JoinAsync("Ann", Style.Phone);
        for (var i = 1; i <= 20; i++)
        {
            await ann.SayAsync($"line {i};");
        }

        await ann.SeesAsync("line 20;");
        await ann.Composer.TapAsync();
        await ann.Page.SetViewportSizeAsync(390, 480); // What is left above the keyboard (interactive-widget=resizes-content).
        await Expect(ann.Composer).ToBeInViewportAsync(new() { Ratio = 1 });
        await Expect(ann.Row("line 20;")).ToBeInViewportAsync();
    }

    [Fact]
    public async Task Targets_are_large_enough_for_a_finger()
    {
        var ann = await JoinAsync("Ann", Style.Phone);
        await ann.SaidAsync("something");
        Assert.Empty(await SmallAsync("main"));
        await DrawerAsync(ann).TapAsync();
        await Expect(ann.Page.Locator("#sidebar")).ToBeInViewportAsync();
        Assert.Empty(await SmallAsync("#sidebar"));

        Task<string[]> SmallAsync(string root) => ann.Page.EvaluateAsync<string[]>("""
            root => [...document.querySelectorAll(`${root} button, ${root} a.nav-row, ${root} textarea`)]
                .filter(e => e.offsetParent && getComputedStyle(e).visibility !== 'hidden' && !e.closest('article') && !e.matches('.skip-link'))
                .map(e => ({ e, box: e.getBoundingClientRect() }))
                .filter(({ box }) => box.height < 43.5 || box.width < 43.5)
                .map(({ e, box }) => `${e.className} ${e.getAttribute('aria-label') ?? e.textContent.trim()} ${Math.round(box.width)}x${Math.round(box.height)}`)
            """, root);
    }

    private static ILocator DrawerAsync(Person person) => person.Page.Locator(".room-head button[aria-controls=sidebar]");

    private static async Task FitsAsync(Person person) => Assert.Equal(390, await person.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));

    /// <summary>A finger that stays for longer than half a second.</summary>
    private static async Task PressAsync(Person person, string text)
    {
        var box = (await person.Row(text).BoundingBoxAsync())!;
        var cdp = await person.Context.NewCDPSessionAsync(person.Page);
        var point = new Dictionary<string, object> { ["x"] = box.X + 60, ["y"] = box.Y + (box.Height / 2) };
        await cdp.SendAsync("Input.dispatchTouchEvent", new() { ["type"] = "touchStart", ["touchPoints"] = new[] { point } });
        await Expect(person.Popover).ToBeVisibleAsync();
        await cdp.SendAsync("Input.dispatchTouchEvent", new() { ["type"] = "touchEnd", ["touchPoints"] = Array.Empty<object>() });
    }
}
