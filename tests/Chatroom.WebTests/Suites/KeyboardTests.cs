using System.Text.RegularExpressions;

namespace Chatroom.WebTests.Suites;

/// <summary>Without a mouse, and without eyes.</summary>
public sealed class KeyboardTests(Browsers browsers, ChatServer server) : WebTest(browsers, server), IClassFixture<ChatServer>
{
    [Fact]
    public async Task One_registers_writes_and_signs_out_by_keys_alone()
    {
        var ann = await ComeAsync();
        await ann.Page.GotoAsync(ann.Base);
        await ann.Page.Locator("#tab-signin").FocusAsync();
        await ann.Keyboard.PressAsync("ArrowRight");
        await TabToAsync(ann, "#name");
        await ann.Keyboard.TypeAsync(Unique.Name("Ann"));
        await ann.Keyboard.PressAsync("Tab");
        await ann.Keyboard.TypeAsync(ChatServer.Password);
        await ann.Keyboard.PressAsync("Enter");
        await ann.ReadyAsync();
        await Expect(ann.Composer).ToBeFocusedAsync();
        await ann.Keyboard.TypeAsync("by keys");
        await ann.Keyboard.PressAsync("Shift+Enter");
        await ann.Keyboard.TypeAsync("alone");
        await ann.Keyboard.PressAsync("Enter");
        await ann.SeesAsync("by keys\nalone");
        await TabToAsync(ann, "#account-button");
        await ann.Keyboard.PressAsync("Enter");
        await Expect(ann.Popover.Locator("[role=menuitem]").First).ToBeFocusedAsync();
        await ann.Keyboard.PressAsync("ArrowUp");
        await Expect(ann.MenuItem("Sign out")).ToBeFocusedAsync();
        await ann.Keyboard.PressAsync("Enter");
        await Expect(ann.Dialog.GetByText("Cancel")).ToBeFocusedAsync();
        await ann.Keyboard.PressAsync("Tab");
        await ann.Keyboard.PressAsync("Enter");
        await Expect(ann.Page.Locator("#welcome-form")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task After_the_button_one_writes_on()
    {
        var ann = await JoinAsync("Ann");
        var send = ann.Page.Locator(".composer button.send");
        await ann.Composer.FillAsync("by the mouse");
        await send.ClickAsync();
        await ann.SeesAsync("by the mouse");
        await Expect(ann.Composer).ToBeFocusedAsync();
        await ann.Composer.FillAsync("by the space bar");
        await send.FocusAsync();
        await ann.Keyboard.PressAsync("Space");
        await ann.SeesAsync("by the space bar");
        await Expect(ann.Composer).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Ctrl_K_jumps_to_rooms_and_people()
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var (ann, ben) = (people[0], people[1]);
        var group = await ann.CreateGroupAsync("target");
        await ann.OpenAsync("Lobby");
        await ann.Keyboard.PressAsync("Control+k");
        var field = ann.Dialog.Locator("input[role=combobox]");
        await Expect(field).ToBeFocusedAsync();
        await ann.Keyboard.TypeAsync("targ");
        await Expect(ann.Dialog.Locator(".option")).ToHaveCountAsync(1);
        await ann.Keyboard.PressAsync("Enter");
        await Expect(ann.Nav(group)).ToHaveAttributeAsync("aria-current", "page");
        await Expect(ann.Dialog).ToHaveCountAsync(0);
        await ann.Keyboard.PressAsync("Control+k");
        await ann.Keyboard.TypeAsync(ben.Name);
        await Expect(ann.Dialog.Locator(".option")).ToHaveCountAsync(1);
        await ann.Keyboard.PressAsync("Enter");
        await Expect(ann.Page.Locator(".room-title")).ToContainTextAsync(ben.Name);
        await ann.Keyboard.PressAsync("Control+k");
        await Expect(field).ToBeFocusedAsync();
        await ann.Keyboard.PressAsync("ArrowDown");
        await Expect(ann.Dialog.Locator(".option").Nth(1)).ToHaveAttributeAsync("aria-selected", "true");
        await ann.Keyboard.PressAsync("Escape");
        await Expect(ann.Dialog).ToHaveCountAsync(0);
        await Expect(ann.Composer).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Alt_and_arrows_walk_the_rooms_and_with_shift_those_unread()
    {
        var ann = await JoinAsync("Ann");
        var (first, second) = (await ann.CreateGroupAsync("alt-a"), await ann.CreateGroupAsync("alt-b"));
        await ann.OpenAsync("Lobby");
        var order = await ann.Page.Locator("section[aria-labelledby=s-rooms] .nav-name").AllTextContentsAsync();
        await ann.Keyboard.PressAsync("Alt+ArrowDown");
        await Expect(ann.Nav(order[1])).ToHaveAttributeAsync("aria-current", "page");
        await ann.Keyboard.PressAsync("Alt+ArrowDown");
        await Expect(ann.Nav(order[2])).ToHaveAttributeAsync("aria-current", "page");
        await ann.Keyboard.PressAsync("Alt+ArrowUp");
        await Expect(ann.Nav(order[1])).ToHaveAttributeAsync("aria-current", "page");
        await ann.OpenAsync("Lobby");
        await using var ben = await Remote.JoinAsync(Server, "Ben");
        var room = await ben.JoinAsync(second);
        await ben.SayAsync(room, "unread");
        await Expect(ann.Badge(second)).ToBeVisibleAsync();
        await ann.Keyboard.PressAsync("Alt+Shift+ArrowUp");
        await Expect(ann.Nav(second)).ToHaveAttributeAsync("aria-current", "page");
        await Expect(ann.Composer).ToBeFocusedAsync();
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task Arrow_up_in_an_empty_field_edits_the_last_message_and_escape_gives_up()
    {
        var ann = await JoinAsync("Ann");
        await ann.SaidAsync("first wrods");
        await ann.Composer.PressAsync("ArrowUp");
        await Expect(ann.Composer).ToHaveValueAsync("first wrods");
        await ann.Keyboard.PressAsync("Escape");
        await Expect(ann.Composer).ToHaveValueAsync("");
        await Expect(ann.Page.Locator(".composer-context")).ToHaveCountAsync(0);
        await ann.Keyboard.PressAsync("ArrowUp");
        await ann.Composer.FillAsync("first words");
        await ann.Keyboard.PressAsync("Enter");
        await Expect(ann.Row("first words").Locator(".mark")).ToHaveTextAsync("edited");
        await ann.Composer.FillAsync("not empty");
        await ann.Keyboard.PressAsync("ArrowUp");
        await Expect(ann.Composer).ToHaveValueAsync("not empty");
    }

    [Fact]
    public async Task A_question_mark_shows_the_keys()
    {
        var ann = await JoinAsync("Ann");
        await ann.Composer.PressAsync("?");
        await Expect(ann.Composer).ToHaveValueAsync("?"); // In a field it is a character.
        await ann.Composer.FillAsync("");
        await ann.Page.Locator("#account-button").FocusAsync();
        await ann.Keyboard.PressAsync("?");
        await Expect(ann.Dialog.Locator(".keys-table")).ToBeVisibleAsync();
        await ann.Keyboard.PressAsync("Escape");
        await Expect(ann.Dialog).ToHaveCountAsync(0);
        await Expect(ann.Page.Locator("#account-button")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task The_timeline_is_one_stop_and_its_rows_are_walked_and_worked_on_by_keys()
    {
        var ann = await JoinAsync("Ann");
        for (var i = 1; i <= 5; i++)
        {
            await ann.SaidAsync($"row {i};");
        }

        Assert.Equal(1, await ann.Page.EvaluateAsync<int>("() => document.querySelectorAll('#timeline [tabindex=\"0\"], #timeline :is(a[href], button):not([tabindex=\"-1\"])').length"));
        await ann.Composer.FocusAsync();
        await ann.Keyboard.PressAsync("Shift+Tab"); // The button for files.
        await ann.Keyboard.PressAsync("Shift+Tab");
        await Expect(ann.Row("row 5;")).ToBeFocusedAsync();
        await Expect(ann.Row("row 5;").Locator(".actions")).ToBeVisibleAsync();
        await ann.Keyboard.PressAsync("ArrowUp");
        await ann.Keyboard.PressAsync("ArrowUp");
        await Expect(ann.Row("row 3;")).ToBeFocusedAsync();
        await ann.Keyboard.PressAsync("r");
        await Expect(ann.Page.Locator(".composer-context")).ToContainTextAsync("row 3;");
        await Expect(ann.Composer).ToBeFocusedAsync();
        await Expect(ann.Composer).ToHaveValueAsync("");
        await ann.Keyboard.PressAsync("Escape");

        await ann.Row("row 3;").FocusAsync();
        await ann.Keyboard.PressAsync("+");
        await Expect(ann.Popover.Locator("input[type=search]")).ToBeFocusedAsync();
        await ann.Keyboard.TypeAsync("rocket");
        await Expect(ann.Popover.Locator(".emoji-grid button").First).ToHaveTextAsync("🚀");
        await ann.Keyboard.PressAsync("ArrowDown");
        await ann.Keyboard.PressAsync("Enter");
        await Expect(ann.Row("row 3;").Locator(".reaction")).ToHaveTextAsync(new Regex("🚀"));
        await Expect(ann.Row("row 3;")).ToBeFocusedAsync();

        await ann.Keyboard.PressAsync("End");
        await Expect(ann.Row("row 5;")).ToBeFocusedAsync();
        await ann.Keyboard.PressAsync("Enter");
        await Expect(ann.Popover).ToBeVisibleAsync();
        await Expect(ann.Popover.Locator("[role=menuitem]").First).ToBeFocusedAsync();
        await ann.Keyboard.PressAsync("Escape");
        await Expect(ann.Row("row 5;")).ToBeFocusedAsync();
        await ann.Keyboard.PressAsync("e");
        await Expect(ann.Composer).ToHaveValueAsync("row 5;");
        await ann.Keyboard.PressAsync("Escape");
        await ann.Row("row 5;").FocusAsync();
        await ann.Keyboard.PressAsync("Delete");
        await Expect(ann.Dialog).ToContainTextAsync("row 5;");
        await ann.Keyboard.PressAsync("Tab");
        await ann.Keyboard.PressAsync("Enter");
        await Expect(ann.Row("Message recalled")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_printable_key_goes_to_the_field()
    {
        var ann = await JoinAsync("Ann");
        await ann.SaidAsync("a row");
        await ann.Row("a row").FocusAsync();
        await ann.Keyboard.PressAsync("h");
        await Expect(ann.Composer).ToBeFocusedAsync();
        await Expect(ann.Composer).ToHaveValueAsync("h");
        await ann.Page.Locator("#room-menu").FocusAsync();
        await ann.Keyboard.PressAsync("i");
        await Expect(ann.Composer).ToHaveValueAsync("hi");
    }

    [Fact]
    public async Task Enter_while_an_input_method_composes_sends_nothing()
    {
        var ann = await JoinAsync("Ann", Style.Chinese);
        await ann.Composer.FillAsync("你好");
        await ann.Page.EvaluateAsync("""
            () => {
                const field = document.getElementById('composer');
                field.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }));
                field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }));
                field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true }));
                field.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, isComposing: true, bubbles: true, cancelable: true }));
                field.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true, data: '你好' }));
            }
            """);
        await Expect(ann.Composer).ToHaveValueAsync("你好");
        await Expect(ann.Dialog).ToHaveCountAsync(0);
        await ann.Composer.PressAsync("Enter");
        await ann.SeesAsync("你好");
        await Expect(ann.Page.Locator("article.row", new() { HasText = "你好" })).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task New_messages_are_announced_in_batches_and_own_ones_are_not()
    {
        var ann = await JoinAsync("Ann");
        await using var ben = await Remote.JoinAsync(Server, "Ben");
        await Expect(ann.Timeline).ToHaveAttributeAsync("role", "log");
        await Expect(ann.Timeline).ToHaveAttributeAsync("aria-live", "off");
        var region = ann.Page.Locator("#announcer");
        await Expect(region).ToHaveAttributeAsync("aria-live", "polite");
        await ann.Page.EvaluateAsync("""
            () => {
                window.said = [];
                const region = document.getElementById('announcer');
                new MutationObserver(() => region.textContent && window.said.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true });
            }
            """);
        await ann.SaidAsync("my own words");
        await ben.SayAsync(ben.Lobby, "hello everyone");
        await Expect(region).ToContainTextAsync($"{ben.Name}: hello everyone");
        await ben.FillAsync(ben.Lobby, 10, i => $"burst {i}");
        await ann.SeesAsync("burst 10");
        await Until.TrueAsync(() => ann.Page.EvaluateAsync<bool>("() => said.some(line => /^\\d+ new messages\\.$/.test(line))"), "a batch");
        var said = await ann.Page.EvaluateAsync<string[]>("() => said");
        Assert.DoesNotContain(said, line => line.Contains("my own words"));
        Assert.True(said.Length <= 6, string.Join('\n', said));
    }

    [Fact]
    public async Task Rows_and_buttons_have_names_and_the_focus_has_a_ring()
    {
        var ann = await JoinAsync("Ann");
        await ann.SaidAsync("named");
        await Expect(ann.Row("named")).ToHaveAttributeAsync("aria-label", new Regex(@"^You, \d\d:\d\d|^You, .+, named$"));
        await ann.Composer.FocusAsync();
        await ann.Keyboard.PressAsync("Tab");
        var ring = await ann.Page.EvaluateAsync<string>("() => { const s = getComputedStyle(document.activeElement); return `${s.outlineStyle} ${s.outlineWidth} ${s.boxShadow}`; }");
        Assert.Matches(@"^(solid|auto) [2-9]px|0px 0px 0px 2px", ring);
        await ann.Page.Locator(".skip-link").FocusAsync();
        await Expect(ann.Page.Locator(".skip-link")).ToBeInViewportAsync();
        await ann.Keyboard.PressAsync("Enter");
        await Expect(ann.Timeline).ToBeFocusedAsync();
    }

    private static async Task TabToAsync(Person person, string selector)
    {
        for (var i = 0; i < 60; i++)
        {
            if (await person.Page.EvaluateAsync<bool>("selector => document.activeElement?.matches(selector) === true", selector))
            {
                return;
            }

            await person.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"{selector} cannot be reached with Tab.");
    }
}
