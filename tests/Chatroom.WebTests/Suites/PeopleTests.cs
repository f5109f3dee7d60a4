using System.Text.RegularExpressions;

namespace Chatroom.WebTests.Suites;

/// <summary>Friends and those one does not want to hear.</summary>
public sealed class PeopleTests(Browsers browsers, ChatServer server) : WebTest(browsers, server), IClassFixture<ChatServer>
{
    [Fact]
    public async Task Who_is_added_as_a_friend_is_told_at_once_and_both_see_each_other_as_friends()
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var (ann, ben) = (people[0], people[1]);
        await ann.AddFriendAsync(ben);
        await ben.Toast($"{ann.Name} added you as a friend").GetByText("Write").ClickAsync();
        await Expect(ben.Page.Locator(".room-title")).ToContainTextAsync(ann.Name);
        await ann.ToastedAsync($"{ben.Name} is your friend now.");
        foreach (var (person, friend) in ((Person, Person)[])[(ann, ben), (ben, ann)])
        {
            await Expect(Friends(person)).ToContainTextAsync([friend.Name]);
        }

        await ben.SaidAsync("hello friend");
        await Expect(ann.Badge(ben.Name)).ToHaveTextAsync(new Regex("^1"));
    }

    [Fact]
    public async Task Who_was_away_finds_the_friendship_when_they_come()
    {
        var ann = await JoinAsync("Ann");
        var ben = await Server.RegisterAsync("Ben");
        await ann.Page.ClickAsync("#s-friends ~ button");
        await ann.Dialog.Locator("#friend-name").FillAsync(ben.Name);
        await ann.Dialog.Locator("button[type=submit]").ClickAsync();
        await Expect(Friends(ann)).ToContainTextAsync([ben.Name]);
        var coming = await (await ComeAsync()).SignInAsync(ben);
        await Expect(Friends(coming)).ToContainTextAsync([ann.Name]);
    }

    [Fact]
    public async Task Nobody_of_that_name_and_oneself_are_refused_beside_the_field()
    {
        var ann = await JoinAsync("Ann");
        await ann.Page.ClickAsync("#s-friends ~ button");
        var (field, error) = (ann.Dialog.Locator("#friend-name"), ann.Dialog.Locator("#friend-error"));
        foreach (var (name, said) in ((string, string)[])[("Nobodyhere", "nobody of this name"), (ann.Name, "yourself")])
        {
            await field.FillAsync(name);
            await ann.Dialog.Locator("button[type=submit]").ClickAsync();
            await Expect(error).ToContainTextAsync(said);
            await Expect(field).ToHaveAttributeAsync("aria-invalid", "true");
        }
    }

    [Fact]
    public async Task A_friend_who_is_removed_is_one_no_more_for_either()
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var (ann, ben) = (people[0], people[1]);
        await ann.AddFriendAsync(ben);
        await Expect(Friends(ben)).ToHaveCountAsync(1);
        await CardAsync(ann, ben);
        await ann.Dialog.GetByText("Remove from friends").ClickAsync();
        await Expect(ann.Dialog.GetByText("Add a friend")).ToBeVisibleAsync();
        await Expect(Friends(ann)).ToHaveCountAsync(0);
        await Expect(Friends(ben)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Who_is_blocked_writes_to_nobody_and_is_folded_in_rooms_until_unblocked()
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var (ann, ben) = (people[0], people[1]);
        await ann.AddFriendAsync(ben);
        await ben.WriteToAsync(ann);
        await ben.SaidAsync("before");
        await CardAsync(ann, ben);
        await ann.Dialog.GetByText("Block", new() { Exact = true }).ClickAsync();
        await Expect(ann.Dialog.GetByText("Unblock")).ToBeVisibleAsync();
        await ann.CloseDialogAsync();
        await Expect(Friends(ben)).ToHaveCountAsync(0); // All that the other is told.
        await ben.SayAsync("after");
        await Expect(ben.Pending.Locator(".send-state")).ToContainTextAsync("does not take messages");
        await ben.OpenAsync("Lobby");
        await ben.SaidAsync("to everyone");
        var folded = ann.Page.Locator(".row.folded");
        await Expect(folded).ToHaveCountAsync(1);
        await Expect(ann.Page.GetByText("to everyone")).ToHaveCountAsync(0);
        await folded.GetByText("Show").ClickAsync();
        await ann.SeesAsync("to everyone");
        await ann.ChooseAsync("#account-button", "Settings");
        await ann.Dialog.Locator(".list-row", new() { HasText = ben.Name }).GetByText("Unblock").ClickAsync();
        await Expect(ann.Dialog.Locator(".list-row", new() { HasText = ben.Name })).ToHaveCountAsync(0);
        await ann.CloseDialogAsync();
        await ben.OpenAsync(ann.Name);
        await ben.Pending.GetByText("Retry").ClickAsync();
        await ben.SeesAsync("after");
        await Expect(ann.Badge(ben.Name)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Only_friends_may_write_to_who_wishes_so()
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var (ann, ben) = (people[0], people[1]);
        await ann.ChooseAsync("#account-button", "Settings");
        await ann.Dialog.GetByRole(AriaRole.Switch, new() { NameRegex = new Regex("Only friends") }).CheckAsync();
        await ann.CloseDialogAsync();
        await ann.Page.ReloadAsync();
        await ann.ReadyAsync();
        await ann.ChooseAsync("#account-button", "Settings");
        await Expect(ann.Dialog.GetByRole(AriaRole.Switch, new() { NameRegex = new Regex("Only friends") })).ToBeCheckedAsync();
        await ben.Page.Locator(".members .member", new() { HasText = ann.Name }).ClickAsync();
        await ben.Dialog.GetByRole(AriaRole.Button, new() { Name = "Write" }).ClickAsync();
        await ben.ToastedAsync("does not take messages");
    }

    [Fact]
    public async Task The_number_of_others_online_is_the_number_of_those_listed()
    {
        var people = await JoinAllAsync("Ann", "Ben", "Cem");
        var (ann, ben, cem) = (people[0], people[1], people[2]);
        var others = ann.Page.Locator("section[aria-labelledby=s-online]");
        await Expect(others).ToContainTextAsync(ben.Name);
        await ann.AddFriendAsync(ben);
        await Expect(Friends(ann)).ToContainTextAsync([ben.Name]);
        await Expect(others).Not.ToContainTextAsync(ben.Name); // Is above, among the friends.
        await Expect(others.Locator(".nav-row", new() { HasText = cem.Name })).ToHaveCountAsync(1);
        await Until.TrueAsync(async () => await others.Locator("h2").TextContentAsync() == $"Others online — {await others.Locator(".nav-row").CountAsync()}", "the number");
    }

    private static ILocator Friends(Person person) => person.Page.Locator("section[aria-labelledby=s-friends] .nav-row");

    private static async Task CardAsync(Person of, Person whom)
    {
        await of.Page.Locator(".members .member", new() { HasText = whom.Name }).ClickAsync();
        await Expect(of.Dialog).ToContainTextAsync(whom.Name);
    }
}
