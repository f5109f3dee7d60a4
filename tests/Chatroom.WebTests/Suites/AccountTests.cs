using System.Text.RegularExpressions;

namespace Chatroom.WebTests.Suites;

/// <summary>Several accounts in one browser, several browsers of one account.</summary>
public sealed class AccountTests(Browsers browsers, ChatServer server) : WebTest(browsers, server), IClassFixture<ChatServer>
{
    [Fact]
    public async Task Two_accounts_in_two_tabs_of_one_browser_talk_to_each_other()
    {
        var ann = await JoinAsync("Ann");
        var (first, name) = (ann.Page, ann.Name);
        var second = await ann.Context.RunAndWaitForPageAsync(() => ann.ChooseAsync("#account-button", "Use another account"));
        ann.Page = second;
        await second.ClickAsync("#tab-register");
        var other = Unique.Name("Annie");
        await second.FillAsync("#name", other);
        await second.FillAsync("#password", ann.Password);
        await second.ClickAsync("#submit");
        await ann.ReadyAsync();
        var cookies = await ann.Context.CookiesAsync();
        Assert.Equal(2, cookies.Select(cookie => cookie.Path).Distinct().Count());
        await ann.SaidAsync("from the second account");
        ann.Page = first;
        await Expect(ann.Row("from the second account").Locator(".author")).ToHaveTextAsync(other);
        await ann.SaidAsync("from the first account");
        await Expect(second.Locator("article.row", new() { HasText = "from the first account" }).Locator(".author")).ToHaveTextAsync(name);
        await Task.WhenAll(first.ReloadAsync(), second.ReloadAsync());
        foreach (var (tab, account) in ((IPage, string)[])[(first, name), (second, other)])
        {
            await Expect(tab.Locator("#account-button")).ToHaveAttributeAsync("aria-label", $"Account: {account}");
        }

        // Signing out of one leaves the other.
        ann.Page = second;
        await ann.ReadyAsync();
        await ann.ChooseAsync("#account-button", "Sign out");
        await ann.Dialog.Locator("button.danger").ClickAsync();
        await Expect(second.Locator("#welcome-accounts button")).ToHaveCountAsync(1);
        ann.Page = first;
        await ann.SaidAsync("the first goes on");
    }

    [Fact]
    public async Task A_bot_s_token_is_made_within_its_scopes_works_and_is_revoked()
    {
        var ann = await JoinAsync("Ann");
        await ann.ChooseAsync("#account-button", "Devices");
        await ann.Dialog.Locator("#token-name").FillAsync("weather");
        await ann.Dialog.GetByLabel("send messages").UncheckAsync();
        await ann.Dialog.GetByRole(AriaRole.Button, new() { Name = "Make a token" }).ClickAsync();
        await Expect(ann.Dialog.Locator("#token-error")).ToHaveTextAsync("Choose what it may do.");
        await ann.Dialog.GetByLabel("send messages").CheckAsync();
        await ann.Dialog.GetByRole(AriaRole.Button, new() { Name = "Make a token" }).ClickAsync();
        var device = ann.Dialog.Locator(".list-row", new() { HasText = "weather" });
        await Expect(device).ToBeVisibleAsync();
        var token = await ann.Dialog.Locator("#token").InputValueAsync();
        await using (var bot = await Remote.WithTokenAsync(Server, token))
        {
            await bot.SayAsync("lobby", "rain at noon");
        }

        await device.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(device).ToHaveCountAsync(0);
        await ann.CloseDialogAsync();
        await ann.SeesAsync("rain at noon");
        await Assert.ThrowsAnyAsync<Exception>(() => Remote.WithTokenAsync(Server, token));
    }

    [Fact]
    public async Task Databases_in_the_browser_are_one_for_each_account()
    {
        var ann = await JoinAsync("Ann");
        await ann.Composer.FillAsync("the first one's secret draft");
        await ann.StoredAsync("draft/", 1);
        await ann.RegisterAsync("Annie");
        await Expect(ann.Composer).ToHaveValueAsync("");
        Assert.Equal(2, await ann.Page.EvaluateAsync<int>("async () => (await indexedDB.databases()).filter(one => one.name.startsWith('chatroom-')).length"));
    }

    [Fact]
    public async Task Devices_are_listed_and_one_is_signed_out()
    {
        var ann = await JoinAsync("Ann");
        var elsewhere = await (await ComeAsync()).SignInAsync(new Account(ann.Name, ann.Password));
        elsewhere.Tolerate("status of 4|WebSocket");
        await elsewhere.Composer.FillAsync("not yet sent");
        await elsewhere.StoredAsync("draft/", 1);
        await ann.ChooseAsync("#account-button", "Devices");
        var devices = ann.Dialog.Locator(".list-row");
        await Expect(devices).ToHaveCountAsync(2);
        await Expect(devices.Filter(new() { HasText = "this device" })).ToHaveCountAsync(1);
        var other = devices.Filter(new() { HasText = "connected now" });
        await Expect(other).ToContainTextAsync("Chrome");
        await other.Locator("button").ClickAsync();
        await Expect(devices).ToHaveCountAsync(1);
        await Expect(elsewhere.Page.Locator("#welcome-form")).ToBeVisibleAsync();
        await Expect(elsewhere.Page.Locator("#form-error")).ToHaveTextAsync(new Regex("sign-in has ended"));
        await elsewhere.Page.FillAsync("#name", ann.Name);
        await elsewhere.Page.FillAsync("#password", ann.Password);
        await elsewhere.Page.ClickAsync("#submit");
        await elsewhere.ReadyAsync();
        await Expect(elsewhere.Composer).ToHaveValueAsync("not yet sent"); // As promised there.
    }

    [Fact]
    public async Task The_password_is_changed_and_the_other_devices_are_signed_out()
    {
        const string New = "an even better password";
        var ann = await JoinAsync("Ann");
        var elsewhere = (await (await ComeAsync()).SignInAsync(new Account(ann.Name, ann.Password))).Tolerate("status of 4|WebSocket");
        await ann.ChooseAsync("#account-button", "Change the password");
        await ChangeAsync("not the old one", New);
        await Expect(ann.Dialog.Locator("#old-password-error")).ToContainTextAsync("Wrong password");
        await ChangeAsync(ann.Password, "short");
        await Expect(ann.Dialog.Locator("#new-password-error")).ToContainTextAsync("at least 8 characters");
        await ann.Dialog.GetByText("Sign out my other devices").CheckAsync();
        await ChangeAsync(ann.Password, New);
        await ann.ToastedAsync("The password is changed.");
        await Expect(elsewhere.Page.Locator("#welcome-form")).ToBeVisibleAsync();
        await elsewhere.Page.FillAsync("#name", ann.Name);
        await elsewhere.Page.FillAsync("#password", ann.Password);
        await elsewhere.Page.ClickAsync("#submit");
        await Expect(elsewhere.Page.Locator("#password-error")).ToHaveTextAsync("Wrong password");
        await elsewhere.Page.FillAsync("#password", New);
        await elsewhere.Page.ClickAsync("#submit");
        await elsewhere.ReadyAsync();
        await ann.SaidAsync("and this device stays");

        async Task ChangeAsync(string old, string next)
        {
            await ann.Dialog.Locator("#old-password").FillAsync(old);
            await ann.Dialog.Locator("#new-password").FillAsync(next);
            await ann.Dialog.Locator("button[type=submit]").ClickAsync();
        }
    }
}
