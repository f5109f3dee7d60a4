using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;

namespace Chatroom.WebTests.Suites;

/// <summary>axe-core on every page, dialog, menu and popover: no violation.</summary>
public sealed class AccessibilityTests(Browsers browsers, ChatServer server) : WebTest(browsers, server), IClassFixture<ChatServer>
{
    private readonly List<string> found = [];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_welcome_page(bool dark)
    {
        var ann = (await ComeAsync(new Style { Dark = dark })).Tolerate("status of 4");
        await ann.Page.GotoAsync(ann.Base);
        await Expect(ann.Page.Locator("#tab-register")).ToBeVisibleAsync();
        await CheckAsync(ann, "sign in");
        await ann.Page.FillAsync("#name", "Nobodyatall");
        await ann.Page.FillAsync("#password", "whatever it is");
        await ann.Page.ClickAsync("#submit");
        await Expect(ann.Page.Locator("#name-error")).Not.ToBeEmptyAsync();
        await CheckAsync(ann, "an error");
        await ann.Page.ClickAsync("#tab-register");
        await CheckAsync(ann, "register");
        CheckNone();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_main_page_its_menus_and_dialogs(bool dark)
    {
        var people = await Task.WhenAll(JoinAsync("Ann", new Style { Dark = dark }), JoinAsync("Ben"));
        var (ann, ben) = (people[0], people[1]);
        var group = await ann.CreateGroupAsync("axe");
        await ann.InviteAsync(ben);
        await ben.AcceptAsync(group);
        await ann.SayAsync($"a line for @{ben.Name} with `code` and https://example.org");
        await ann.SeesAsync("a line for");
        await ben.SaidAsync($"and one for @{ann.Name} 🎉");
        await ben.SaidAsync("🎉🚀");
        await ann.SeesAsync("🎉🚀");
        await ann.ThumbUpAsync("and one for");
        await ann.ChooseForAsync("a line for", "Pin");
        await ann.SendFilesAsync(Samples.Png("picture.png"), Samples.Text("card.txt"));
        await Expect(ann.Page.Locator("a.file-card")).ToBeVisibleAsync();
        await ann.ChooseForAsync("and one for", "Reply");
        await ann.SaidAsync("an answer");
        await CheckAsync(ann, "a group");
        await ann.Row("a line for").HoverAsync();
        await Expect(ann.Row("a line for").Locator(".actions")).ToBeVisibleAsync();
        await CheckAsync(ann, "a row under the pointer");

        foreach (var (opener, name) in ((string, string)[])[("#account-button", "account"), ("#new-room", "new room"), ("#room-menu", "room")])
        {
            await ann.Page.ClickAsync(opener);
            await Expect(ann.Popover).ToBeVisibleAsync();
            await CheckAsync(ann, $"the menu of {name}");
            await ann.Keyboard.PressAsync("Escape");
        }

        await ann.OpenMenuAsync("a line for");
        await CheckAsync(ann, "the menu of a message");
        await ann.Keyboard.PressAsync("Escape");
        await ann.Page.ClickAsync("#emoji-button");
        await Expect(ann.Popover.Locator(".emoji-grid button").First).ToBeVisibleAsync();
        await CheckAsync(ann, "the picker");
        await ann.Keyboard.PressAsync("Escape");
        await ann.Composer.PressSequentiallyAsync("@B");
        await Expect(ann.Page.Locator("#completion")).ToBeVisibleAsync();
        await CheckAsync(ann, "completion");
        await ann.Composer.FillAsync("");

        foreach (var (opener, item) in ((string, string)[])
            [
                ("#account-button", "Settings"), ("#account-button", "Devices"), ("#account-button", "Change the password"), ("#account-button", "Keyboard"),
                ("#account-button", "Sign out"), ("#new-room", "Create a group"), ("#new-room", "Find public groups"), ("#room-menu", "Files of this room"),
                ("#room-menu", "Pinned messages"), ("#room-menu", "Invite someone"), ("#room-menu", "Group settings"), ("#room-menu", "Leave the group"),
            ])
        {
            await ann.ChooseAsync(opener, item);
            await Expect(ann.Dialog).ToBeVisibleAsync();
            await ann.Dialog.Locator("[aria-busy=true]").First.WaitForAsync(new() { State = WaitForSelectorState.Detached });
            await CheckAsync(ann, $"the dialog {item}");
            await ann.CloseDialogAsync();
        }

        await ann.Keyboard.PressAsync("Control+k");
        await Expect(ann.Dialog).ToBeVisibleAsync();
        await CheckAsync(ann, "the jump dialog");
        await ann.Keyboard.PressAsync("Escape");
        await ann.Page.ClickAsync("#search-button");
        await ann.Dialog.Locator(".search-form input").FillAsync("line");
        await Expect(ann.Dialog.Locator("button.found-row")).ToHaveCountAsync(1);
        await CheckAsync(ann, "what was found");
        await ann.Keyboard.PressAsync("Escape");
        await Expect(ann.Dialog).ToHaveCountAsync(0);
        await ann.Page.ClickAsync("#s-friends ~ button");
        await CheckAsync(ann, "adding a friend");
        await ann.CloseDialogAsync();
        await ann.Page.Locator(".members .member", new() { HasText = ben.Name }).ClickAsync();
        await CheckAsync(ann, "the card of a person");
        await ann.CloseDialogAsync();
        await ann.Page.Locator(".preview").ClickAsync();
        await Expect(ann.Page.Locator("dialog.viewer")).ToBeVisibleAsync();
        await CheckAsync(ann, "the viewer");
        await ann.Keyboard.PressAsync("Escape");
        await ben.OpenAsync("Lobby");
        await ben.WriteToAsync(ann);
        await ben.SaidAsync("in private");
        await CheckAsync(ben, "a private chat");
        await Expect(ann.Badge(ben.Name)).ToBeVisibleAsync();
        await CheckAsync(ann, "badges");
        CheckNone();
    }

    [Theory]
    [InlineData("en-US")]
    [InlineData("zh-CN")]
    public async Task A_phone_with_the_drawer_open_and_closed(string locale)
    {
        var ann = await JoinAsync("Ann", Style.Phone with { Locale = locale });
        await ann.SaidAsync($"on a phone, {locale}");
        await CheckAsync(ann, "the phone");
        await ann.Page.Locator(".room-head button[aria-controls=sidebar]").TapAsync();
        await Expect(ann.Page.Locator("#sidebar")).ToBeInViewportAsync(new() { Ratio = 1 });
        await CheckAsync(ann, "the phone with its drawer");
        CheckNone();
    }

    private async Task CheckAsync(Person person, string what)
    {
        // Colours in mid-transition are no colours; and something may appear while axe looks.
        await person.Page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        await person.Page.WaitForFunctionAsync("() => document.getAnimations().every(one => one.playState !== 'running' || one.effect.getComputedTiming().iterations === Infinity)");
        var result = await person.Page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });
        found.AddRange(result.Violations.Select(violation => $"{what}: {violation.Id} ({violation.Impact}): {violation.Help}\n"
            + string.Join('\n', violation.Nodes.Take(5).Select(node => $"   {node.Html} — {node.Any.FirstOrDefault()?.Message}"))));
    }

    /// <summary>All at once, so that one finding does not hide the others.</summary>
    private void CheckNone() => Assert.True(found.Count == 0, string.Join('\n', found));
}
