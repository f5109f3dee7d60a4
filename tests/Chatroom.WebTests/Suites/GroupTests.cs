using System.Text.RegularExpressions;

namespace Chatroom.WebTests.Suites;

/// <summary>Groups: made, found, entered, run and left.</summary>
public sealed class GroupTests(Browsers browsers, ChatServer server) : WebTest(browsers, server), IClassFixture<ChatServer>
{
    [Fact]
    public async Task An_invitation_to_a_private_group_is_accepted_and_the_room_tells()
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var (ann, ben) = (people[0], people[1]);
        var group = await ann.CreateGroupAsync("inner", @public: false);
        await Expect(ann.System($"{ann.Name} created the group")).ToBeVisibleAsync();
        await ann.SaidAsync("before Ben");
        await ann.InviteAsync(ben);
        await ann.ToastedAsync($"{ben.Name} is invited.");
        var invitation = ben.Page.Locator(".invitation", new() { HasText = group });
        await Expect(invitation).ToContainTextAsync(ann.Name);
        await invitation.Locator(".accept").ClickAsync();
        await Expect(ben.Page.Locator(".room-title")).ToContainTextAsync(group);
        await Expect(invitation).ToHaveCountAsync(0);
        await Expect(ann.System($"{ben.Name} joined the room")).ToBeVisibleAsync();
        await ben.SeesAsync("before Ben");
    }

    [Fact]
    public async Task An_invitation_is_declined()
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var (ann, ben) = (people[0], people[1]);
        var group = await ann.CreateGroupAsync("declined", @public: false);
        await ann.InviteAsync(ben);
        var invitation = ben.Page.Locator(".invitation", new() { HasText = group });
        await invitation.Locator(".decline").ClickAsync();
        await Expect(invitation).ToHaveCountAsync(0);
        await Expect(ben.Nav(group)).ToHaveCountAsync(0);
        await Expect(ben.Page.Locator(".room-title")).ToContainTextAsync("Lobby");
    }

    [Fact]
    public async Task A_public_group_is_found_and_joined_and_a_private_one_is_not_listed()
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var (ann, ben) = (people[0], people[1]);
        var hidden = await ann.CreateGroupAsync("hidden", @public: false);
        var open = await ann.CreateGroupAsync("open");
        await ben.ChooseAsync("#new-room", "Find public groups");
        var found = ben.Dialog.Locator(".list-row", new() { HasText = open });
        await Expect(found).ToContainTextAsync("1 member");
        await Expect(ben.Dialog.GetByText(hidden)).ToHaveCountAsync(0);
        await ben.Dialog.Locator("input[type=search]").FillAsync("no such");
        await Expect(found).ToHaveCountAsync(0);
        await ben.Dialog.Locator("input[type=search]").FillAsync(open[..4]);
        await found.GetByText("Join").ClickAsync();
        await Expect(ben.Page.Locator(".room-title")).ToContainTextAsync(open);
        await Expect(ann.System($"{ben.Name} joined the room")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_name_is_needed_and_the_name_of_a_public_group_is_taken_once()
    {
        var ann = await JoinAsync("Ann");
        var group = await ann.CreateGroupAsync("taken");
        await ann.ChooseAsync("#new-room", "Create a group");
        await ann.Dialog.Locator("button[type=submit]").ClickAsync();
        await Expect(ann.Dialog.Locator("#group-name-error")).ToHaveTextAsync("Give the group a name.");
        await ann.Dialog.Locator("#group-name").FillAsync("a/b");
        await ann.Dialog.Locator("button[type=submit]").ClickAsync();
        await Expect(ann.Dialog.Locator("#group-name-error")).ToHaveTextAsync(new Regex("The name holds one of / .* use other characters"));
        await ann.Dialog.Locator("#group-name").FillAsync(group);
        await ann.Dialog.Locator("button[type=submit]").ClickAsync();
        await Expect(ann.Dialog.Locator(".field-error", new() { HasText = "a public group has this name already" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Owner_gives_roles_and_a_moderator_may_rename_and_set_the_topic()
    {
        var (ann, ben, group) = await TwoAsync("roles");
        await ann.ChooseAsync("#room-menu", "Group settings");
        await ann.Dialog.Locator(".list-row", new() { HasText = ben.Name }).Locator("select").SelectOptionAsync("moderator");
        await ann.CloseDialogAsync();
        await Expect(ben.System($"{ann.Name} made {ben.Name} moderator")).ToBeVisibleAsync();
        await Expect(ann.Page.Locator(".members .member", new() { HasText = ben.Name }).Locator(".role")).ToHaveTextAsync("moderator");
        await ben.ChooseAsync("#room-menu", "Group settings");
        var name = Unique.Name("renamed");
        await ben.Dialog.Locator("#group-name").FillAsync(name);
        await ben.Dialog.Locator("#group-topic").FillAsync("what it is about");
        await ben.Dialog.Locator("button[type=submit]").ClickAsync();
        await Expect(ann.System($"{ben.Name} renamed the group to {name}")).ToBeVisibleAsync();
        await Expect(ann.System($"{ben.Name} set the topic: what it is about")).ToBeVisibleAsync();
        await Expect(ann.Nav(name)).ToBeVisibleAsync();
        await Expect(ann.Nav(group)).ToHaveCountAsync(0);
        await Expect(ann.Page.Locator(".topic")).ToHaveTextAsync("what it is about");
    }

    [Fact]
    public async Task A_plain_member_has_no_command_that_is_not_theirs()
    {
        var (_, ben, _) = await TwoAsync("plain", @public: false);
        await ben.Page.ClickAsync("#room-menu");
        await Expect(ben.MenuItem("Leave the group")).ToBeVisibleAsync();
        await Expect(ben.MenuItem("Invite someone")).ToHaveCountAsync(0);
        await ben.MenuItem("Group settings").ClickAsync();
        await Expect(ben.Dialog.Locator("#group-name")).ToBeDisabledAsync();
        await Expect(ben.Dialog.Locator("select, button[type=submit], button[aria-label^=Remove]")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Who_is_removed_is_told_and_sees_the_room_no_more()
    {
        var (ann, ben, group) = await TwoAsync("removed", @public: false);
        await ann.ChooseAsync("#room-menu", "Group settings");
        await ann.Dialog.Locator(".list-row", new() { HasText = ben.Name }).Locator("button").ClickAsync();
        await ann.Dialog.Locator("button.danger").ClickAsync();
        await ben.ToastedAsync($"You are no longer in {group}.");
        await Expect(ben.Nav(group)).ToHaveCountAsync(0);
        await Expect(ben.Page.Locator(".room-title")).ToContainTextAsync("Lobby");
        await Expect(ann.System($"{ann.Name} removed {ben.Name}")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task One_leaves_and_the_others_are_told()
    {
        var (ann, ben, group) = await TwoAsync("left");
        await ben.ChooseAsync("#room-menu", "Leave the group");
        await Expect(ben.Dialog).ToContainTextAsync(group);
        await ben.Dialog.Locator("button.danger").ClickAsync();
        await Expect(ben.Nav(group)).ToHaveCountAsync(0);
        await Expect(ann.System($"{ben.Name} left the room")).ToBeVisibleAsync();
        await Expect(ann.Page.Locator(".members .member", new() { HasText = ben.Name })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_last_owner_cannot_go()
    {
        var (ann, _, group) = await TwoAsync("owner");
        await ann.ChooseAsync("#room-menu", "Leave the group");
        await ann.Dialog.Locator("button.danger").ClickAsync();
        await Expect(ann.Page.GetByText(new Regex("last owner cannot go"))).ToBeVisibleAsync();
        await Expect(ann.Nav(group)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Newcomers_see_only_what_comes_after_them_where_it_is_so()
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var (ann, ben) = (people[0], people[1]);
        var group = await ann.CreateGroupAsync("later");
        await ann.ChooseAsync("#room-menu", "Group settings");
        await ann.Dialog.GetByRole(AriaRole.Switch, new() { NameRegex = new Regex("Newcomers see everything") }).UncheckAsync();
        await ann.Dialog.Locator("button[type=submit]").ClickAsync();
        await Expect(ann.System("newcomers see what comes after them")).ToBeVisibleAsync();
        await Expect(ann.Dialog).ToHaveCountAsync(0);
        await ann.SaidAsync("not for newcomers");
        await ann.InviteAsync(ben);
        await ben.AcceptAsync(group);
        await ann.SaidAsync("for all");
        await ben.SeesAsync("for all");
        await Expect(ben.Row("not for newcomers")).ToHaveCountAsync(0);
    }

    private async Task<(Person Ann, Person Ben, string Group)> TwoAsync(string name, bool @public = true)
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var group = await people[0].CreateGroupAsync(name, @public);
        await people[0].InviteAsync(people[1]);
        await people[1].AcceptAsync(group);
        await Expect(people[0].System($"{people[1].Name} joined the room")).ToBeVisibleAsync();
        return (people[0], people[1], group);
    }
}
