using System.Text.RegularExpressions;

namespace Chatroom.WebTests.Suites;

/// <summary>What one does with a message: reply, edit, recall, react, mention, pin.</summary>
public sealed class EntryTests(Browsers browsers, ChatServer server) : WebTest(browsers, server), IClassFixture<ChatServer>
{
    [Fact]
    public async Task A_reply_quotes_what_it_answers_and_the_quote_leads_there()
    {
        var (ann, ben, _) = await InGroupAsync("reply");
        await ann.SaidAsync("the question");
        await ben.SeesAsync("the question");
        await ben.Row("the question").HoverAsync();
        await ben.Row("the question").Locator(".actions button[data-act=reply]").ClickAsync();
        await Expect(ben.Page.Locator(".composer-context")).ToContainTextAsync("the question");
        await Expect(ben.Composer).ToBeFocusedAsync();
        await ben.SayAsync("the answer");
        var answer = ann.Row("the answer");
        await Expect(answer.Locator(".quote")).ToContainTextAsync(ann.Name);
        await Expect(answer.Locator(".quote")).ToContainTextAsync("the question");
        await Expect(ben.Page.Locator(".composer-context")).ToHaveCountAsync(0);
        await answer.Locator(".quote").ClickAsync();
        await Expect(ann.Page.Locator(".row.found")).ToContainTextAsync("the question");
    }

    [Fact]
    public async Task An_edit_shows_everywhere_with_a_mark()
    {
        var (ann, ben, _) = await InGroupAsync("edit");
        await ann.SaidAsync("tpyo");
        await ben.SeesAsync("tpyo");
        await ann.ChooseForAsync("tpyo", "Edit");
        await Expect(ann.Composer).ToHaveValueAsync("tpyo");
        await ann.SayAsync("typo no more");
        foreach (var person in (Person[])[ann, ben])
        {
            await Expect(person.Row("typo no more").Locator(".mark")).ToHaveTextAsync("edited");
            await Expect(person.Row("tpyo")).ToHaveCountAsync(0);
        }

        await ben.OpenMenuAsync("typo no more");
        await Expect(ben.MenuItem("Edit")).ToHaveCountAsync(0); // Somebody else's.
    }

    [Fact]
    public async Task A_recalled_message_is_gone_everywhere()
    {
        var (ann, ben, _) = await InGroupAsync("recall");
        await ann.SaidAsync("a secret");
        await ben.SeesAsync("a secret");
        await ben.OpenMenuAsync("a secret");
        await Expect(ben.MenuItem("Recall")).ToHaveCountAsync(0); // Neither one's own nor a moderator.
        await ben.Keyboard.PressAsync("Escape");
        await ann.ChooseForAsync("a secret", "Recall");
        await Expect(ann.Dialog).ToContainTextAsync("a secret");
        await ann.Dialog.Locator("button.danger").ClickAsync();
        foreach (var person in (Person[])[ann, ben])
        {
            await Expect(person.Row("Message recalled")).ToHaveCountAsync(1);
            await Expect(person.Row("a secret")).ToHaveCountAsync(0);
        }

        await ben.Page.ReloadAsync();
        await ben.ReadyAsync();
        await Expect(ben.Row("Message recalled")).ToHaveCountAsync(1);
        Assert.DoesNotContain("a secret", await ben.Page.ContentAsync());
    }

    [Fact]
    public async Task Reactions_are_counted_and_taken_back()
    {
        var (ann, ben, _) = await InGroupAsync("react");
        await ann.SaidAsync("done!");
        await ben.SeesAsync("done!");
        await ben.ThumbUpAsync("done!");
        var (at, with) = (ann.Row("done!").Locator(".reaction"), ben.Row("done!").Locator(".reaction"));
        await Expect(at).ToHaveTextAsync(new Regex("👍 ?1"));
        await Expect(at).ToHaveAttributeAsync("aria-pressed", "false");
        await Expect(with).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(at).ToHaveAttributeAsync("title", ben.Name);
        await at.ClickAsync();
        await Expect(with).ToHaveTextAsync(new Regex("👍 ?2"));
        await Expect(at).ToHaveTextAsync(new Regex("👍 ?2"));
        await with.ClickAsync();
        await Expect(at).ToHaveTextAsync(new Regex("👍 ?1"));
        await at.ClickAsync();
        await Expect(at).ToHaveCountAsync(0);
        await Expect(with).ToHaveCountAsync(0);

        await ben.ActAsync("done!", "react");
        await ben.Popover.Locator("input[type=search]").FillAsync("rocket");
        await ben.Popover.Locator(".emoji-grid button").First.ClickAsync();
        await Expect(at).ToHaveTextAsync(new Regex("🚀 ?1"));
    }

    [Fact]
    public async Task A_mention_is_completed_and_stands_out_for_whom_it_means()
    {
        var (ann, ben, group) = await InGroupAsync("mention");
        var cem = await JoinAsync("Cem");
        await ann.InviteAsync(cem);
        await cem.AcceptAsync(group);
        await cem.OpenAsync("Lobby");
        await Expect(ann.Page.Locator(".members .member", new() { HasText = cem.Name })).ToBeVisibleAsync();
        await ann.Composer.PressSequentiallyAsync("ask @" + cem.Name[..3]);
        var option = ann.Page.Locator("#completion .option");
        await Expect(option).ToHaveCountAsync(1);
        await Expect(ann.Composer).ToHaveAttributeAsync("aria-activedescendant", "completion-0");
        await ann.Keyboard.PressAsync("Enter");
        await Expect(ann.Composer).ToHaveValueAsync($"ask @{cem.Name} ");
        await ann.Keyboard.TypeAsync("please");
        await ann.Keyboard.PressAsync("Enter");
        await Expect(ben.Row("ask").Locator("button.at")).ToHaveCountAsync(1);
        await Expect(ben.Row("ask")).Not.ToHaveClassAsync(new Regex(@"\bmention\b"));
        await Expect(cem.Badge(group)).ToHaveTextAsync(new Regex("^@1"));
        await cem.OpenAsync(group);
        await Expect(cem.Row("ask")).ToHaveClassAsync(new Regex(@"\bmention\b"));
        await Expect(cem.Row("ask").Locator("button.at.me")).ToHaveTextAsync("@" + cem.Name);

        // Names come after the rows when the page starts.
        await ben.Page.ReloadAsync();
        await ben.ReadyAsync();
        await Expect(ben.Row("ask").Locator("button.at")).ToHaveTextAsync("@" + cem.Name);
    }

    [Fact]
    public async Task Completion_is_walked_by_arrows_and_closed_by_escape()
    {
        var (ann, ben, _) = await InGroupAsync("complete");
        await ann.Composer.PressSequentiallyAsync("hello :smil");
        var options = ann.Page.Locator("#completion .option");
        await Expect(options).ToHaveCountAsync(8);
        await ann.Keyboard.PressAsync("ArrowDown");
        await Expect(options.Nth(1)).ToHaveAttributeAsync("aria-selected", "true");
        await ann.Keyboard.PressAsync("Escape");
        await Expect(options).ToHaveCountAsync(0);
        await Expect(ann.Composer).ToHaveValueAsync("hello :smil");
        await ann.Composer.FillAsync("");
        await ann.Composer.PressSequentiallyAsync("hi @");
        await Expect(options.First).ToContainTextAsync(ben.Name);
        await ann.Keyboard.PressAsync("Tab");
        await Expect(ann.Composer).ToHaveValueAsync($"hi @{ben.Name} ");
    }

    [Fact]
    public async Task Those_who_run_a_room_pin_and_everyone_finds_the_pins()
    {
        var (ann, ben, _) = await InGroupAsync("pin");
        await ann.SaidAsync("house rules");
        for (var i = 0; i < 5; i++)
        {
            await ann.SaidAsync($"chatter {i}");
        }

        await ben.SeesAsync("chatter 4");
        await ben.OpenMenuAsync("house rules");
        await Expect(ben.MenuItem("Pin")).ToHaveCountAsync(0);
        await ben.Keyboard.PressAsync("Escape");
        await ann.ChooseForAsync("house rules", "Pin");
        await Expect(ben.Row("house rules").Locator(".mark", new() { HasText = "pinned" })).ToBeVisibleAsync();
        await ben.Page.ClickAsync("button[aria-label='Pinned messages']");
        await Expect(ben.Dialog.Locator(".pin-item .text")).ToHaveTextAsync(["house rules"]);
        await ben.Dialog.GetByText("Show", new() { Exact = true }).ClickAsync();
        await Expect(ben.Page.Locator(".row.found")).ToContainTextAsync("house rules");
        await ann.Page.ClickAsync("button[aria-label='Pinned messages']");
        await ann.Dialog.GetByText("Unpin").ClickAsync();
        await Expect(ann.Dialog.Locator(".pin-item")).ToHaveCountAsync(0);
        await Expect(ben.Row("house rules").Locator(".mark", new() { HasText = "pinned" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Text_is_copied_and_links_lead_out()
    {
        var ann = await JoinAsync("Ann", new Style { Permissions = ["clipboard-read", "clipboard-write"] });
        await ann.SayAsync("see https://example.org/a(b)?x=1. `code <b>` ok");
        var link = ann.Row("see").Locator("a");
        await Expect(link).ToHaveAttributeAsync("href", "https://example.org/a(b)?x=1");
        await Expect(link).ToHaveAttributeAsync("rel", new Regex("noopener"));
        await Expect(link).ToHaveAttributeAsync("target", "_blank");
        await Expect(ann.Row("see").Locator("code")).ToHaveTextAsync("code <b>");
        await ann.ChooseForAsync("see", "Copy the text");
        await ann.ToastedAsync("Copied.");
        Assert.Equal("see https://example.org/a(b)?x=1. `code <b>` ok", await ann.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
    }

    [Fact]
    public async Task Days_and_times_follow_the_language_and_neighbours_of_one_author_are_grouped()
    {
        var (ann, ben, _) = await InGroupAsync("groups");
        await ann.SaidAsync("one");
        await ann.SaidAsync("two");
        await ben.SaidAsync("three");
        await ann.SeesAsync("three");
        await Expect(ann.Row("one").Locator(".avatar")).ToHaveCountAsync(1);
        await Expect(ann.Row("two").Locator(".avatar")).ToHaveCountAsync(0);
        await Expect(ann.Row("three").Locator(".avatar")).ToHaveCountAsync(1);
        await Expect(ann.Page.Locator(".day").First).ToContainTextAsync("Today");
        await Expect(ann.Row("one")).ToHaveAttributeAsync("aria-label", new Regex(@"^You, .+, one$"));
    }
}
