using System.Text.RegularExpressions;

namespace Chatroom.WebTests.Suites;

/// <summary>The page before one is signed in.</summary>
public sealed class WelcomeTests(Browsers browsers, ChatServer server) : WebTest(browsers, server), IClassFixture<ChatServer>
{
    private const string Long = "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
        + "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789";

    [Fact]
    public async Task One_registers_and_signs_in_again_elsewhere()
    {
        var ann = await JoinAsync("Ann");
        await ann.SaidAsync("from the first browser");
        var again = await ComeAsync();
        await again.SignInAsync(new Account(ann.Name, ann.Password));
        await again.SeesAsync("from the first browser");
        await Expect(again.Row("from the first browser")).ToHaveClassAsync(new Regex(@"\bown\b"));
    }

    [Fact]
    public async Task The_form_is_used_before_DotNet_has_started()
    {
        var ann = await ComeAsync();
        var free = new TaskCompletionSource();
        await ann.Page.RouteAsync("**/_framework/*.{wasm,dat}*", async route =>
        {
            await free.Task;
            await route.ContinueAsync();
        });
        var account = await Server.RegisterAsync("Ann");
        await ann.Page.GotoAsync(ann.Base, new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        await ann.Page.FillAsync("#name", account.Name);
        await ann.Page.FillAsync("#password", "wrong password");
        await ann.Page.ClickAsync("#submit");
        await Expect(ann.Page.Locator("#password-error")).ToHaveTextAsync("Wrong password");
        ann.Tolerate("status of 4");
        await ann.Page.FillAsync("#password", account.Password);
        await ann.Page.ClickAsync("#submit");
        await Expect(ann.Page.Locator("html")).ToHaveAttributeAsync("data-phase", "app");
        Assert.Contains(await ann.Context.CookiesAsync(), cookie => cookie.Name == "chatroom");
        free.SetResult();
        await ann.ReadyAsync();
    }

    [Fact]
    public async Task What_one_does_before_the_scripts_of_the_page_have_come_is_not_lost()
    {
        var ann = await ComeAsync();
        var free = new TaskCompletionSource();
        await ann.Page.RouteAsync("**/js/*.js", async route =>
        {
            if (!route.Request.Url.EndsWith("/js/theme.js", StringComparison.Ordinal))
            {
                await free.Task;
            }

            await route.ContinueAsync();
        });
        await ann.Page.GotoAsync(ann.Base, new() { WaitUntil = WaitUntilState.Commit });
        await ann.Page.ClickAsync("#tab-register");
        await ann.Page.FillAsync("#name", Unique.Name("Ann"));
        await ann.Page.FillAsync("#password", ChatServer.Password);
        await ann.Page.PressAsync("#password", "Enter");
        free.SetResult();
        await ann.ReadyAsync(); // Registered, as wished; not posted by the browser itself, and not taken for a sign-in.
    }

    [Fact]
    public async Task Errors_stand_beside_the_field_that_caused_them()
    {
        var account = await Server.RegisterAsync("Ann");
        var page = (await ComeAsync()).Tolerate("status of 4");
        await page.Page.GotoAsync(page.Base);
        await SubmitAsync("", "", "name", "Enter your name.");
        await SubmitAsync(account.Name, "", "password", "Enter the password.");
        await SubmitAsync(account.Name, "not the password", "password", "Wrong password");
        await SubmitAsync("Nobodyatall", "whatever it is", "name", null);
        await page.Page.ClickAsync("#tab-register");
        await SubmitAsync(account.Name, "a good password", "name", "This name is taken");

        async Task SubmitAsync(string name, string password, string field, string? message)
        {
            await page.Page.FillAsync("#name", name);
            await page.Page.FillAsync("#password", password);
            await page.Page.ClickAsync("#submit");
            var error = page.Page.Locator($"#{field}-error");
            await Expect(error).Not.ToBeEmptyAsync();
            if (message is not null)
            {
                await Expect(error).ToHaveTextAsync(message);
            }

            await Expect(page.Page.Locator($"#{field}")).ToHaveAttributeAsync("aria-invalid", "true");
            await Expect(page.Page.Locator($"#{field}")).ToBeFocusedAsync();
            await Expect(page.Page.Locator("#form-error")).ToBeEmptyAsync();
            await Expect(page.Page.Locator("#welcome [aria-invalid]")).ToHaveCountAsync(1);
            Assert.DoesNotMatch(@"^[a-z]+\.[a-z-]+$", await error.TextContentAsync() ?? "");
        }
    }

    [Theory]
    [InlineData("a\u0430b", "a good password", "name", "The name mixes alphabets whose letters look alike, such as Latin and Cyrillic: use one")]
    [InlineData("a/b", "a good password", "name", "The name holds one of / \\ @ # \" < > : , or only dots: use other characters")]
    [InlineData("two  spaces", "a good password", "name", "The name holds two spaces in a row, or an unusual one: put single spaces between words")]
    [InlineData("a name of more than thirty-two characters", "a good password", "name", "The name is too long: at most 32 characters")]
    [InlineData("Ben", "short", "password", "The password is too short: at least 8 characters")]
    [InlineData("Ben", Long, "password", "The password is too long: at most 256 bytes")]
    public async Task A_refused_name_or_password_says_which_rule_it_breaks(string name, string password, string field, string message)
    {
        var ann = (await ComeAsync()).Tolerate("status of 4");
        await ann.Page.GotoAsync(ann.Base);
        await ann.Page.ClickAsync("#tab-register");
        await ann.Page.FillAsync("#name", name);
        await ann.Page.FillAsync("#password", password);
        await ann.Page.ClickAsync("#submit");
        await Expect(ann.Page.Locator($"#{field}-error")).ToHaveTextAsync(message);
        await ann.Page.ClickAsync("[data-language-choice=zh-CN]");
        await Expect(ann.Page.Locator($"#{field}-error")).ToHaveTextAsync(field == "name" ? new Regex("^名称.+") : new Regex("^密码太.：.+"));
        await Expect(ann.Page.Locator($"#{field}")).ToHaveAttributeAsync("aria-invalid", "true");
    }

    [Theory]
    [InlineData("**/server")]
    [InlineData("**/texts/web.zh-Hans.json")]
    public async Task An_error_stays_when_what_the_page_asked_for_earlier_comes_after_it(string late)
    {
        var ann = (await ComeAsync()).Tolerate("status of 4");
        var free = new TaskCompletionSource();
        await ann.Page.RouteAsync(late, async route =>
        {
            await free.Task;
            if (late == "**/server")
            {
                await route.FulfillAsync(new() { ContentType = "application/json", Body = """{"name":"Late","registration":"open"}""" });
            }
            else
            {
                await route.ContinueAsync();
            }
        });
        await ann.Page.GotoAsync(ann.Base);
        await ann.Page.FillAsync("#name", Unique.Name("Nobody"));
        await ann.Page.FillAsync("#password", ChatServer.Password);
        await ann.Page.ClickAsync("[data-language-choice=zh-CN]");
        await ann.Page.ClickAsync("#submit");
        await Expect(ann.Page.Locator("#name-error")).Not.ToBeEmptyAsync();
        free.SetResult();
        await Expect(ann.Page.Locator("#submit")).ToHaveTextAsync("登录");
        await Expect(ann.Page.Locator("#server-name")).ToHaveTextAsync(late == "**/server" ? "Late" : "Chatroom");
        await Expect(ann.Page.Locator("#name-error")).ToHaveTextAsync("没有这个账号");
        await Expect(ann.Page.Locator("#name")).ToHaveAttributeAsync("aria-invalid", "true");
    }

    [Fact]
    public async Task The_language_follows_the_browser_then_the_switch_and_stays()
    {
        var ann = await ComeAsync(Style.Chinese);
        await ann.Page.GotoAsync(ann.Base);
        await Expect(ann.Page.Locator("#submit")).ToHaveTextAsync("登录");
        await Expect(ann.Page.Locator("html")).ToHaveAttributeAsync("lang", "zh-CN");
        await ann.Page.ClickAsync("[data-language-choice=en]");
        await Expect(ann.Page.Locator("#submit")).ToHaveTextAsync("Sign in");
        await Expect(ann.Page.Locator("html")).ToHaveAttributeAsync("lang", "en");
        await ann.Page.ReloadAsync();
        await Expect(ann.Page.Locator("#submit")).ToHaveTextAsync("Sign in");
        await Expect(ann.Page.Locator("[data-language-choice=en]")).ToHaveAttributeAsync("aria-pressed", "true");
    }

    [Theory]
    [InlineData("zh-TW", "登录")]
    [InlineData("de-DE", "Sign in")]
    public async Task Other_languages_get_the_nearest(string locale, string expected)
    {
        var ann = await ComeAsync(new Style { Locale = locale });
        await ann.Page.GotoAsync(ann.Base);
        await Expect(ann.Page.Locator("#submit")).ToHaveTextAsync(expected);
    }

    [Fact]
    public async Task Several_accounts_are_listed_and_one_goes_on_without_a_password()
    {
        var ann = await JoinAsync("Ann");
        var first = ann.Name;
        await ann.Page.GotoAsync(ann.Base + "/?add");
        await Expect(ann.Page.Locator("#welcome-accounts button")).ToHaveTextAsync([$"Continue as {first}"]);
        await ann.RegisterAsync("Annie");
        await ann.Page.GotoAsync(ann.Base + "/?add");
        await Expect(ann.Page.Locator("#welcome-accounts button")).ToHaveTextAsync([$"Continue as {ann.Name}", $"Continue as {first}"]);
        await ann.Page.ClickAsync($"text=Continue as {first}");
        await ann.ReadyAsync();
        await Expect(ann.Page.Locator("#account-button")).ToHaveAttributeAsync("aria-label", $"Account: {first}");
    }

    [Fact]
    public async Task The_next_visit_goes_straight_to_the_last_account()
    {
        var ann = await JoinAsync("Ann");
        await ann.Page.GotoAsync(ann.Base + "/");
        await ann.ReadyAsync();
        await Expect(ann.Page.Locator("#welcome")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Signing_out_forgets_the_account_here()
    {
        var ann = await JoinAsync("Ann");
        await ann.ChooseAsync("#account-button", "Sign out");
        await ann.Dialog.Locator("button.danger").ClickAsync();
        await Expect(ann.Page.Locator("#welcome-form")).ToBeVisibleAsync();
        await Expect(ann.Page.Locator("#welcome-accounts")).ToBeHiddenAsync();
        Assert.Empty(await ann.Context.CookiesAsync());
        Assert.DoesNotContain(await ann.Page.EvaluateAsync<string[]>("async () => (await indexedDB.databases()).map(one => one.name)"), name => name.Contains("/a", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Signing_out_of_one_of_two_accounts_does_not_slip_into_the_other()
    {
        var ann = await JoinAsync("Ann");
        var first = ann.Name;
        await ann.RegisterAsync("Annie");
        await ann.ChooseAsync("#account-button", "Sign out");
        await ann.Dialog.Locator("button.danger").ClickAsync();
        await Expect(ann.Page.Locator("#welcome-accounts button")).ToHaveTextAsync([$"Continue as {first}"]);
    }

    [Fact]
    public async Task The_tabs_are_turned_by_arrows_and_the_password_can_be_looked_at()
    {
        var ann = await ComeAsync();
        await ann.Page.GotoAsync(ann.Base);
        await ann.Page.Locator("#tab-signin").FocusAsync();
        await ann.Keyboard.PressAsync("ArrowRight");
        await Expect(ann.Page.Locator("#tab-register")).ToBeFocusedAsync();
        await Expect(ann.Page.Locator("#tab-register")).ToHaveAttributeAsync("aria-selected", "true");
        await Expect(ann.Page.Locator("#submit")).ToHaveTextAsync("Register");
        await Expect(ann.Page.Locator("#welcome-lead")).ToHaveTextAsync("Choose a name and a password to join the conversation.");
        await ann.Page.ClickAsync("#show-password");
        await Expect(ann.Page.Locator("#password")).ToHaveAttributeAsync("type", "text");
    }

    [Fact]
    public async Task Without_the_server_the_form_says_so()
    {
        var ann = (await ComeAsync()).TolerateCuts();
        await ann.Page.GotoAsync(ann.Base, new() { WaitUntil = WaitUntilState.NetworkIdle });
        await Expect(ann.Page.Locator("#name")).ToBeFocusedAsync(); // Its sentences are here.
        ann.Net.Cut();
        await ann.Page.FillAsync("#name", "Ann");
        await ann.Page.FillAsync("#password", "a good password");
        await ann.Page.ClickAsync("#submit");
        await Expect(ann.Page.Locator("#form-error")).ToHaveTextAsync("The server cannot be reached. Check the connection, then try again.");
    }
}

public sealed class EmptyServer : ChatServer
{
    protected override bool HasOwner => false;

    protected override string[] Settings => ["--registration", "invite"];
}

public sealed class EmptyTests(Browsers browsers, EmptyServer server) : WebTest(browsers, server), IClassFixture<EmptyServer>
{
    [Fact]
    public async Task The_first_is_told_that_they_will_own_the_server_and_needs_no_code_and_the_second_does()
    {
        var (ann, ben) = (await ComeAsync(), (await ComeAsync()).Tolerate("status of 4"));
        foreach (var person in (Person[])[ann, ben])
        {
            await person.Page.GotoAsync(person.Base);
            await Expect(person.Page.Locator("#tab-register")).ToHaveAttributeAsync("aria-selected", "true");
            await Expect(person.Page.Locator("#welcome-lead")).ToContainTextAsync("The first account owns this server.");
            await Expect(person.Page.Locator("#invite")).ToBeHiddenAsync();
            await person.Page.FillAsync("#name", person == ann ? "Ann" : "Ben");
            await person.Page.FillAsync("#password", ChatServer.Password);
        }

        await ann.Page.ClickAsync("#submit");
        await ann.ReadyAsync();

        // Ben's page still believes that nobody is here.
        await ben.Page.ClickAsync("#submit");
        await Expect(ben.Page.Locator("#invite")).ToBeFocusedAsync();
        await Expect(ben.Page.Locator("#invite-error")).Not.ToBeEmptyAsync();
        await ben.Page.ReloadAsync();
        await Expect(ben.Page.Locator("#tab-signin")).ToHaveAttributeAsync("aria-selected", "true");
        await Expect(ben.Page.Locator("#welcome-lead")).ToHaveTextAsync("Sign in to join the conversation.");
    }
}

/// <summary>Only invited people register, after the owner.</summary>
public sealed class InvitationServer : ChatServer
{
    protected override string[] LaterSettings => ["--registration", "invite"];
}

public sealed class ClosedServer : ChatServer
{
    protected override string[] LaterSettings => ["--registration", "closed"];
}

public sealed class InvitationTests(Browsers browsers, InvitationServer server) : WebTest(browsers, server), IClassFixture<InvitationServer>
{
    [Fact]
    public async Task Where_an_invitation_is_needed_the_form_asks_for_its_code()
    {
        await using var owner = await Remote.SignInAsync(Server, Server.Owner);
        var code = (string)(await owner.AskAsync(65, new { uses = 1, clientId = Unique.ClientId() }, 165))["code"]!;
        var ann = (await ComeAsync()).Tolerate("status of 4");
        await ann.Page.GotoAsync(ann.Base);
        await Expect(ann.Page.Locator("#invite")).ToBeHiddenAsync();
        await ann.Page.ClickAsync("#tab-register");
        await ann.Page.FillAsync("#name", "Ann");
        await ann.Page.FillAsync("#password", ChatServer.Password);
        await ann.Page.FillAsync("#invite", "not-a-code");
        await ann.Page.ClickAsync("#submit");
        await Expect(ann.Page.Locator("#invite-error")).Not.ToBeEmptyAsync();
        await Expect(ann.Page.Locator("#invite")).ToBeFocusedAsync();
        await ann.Page.FillAsync("#invite", code);
        await ann.Page.ClickAsync("#submit");
        await ann.ReadyAsync();
    }
}

public sealed class ClosedTests(Browsers browsers, ClosedServer server) : WebTest(browsers, server), IClassFixture<ClosedServer>
{
    [Fact]
    public async Task Where_nobody_may_register_there_is_no_tab_for_it()
    {
        var ann = await ComeAsync();
        await ann.Page.GotoAsync(ann.Base);
        await Expect(ann.Page.Locator("#tab-register")).ToBeHiddenAsync();
        await ann.SignInAsync(Server.Owner);
    }
}
