using System.Text.RegularExpressions;

namespace Chatroom.WebTests.Suites;

/// <summary>Finding messages: by the button and by the key, in one room and in all, near and far back.</summary>
public sealed class SearchTests(Browsers browsers, ChatServer server) : WebTest(browsers, server), IClassFixture<ChatServer>
{
    [Fact]
    public async Task Words_are_found_in_all_rooms_marked_and_a_click_leads_to_the_message_in_its_room()
    {
        var (ann, ben, _) = await InGroupAsync("minutes");
        await ann.SaidAsync("明天的会议改到下午三点");
        await ben.SaidAsync("The Release notes are ready, 会议 too");
        await ann.SeesAsync("Release notes");
        await ann.OpenAsync("Lobby");
        await ann.SaidAsync("会议室在三楼");
        await SearchAsync(ann, "会议");
        await Expect(Found(ann)).ToHaveTextAsync([new Regex("会议室在三楼"), new Regex("Release notes"), new Regex("下午三点")]);
        await Expect(Found(ann).Nth(1).Locator("mark")).ToHaveTextAsync(["会议"]);
        await Expect(Found(ann).Nth(1)).ToContainTextAsync("minutes");
        await Expect(ann.Dialog.GetByRole(AriaRole.Status)).ToHaveTextAsync("3 messages");

        await Found(ann).Nth(1).ClickAsync();
        await Expect(ann.Dialog).ToHaveCountAsync(0);
        await Expect(ann.Page.Locator(".room-title")).ToContainTextAsync("minutes");
        await Expect(ann.Page.Locator(".row.found")).ToContainTextAsync("Release notes");

        // Who looked at one comes back to the others.
        await ann.Keyboard.PressAsync("Control+f");
        await Expect(Found(ann)).ToHaveCountAsync(3);
        await Expect(Field(ann)).ToHaveValueAsync("会议");
    }

    [Fact]
    public async Task The_room_and_the_person_narrow_it_down()
    {
        var (ann, ben, _) = await InGroupAsync("narrow");
        var word = Unique.Name("word");
        await ann.SaidAsync($"{word} by ann");
        await ben.SaidAsync($"{word} by ben");
        await ann.SeesAsync($"{word} by ben");
        await ann.OpenAsync("Lobby");
        await ann.SaidAsync($"{word} in the lobby");
        await SearchAsync(ann, word);
        await Expect(Found(ann)).ToHaveCountAsync(3);
        await ann.Dialog.GetByRole(AriaRole.Button, new() { Name = "In Lobby" }).ClickAsync();
        await Expect(Found(ann)).ToHaveTextAsync([new Regex("in the lobby")]);
        await ann.Dialog.GetByRole(AriaRole.Button, new() { Name = "In all rooms" }).ClickAsync();
        await Expect(Found(ann)).ToHaveCountAsync(3);
        await ann.CloseDialogAsync();
        await ann.OpenAsync("narrow");
        await ann.Keyboard.PressAsync("Control+f");
        await ann.Dialog.Locator("select").SelectOptionAsync(new SelectOptionValue { Label = ben.Name });
        await Expect(Found(ann)).ToHaveTextAsync([new Regex("by ben")]);
    }

    [Fact]
    public async Task What_is_nowhere_is_said_to_be_nowhere_and_recalled_words_are()
    {
        var (ann, ben, _) = await InGroupAsync("nowhere");
        var word = Unique.Name("word");
        await ann.SaidAsync($"a secret {word}");
        await SearchAsync(ben, word);
        await Expect(Found(ben)).ToHaveCountAsync(1);
        await ann.ChooseForAsync($"a secret {word}", "Recall");
        await ann.Dialog.Locator("button.danger").ClickAsync();
        await Expect(ann.Row("Message recalled")).ToHaveCountAsync(1);
        await Field(ben).PressAsync("Enter");
        await Expect(ben.Dialog.Locator(".empty")).ToContainTextAsync("No message has all of these words");
        await Expect(Found(ben)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Many_are_shown_bit_by_bit_and_one_far_back_with_what_was_said_around_it()
    {
        await using var ben = await Remote.JoinAsync(Server, "Ben");
        var room = await ben.GroupAsync("far");
        await ben.FillAsync(room, 4200, i => i == 30 ? "line 30, the needle." : $"line {i}.");
        var ann = await JoinAsync("Ann");
        await ann.ChooseAsync("#new-room", "Find public groups");
        await ann.Dialog.Locator(".list-row", new() { HasText = "far" }).GetByText("Join", new() { Exact = true }).ClickAsync();
        await ann.SeesAsync("line 4200.");
        await SearchAsync(ann, "line");
        await Expect(Found(ann)).ToHaveCountAsync(20);
        await ann.Dialog.GetByRole(AriaRole.Button, new() { Name = "Show more" }).ClickAsync();
        await Expect(Found(ann)).ToHaveCountAsync(40);

        await Field(ann).FillAsync("needle");
        await Expect(Found(ann)).ToHaveTextAsync([new Regex("line 30, the needle")]);
        await Found(ann).ClickAsync();
        await Expect(ann.Dialog.Locator("li.found-row")).ToHaveCountAsync(17);
        await Expect(ann.Dialog.Locator("li.found-row[aria-current=true]")).ToContainTextAsync("needle");
        await Expect(ann.Dialog.Locator("li.found-row").First).ToContainTextAsync("line 22.");
        await ann.Dialog.GetByRole(AriaRole.Button, new() { Name = "Back to the results" }).ClickAsync();
        await Expect(Found(ann)).ToHaveCountAsync(1);
        await Expect(Field(ann)).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Without_a_connection_it_says_so_and_finds_when_there_is_one()
    {
        var ann = (await JoinAsync("Ann")).TolerateCuts();
        var word = Unique.Name("word");
        await ann.SaidAsync($"said {word}");
        ann.Net.Cut();
        await Expect(ann.Connection).Not.ToHaveAttributeAsync("data-state", "connected");
        await SearchAsync(ann, word);
        await Expect(ann.Dialog.Locator(".field-error")).Not.ToBeEmptyAsync();
        ann.Net.Open();
        await Expect(ann.Connection).ToHaveAttributeAsync("data-state", "connected");
        await Field(ann).PressAsync("Enter");
        await Expect(Found(ann)).ToHaveCountAsync(1);
        await Expect(ann.Dialog.Locator(".field-error")).ToBeEmptyAsync();
    }

    private static ILocator Field(Person person) => person.Dialog.Locator(".search-form input");

    private static ILocator Found(Person person) => person.Dialog.Locator("button.found-row");

    private static async Task SearchAsync(Person person, string text)
    {
        await person.Page.ClickAsync("#search-button");
        await Expect(Field(person)).ToBeFocusedAsync();
        await Field(person).FillAsync(text);
    }
}
