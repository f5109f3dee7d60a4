using System.Text.RegularExpressions;

namespace Chatroom.WebTests.Suites;

/// <summary>What owners and admins do at the page: accounts, invitations, the log.</summary>
public sealed class ManageTests(Browsers browsers, InvitationServer server) : WebTest(browsers, server), IClassFixture<InvitationServer>
{
    [Fact]
    public async Task The_link_of_an_invitation_brings_one_newcomer_in()
    {
        var owner = await ManageAsync("Invitations");
        await owner.Dialog.Locator("button[type=submit]").ClickAsync();
        var address = owner.Dialog.Locator("#address");
        await Expect(address).ToHaveValueAsync(new Regex(@"/\?join#[\w-]{20}$"));
        await Expect(owner.Dialog.Locator(".notice")).ToContainTextAsync("Other computers do not reach");
        // All tests have one clipboard.
        await owner.Page.EvaluateAsync("() => navigator.clipboard.writeText = async text => { window.copied = text; }");
        await owner.Dialog.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
        await Expect(owner.Dialog.GetByText("Copied.")).ToBeVisibleAsync();
        var link = await owner.Page.EvaluateAsync<string>("() => copied");
        Assert.Equal(await address.InputValueAsync(), link);

        var ben = (await ComeAsync()).Tolerate("status of 4");
        await ben.Page.GotoAsync(ben.Base + new Uri(link).PathAndQuery + new Uri(link).Fragment);
        await Expect(ben.Page.Locator("#tab-register")).ToHaveAttributeAsync("aria-selected", "true");
        await Expect(ben.Page.Locator("#invite")).ToHaveValueAsync(new Uri(link).Fragment[1..]);
        await RegisterAsync(ben);
        await ben.ReadyAsync();
        Assert.DoesNotContain("join", ben.Page.Url);

        var late = (await ComeAsync()).Tolerate("status of 4");
        await late.Page.GotoAsync(late.Base + new Uri(link).PathAndQuery + new Uri(link).Fragment);
        await RegisterAsync(late);
        await Expect(late.Page.Locator("#invite-error")).Not.ToBeEmptyAsync();
    }

    [Fact]
    public async Task A_revoked_invitation_goes_from_the_list_and_its_link_is_worth_nothing()
    {
        var owner = await ManageAsync("Invitations");
        await owner.Dialog.Locator("#invite-uses").FillAsync("77");
        await owner.Dialog.Locator("button[type=submit]").ClickAsync();
        var link = new Uri(await owner.Dialog.Locator("#address").InputValueAsync());
        var line = owner.Dialog.Locator("#manage-invites li", new() { HasText = "For 77 more people" });
        await Expect(line).ToContainTextAsync($"by {owner.Name}, until");
        await line.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await Expect(line).ToHaveCountAsync(0);
        await Expect(owner.Dialog.Locator("#address")).ToHaveCountAsync(0);

        var ben = (await ComeAsync()).Tolerate("status of 4");
        await ben.Page.GotoAsync(ben.Base + link.PathAndQuery + link.Fragment);
        await RegisterAsync(ben);
        await Expect(ben.Page.Locator("#invite-error")).Not.ToBeEmptyAsync();
    }

    [Fact]
    public async Task Numbers_out_of_bounds_make_no_invitation()
    {
        var owner = await ManageAsync("Invitations");
        await owner.Dialog.Locator("#invite-uses").FillAsync("1001");
        await owner.Dialog.Locator("button[type=submit]").ClickAsync();
        Assert.True(await owner.Dialog.Locator("#invite-uses").EvaluateAsync<bool>("field => !field.checkValidity()"));
        await Expect(owner.Dialog.Locator("#address")).ToHaveCountAsync(0);
        await owner.Dialog.Locator("#invite-uses").FillAsync("1000");
        await owner.Dialog.Locator("button[type=submit]").ClickAsync();
        await Expect(owner.Dialog.Locator("#address")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Somebody_disabled_is_put_out_and_comes_back_when_enabled()
    {
        var ann = await NewcomerAsync("Ann");
        ann.Tolerate("status of 4|WebSocket");
        var owner = await ChooseAsync(ann);
        await owner.Dialog.Locator("#manage-disable").ClickAsync();
        await Expect(owner.Dialog.Locator(".person")).ToContainTextAsync("disabled");
        await Expect(ann.Page.Locator("#welcome-form")).ToBeVisibleAsync();
        await ann.Page.FillAsync("#name", ann.Name);
        await ann.Page.FillAsync("#password", ann.Password);
        await ann.Page.ClickAsync("#submit");
        await Expect(ann.Page.Locator("#welcome .field-error:not(:empty), #form-error:not(:empty)")).ToContainTextAsync("disabled");
        await owner.Dialog.Locator("#manage-disable").ClickAsync();
        await Expect(owner.Dialog.Locator(".person")).Not.ToContainTextAsync("disabled");
        await ann.Page.ClickAsync("#submit");
        await ann.ReadyAsync();
    }

    [Fact]
    public async Task A_new_password_works_and_the_old_sign_in_does_not()
    {
        var ann = await NewcomerAsync("Ann");
        ann.Tolerate("status of 4|WebSocket");
        var owner = await ChooseAsync(ann);
        owner.Tolerate("status of 4");
        await owner.Dialog.Locator("#manage-password").FillAsync("short");
        await owner.Dialog.GetByRole(AriaRole.Button, new() { Name = "Set" }).ClickAsync();
        await Expect(owner.Dialog.Locator("#manage-password-error")).ToHaveTextAsync("The password is too short: at least 8 characters");
        await owner.Dialog.Locator("#manage-password").FillAsync("another good one");
        await owner.Dialog.GetByRole(AriaRole.Button, new() { Name = "Set" }).ClickAsync();
        await Expect(owner.Dialog.Locator("#manage-said")).ToHaveTextAsync("Saved.");
        await Expect(owner.Dialog.Locator("#manage-password")).ToHaveValueAsync("");
        await Expect(ann.Page.Locator("#welcome-form")).ToBeVisibleAsync();
        await ann.SignInAsync(new Account(ann.Name, "another good one"));
    }

    [Fact]
    public async Task Somebody_deleted_is_asked_about_first_and_then_gone()
    {
        var ann = await NewcomerAsync("Ann");
        ann.Tolerate("status of 4|WebSocket");
        await ann.SaidAsync("a word that stays");
        var owner = await ChooseAsync(ann);
        await owner.Dialog.Locator("#manage-delete").ClickAsync();
        await Expect(owner.Dialog.Locator("#manage-delete-text")).ToContainTextAsync(ann.Name);
        await owner.Dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(owner.Dialog.Locator("#manage-disable")).ToBeVisibleAsync();
        await owner.Dialog.Locator("#manage-delete").ClickAsync();
        await owner.Dialog.GetByRole(AriaRole.Button, new() { Name = "Delete for good" }).ClickAsync();
        await Expect(owner.Dialog.Locator(".person")).ToContainTextAsync("deleted");
        await Expect(owner.Dialog.Locator("#manage-delete")).ToHaveCountAsync(0);
        await Expect(ann.Page.Locator("#welcome-form")).ToBeVisibleAsync();
        await owner.CloseDialogAsync();
        await owner.SeesAsync("a word that stays");
    }

    [Fact]
    public async Task An_admin_is_one_at_once_and_acts_on_members_only()
    {
        var (ann, ben) = (await NewcomerAsync("Ann"), await NewcomerAsync("Ben"));
        await ann.Page.ClickAsync("#account-button");
        await Expect(ann.MenuItem("Settings")).ToBeVisibleAsync();
        await Expect(ann.MenuItem("Manage the server")).ToHaveCountAsync(0);
        await ann.Keyboard.PressAsync("Escape");

        var owner = await ChooseAsync(ann);
        await owner.Dialog.Locator("#manage-role").SelectOptionAsync("admin");
        await Expect(owner.Dialog.Locator(".person")).ToContainTextAsync("Admin");
        await Until.TrueAsync(async () =>
        {
            await ann.Page.ClickAsync("#account-button");
            var there = await ann.MenuItem("Manage the server").CountAsync() == 1;
            await ann.Keyboard.PressAsync("Escape");
            await Expect(ann.Popover).ToHaveCountAsync(0);
            return there;
        }, "the menu of an admin");

        await PeopleAsync(ann);
        await FindAsync(ann, ben.Name);
        await Expect(ann.Dialog.Locator("#manage-disable")).ToBeVisibleAsync();
        await Expect(ann.Dialog.Locator("#manage-role")).ToHaveCountAsync(0);
        await ann.Dialog.Locator("#manage-back").ClickAsync();
        await FindAsync(ann, Server.Owner.Name);
        await Expect(ann.Dialog).ToContainTextAsync("Only an owner of the server acts on admins and owners.");
        await Expect(ann.Dialog.Locator("#manage-disable")).ToHaveCountAsync(0);
        await ann.Dialog.Locator("#manage-back").ClickAsync();
        await FindAsync(ann, ann.Name);
        await Expect(ann.Dialog).ToContainTextAsync("This is you.");
    }

    [Fact]
    public async Task Who_is_no_admin_any_more_sees_nothing_of_it()
    {
        var ann = await NewcomerAsync("Ann");
        await using var owner = await Remote.SignInAsync(Server, Server.Owner);
        await owner.AskAsync(61, new { name = ann.Name, role = "admin", clientId = Unique.ClientId() }, 100);
        await ann.Page.ReloadAsync();
        await ann.ReadyAsync();
        await PeopleAsync(ann);
        await Expect(ann.Dialog.Locator("#manage-people li").First).ToBeVisibleAsync();
        await owner.AskAsync(61, new { name = ann.Name, role = "member", clientId = Unique.ClientId() }, 100);
        await Expect(ann.Dialog).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task An_answer_that_comes_late_leaves_the_person_that_is_looked_at()
    {
        var (ann, ben) = (await NewcomerAsync("Ann"), await NewcomerAsync("Ben"));
        ann.Tolerate("status of 4|WebSocket");
        var owner = (await ChooseAsync(ann)).TolerateCuts();
        owner.Net.Cut();
        await owner.Dialog.Locator("#manage-disable").ClickAsync();
        await owner.Dialog.Locator("#manage-back").ClickAsync();
        await owner.Dialog.Locator("input[type=search]").FillAsync("");
        await owner.Dialog.Locator("#manage-people button", new() { HasText = ben.Name }).ClickAsync();
        await owner.Dialog.Locator("#manage-password").FillAsync("half of a new");
        owner.Net.Open();
        await Expect(ann.Page.Locator("#welcome-form")).ToBeVisibleAsync();
        await Expect(owner.Connection).ToHaveAttributeAsync("data-state", "connected");
        await Expect(owner.Dialog.Locator(".person h3")).ToHaveTextAsync(ben.Name);
        await Expect(owner.Dialog.Locator("#manage-password")).ToHaveValueAsync("half of a new");
    }

    [Fact]
    public async Task The_log_tells_who_did_what_to_whom()
    {
        var ann = await NewcomerAsync("Ann");
        var owner = await ChooseAsync(ann);
        await owner.Dialog.Locator("#manage-role").SelectOptionAsync("admin");
        await Expect(owner.Dialog.Locator("#manage-said")).ToHaveTextAsync("Saved.");
        await owner.Dialog.GetByRole(AriaRole.Button, new() { Name = "Log" }).ClickAsync();
        await Expect(owner.Dialog.Locator("#manage-log")).ToContainTextAsync($"{owner.Name} changed the role of {ann.Name} to Admin");
        await Expect(owner.Dialog.Locator("#manage-log")).ToContainTextAsync($"{owner.Name} made an invitation (uses: 1, days: 7)");
    }

    [Fact]
    public async Task A_name_is_found_on_any_page_of_the_list()
    {
        await using var owner = await Remote.SignInAsync(Server, Server.Owner);
        var code = (string)(await owner.AskAsync(65, new { uses = 300, clientId = Unique.ClientId() }, 165))["code"]!;
        for (var i = 0; i < 210; i++)
        {
            await Server.RegisterAsync($"P{i}", code);
        }

        var last = await Server.RegisterAsync("Zoë", code);
        var page = await ManageAsync("People");
        await Expect(page.Dialog.GetByRole(AriaRole.Button, new() { Name = "Show more" })).ToBeVisibleAsync();
        await page.Dialog.Locator("input[type=search]").FillAsync(last.Name[..^1]);
        await Expect(page.Dialog.Locator("#manage-people li")).ToHaveCountAsync(1);
        await Expect(page.Dialog.Locator("#manage-people li")).ToContainTextAsync(last.Name);
    }

    private static async Task RegisterAsync(Person person)
    {
        await person.Page.FillAsync("#name", Unique.Name("Ben"));
        await person.Page.FillAsync("#password", ChatServer.Password);
        await person.Page.ClickAsync("#submit");
    }

    /// <summary>Somebody with a new account, at the page.</summary>
    private async Task<Person> NewcomerAsync(string name)
    {
        await using var owner = await Remote.SignInAsync(Server, Server.Owner);
        var code = (string)(await owner.AskAsync(65, new { clientId = Unique.ClientId() }, 165))["code"]!;
        return await (await ComeAsync()).SignInAsync(await Server.RegisterAsync(name, code));
    }

    /// <summary>The owner at a part of the dialog.</summary>
    private async Task<Person> ManageAsync(string part)
    {
        var owner = await (await ComeAsync()).SignInAsync(Server.Owner);
        await owner.ChooseAsync("#account-button", "Manage the server");
        await owner.Dialog.GetByRole(AriaRole.Button, new() { Name = part, Exact = true }).ClickAsync();
        return owner;
    }

    /// <summary>The owner at somebody's account.</summary>
    private async Task<Person> ChooseAsync(Person whom)
    {
        var owner = await ManageAsync("People");
        await FindAsync(owner, whom.Name);
        return owner;
    }

    private static async Task PeopleAsync(Person admin) => await admin.ChooseAsync("#account-button", "Manage the server");

    private static async Task FindAsync(Person admin, string name)
    {
        await admin.Dialog.Locator("input[type=search]").FillAsync(name);
        await admin.Dialog.Locator("#manage-people button", new() { HasText = name }).ClickAsync();
        await Expect(admin.Dialog.Locator(".person h3")).ToHaveTextAsync(name);
    }
}
