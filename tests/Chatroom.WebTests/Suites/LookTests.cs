using System.Text.RegularExpressions;

namespace Chatroom.WebTests.Suites;

/// <summary>Light and dark, English and Chinese.</summary>
public sealed partial class LookTests(Browsers browsers, ChatServer server) : WebTest(browsers, server), IClassFixture<ChatServer>
{
    private const string Light = "rgb(255, 255, 255)";
    private const string Dark = "rgb(22, 24, 29)";

    [Fact]
    public async Task The_theme_follows_the_system_at_once()
    {
        var ann = await JoinAsync("Ann", new Style { Dark = true });
        await BackgroundAsync(ann, Dark);
        await ann.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await BackgroundAsync(ann, Light);
    }

    [Fact]
    public async Task The_switch_wins_over_the_system_and_is_remembered()
    {
        var ann = await ComeAsync(new Style { Dark = true });
        await ann.Page.GotoAsync(ann.Base);
        await ann.Page.ClickAsync("[data-theme-choice=light]");
        await Expect(ann.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
        await ann.RegisterAsync("Ann");
        await BackgroundAsync(ann, Light);
        await ann.ChooseAsync("#account-button", "Settings");
        await Expect(ann.Dialog.GetByRole(AriaRole.Button, new() { Name = "Light" })).ToHaveAttributeAsync("aria-pressed", "true");
        await ann.Dialog.GetByRole(AriaRole.Button, new() { Name = "Dark" }).ClickAsync();
        await BackgroundAsync(ann, Dark);
        await ann.Page.ReloadAsync();
        await ann.ReadyAsync();
        await BackgroundAsync(ann, Dark);
        await ann.ChooseAsync("#account-button", "Settings");
        await ann.Dialog.GetByRole(AriaRole.Button, new() { Name = "As the system" }).ClickAsync();
        await ann.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await BackgroundAsync(ann, Light);
    }

    [Fact]
    public async Task In_Chinese_everything_is()
    {
        var people = await Task.WhenAll(JoinAsync("Ann", Style.Chinese), JoinAsync("Ben"));
        var (ann, ben) = (people[0], people[1]);
        await ben.SaidAsync("hello");
        await ann.SaidAsync("你好");
        await ann.SeesAsync("hello");
        await Expect(ann.Page.Locator("html")).ToHaveAttributeAsync("lang", "zh-CN");
        await Expect(ann.Page.Locator(".day").First).ToContainTextAsync("今天");
        await Expect(ann.Connection).ToHaveTextAsync("已连接");
        await ChineseAsync(ann, "the lobby", ben);
        foreach (var opener in (string[])["#account-button", "#new-room", "#room-menu"])
        {
            await ann.Page.ClickAsync(opener);
            await Expect(ann.Popover.Locator("[role^=menuitem]").First).ToBeVisibleAsync();
            var items = await ann.Popover.Locator("[role^=menuitem]").CountAsync();
            await ChineseAsync(ann, opener, ben);
            await ann.Keyboard.PressAsync("Escape");
            for (var i = 0; i < items; i++)
            {
                await ann.Page.ClickAsync(opener);
                var item = ann.Popover.Locator("[role^=menuitem]").Nth(i);
                var name = await item.TextContentAsync();
                if (name!.Contains("其他账号", StringComparison.Ordinal))
                {
                    await ann.Keyboard.PressAsync("Escape");
                    continue; // Opens another tab.
                }

                await item.ClickAsync();
                await Expect(ann.Popover).ToHaveCountAsync(0);
                if (await ann.Dialog.CountAsync() > 0)
                {
                    await ann.Dialog.Locator("[aria-busy=true]").First.WaitForAsync(new() { State = WaitForSelectorState.Detached });
                    await ChineseAsync(ann, name, ben);
                    await ann.CloseDialogAsync();
                }
            }
        }

        await ann.Page.ClickAsync("#emoji-button");
        await Expect(ann.Popover.Locator(".emoji-grid button").First).ToBeVisibleAsync();
        await ChineseAsync(ann, "the picker", ben);
    }

    [Fact]
    public async Task The_language_is_switched_in_mid_conversation()
    {
        var ann = await JoinAsync("Ann");

        // So much that not all of it is drawn as one piece.
        var group = await ann.CreateGroupAsync("口语");
        await using var ben = await Remote.JoinAsync(Server, "Ben");
        await ben.FillAsync(await ben.JoinAsync(group), 70, i => $"line {i}");
        await using var cem = await Remote.JoinAsync(Server, "Cem");
        await cem.JoinAsync(group);
        await Expect(ann.System($"{cem.Name} joined")).ToBeVisibleAsync();
        await ann.SaidAsync("stays as it was");
        await Expect(ann.Page.Locator(".day").First).ToContainTextAsync("Today");
        await ann.ChooseAsync("#account-button", "Settings");
        await ann.Dialog.GetByText("简体中文").ClickAsync();
        await Expect(ann.Page.Locator("#dialog-title")).ToHaveTextAsync("设置");
        await ann.CloseDialogAsync();
        await Expect(ann.Page.Locator(".day").First).ToContainTextAsync("今天");
        await Expect(ann.Page.Locator("#s-rooms")).ToHaveTextAsync("房间");
        await Expect(ann.System($"{cem.Name} joined")).ToHaveCountAsync(0);
        await Expect(ann.System(cem.Name)).ToContainTextAsync("加入");
        await ann.SeesAsync("stays as it was");
        await Expect(ann.Row("stays as it was")).ToHaveAttributeAsync("aria-label", new Regex("^你|^我"));
        await ann.Page.ReloadAsync();
        await ann.ReadyAsync();
        await Expect(ann.Page.Locator("#s-rooms")).ToHaveTextAsync("房间");
    }

    [Theory]
    [InlineData(1360, 820)]
    [InlineData(390, 844)]
    public async Task A_toast_covers_neither_the_newest_message_nor_the_field(int width, int height)
    {
        var ann = await JoinAsync("Ann", new Style { Width = width, Height = height });
        for (var i = 0; i < 30; i++)
        {
            await ann.SayAsync($"line {i} of {width};");
        }

        var newest = $"line 29 of {width};";
        await ann.SeesAsync(newest);
        await ann.Page.EvaluateAsync("() => navigator.clipboard.writeText = () => Promise.reject()");
        await ann.ChooseForAsync(newest, "Copy the text");
        var toast = (await ann.Toast("did not allow copying").BoundingBoxAsync())!;
        foreach (var covered in (ILocator[])[ann.Row(newest), ann.Page.Locator(".composer-area"), ann.Page.Locator(".room-head")])
        {
            var box = (await covered.BoundingBoxAsync())!;
            Assert.True(toast.Y >= box.Y + box.Height || toast.Y + toast.Height <= box.Y, $"The toast ({toast.Y}, {toast.Height}) lies over {covered} ({box.Y}, {box.Height}).");
        }

        // A menu that opens there lies above it.
        await ann.Page.ClickAsync("#room-menu");
        await Expect(ann.MenuItem("Mark as read")).ToBeVisibleAsync();
        Assert.True(await ann.MenuItem("Mark as read").EvaluateAsync<bool>("""
            item => {
                const box = item.getBoundingClientRect();
                return item.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
            }
            """));
    }

    [Fact]
    public async Task At_a_zoom_of_200_percent_everything_is_still_there()
    {
        var ann = await JoinAsync("Ann", new Style { Width = 680, Height = 410 }); // Half the pixels: what a zoom of 200 % leaves of 1360 x 820.
        await ann.SaidAsync("large");
        await Expect(ann.Composer).ToBeInViewportAsync(new() { Ratio = 1 });
        await Expect(ann.Row("large")).ToBeInViewportAsync();
        Assert.Equal(680, await ann.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
    }

    [Fact]
    public async Task Who_wants_less_motion_gets_none()
    {
        var ann = await ComeAsync();
        await ann.Page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        await ann.RegisterAsync("Ann");
        await ann.Page.ClickAsync("#account-button");
        await ann.MenuItem("Settings").ClickAsync();
        Assert.True(await ann.Page.EvaluateAsync<bool>("() => document.getAnimations().every(one => one.effect.getComputedTiming().duration <= 1)"));
    }

    private static Task BackgroundAsync(Person person, string colour) => Expect(person.Page.Locator("body")).ToHaveCSSAsync("background-color", colour);

    /// <summary>Neither a key nor an English word is left: what is Latin is a name, a key of the keyboard, or what people wrote.</summary>
    private static async Task ChineseAsync(Person person, string where, Person other)
    {
        var all = await person.Page.EvaluateAsync<string[]>("""
            () => {
                const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
                for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                    if (node.nodeType === Node.TEXT_NODE) {
                        if (!node.parentElement.closest('kbd, code, script, noscript, bdi, [lang], .broken, #welcome, .text, .emoji-grid, option[value=""]')) found.push(node.data.trim());
                    } else if (!node.closest('#welcome, .broken, .emoji-grid') && !node.matches('article')) {
                        for (const name of ['aria-label', 'title', 'placeholder', 'alt']) if (node.hasAttribute(name)) found.push(node.getAttribute(name));
                    }
                }
                return [...new Set(found)].filter(text => /[a-z]/i.test(text));
            }
            """);
        string[] names = [person.Name, other.Name, "Owner", "Chatroom", "English", "Chrome", "Linux", "chatroom-web", "KiB", "MiB", "Ctrl", "Esc", "Shift", "Enter", "Alt", "Tab", "Delete", "hello"];
        var left = all.Where(text => Word().IsMatch(names.Aggregate(text, (rest, name) => rest.Replace(name, "")))).ToArray();
        Assert.True(left.Length == 0, $"{where}:\n" + string.Join('\n', left));
    }

    [GeneratedRegex("[A-Za-z]{2}")]
    private static partial Regex Word();
}
