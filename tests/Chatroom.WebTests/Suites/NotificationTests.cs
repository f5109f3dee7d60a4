using System.Text.RegularExpressions;

namespace Chatroom.WebTests.Suites;

/// <summary>What calls somebody back to the page.</summary>
public sealed class NotificationTests(Browsers browsers, ChatServer server) : WebTest(browsers, server), IClassFixture<ChatServer>
{
    // Records instead of showing; counts the notes that are played.
    private const string Stubs = """
        if (location.protocol !== 'about:') {
        window.shown = []; window.ended = []; window.asked = 0; window.notes = 0;
        window.Notification = class {
            static permission = sessionStorage.getItem('permission') ?? 'PERMISSION';
            static async requestPermission() { window.asked++; sessionStorage.setItem('permission', 'granted'); return this.permission = 'granted'; }
            constructor(title, options) { this.title = title; Object.assign(this, options); window.shown.push(this); }
            close() { window.ended.push(this.tag); this.onclose?.(); }
        };
        if (window.ServiceWorkerRegistration) ServiceWorkerRegistration.prototype.showNotification = async function (title, options) { window.shown.push({ title, ...options, worker: true }); };
        const create = AudioContext.prototype.createOscillator;
        AudioContext.prototype.createOscillator = function () { window.notes++; return create.call(this); };
        }
        """;

    private static readonly Style Granted = new() { InitScript = Stubs.Replace("PERMISSION", "granted") };

    [Fact]
    public async Task Mentions_and_private_messages_call_and_ordinary_ones_do_not()
    {
        var (ann, ben, group) = await AwayAsync(Granted);
        await ben.SaidAsync("nothing for Ann");
        await ben.SayAsync($"but this is, @{ann.Name}!");
        await ShownAsync(ann, ["but this is"]);
        var shown = await ann.Page.EvaluateAsync<string[]>("() => [shown[0].title, shown[0].body, shown[0].data.room]");
        Assert.Contains(ben.Name, shown[0]);
        Assert.Contains(group, shown[0]);
        Assert.Contains("but this is", shown[1]);
        Assert.False(string.IsNullOrEmpty(shown[2]));
        await ben.OpenAsync("Lobby");
        await ben.WriteToAsync(ann);
        await ben.SayAsync("psst");
        await ShownAsync(ann, ["but this is", "psst"]);
        Assert.Equal(ben.Name, await ann.Page.EvaluateAsync<string>("() => shown[1].title"));
    }

    [Fact]
    public async Task A_click_opens_the_room()
    {
        var (ann, ben, group) = await AwayAsync(Granted);
        await ann.OpenAsync("Lobby");
        await ben.SayAsync($"@{ann.Name}, come here");
        await ShownAsync(ann, ["come here"]);
        await ann.Page.EvaluateAsync("() => shown[0].onclick()");
        await Expect(ann.Nav(group)).ToHaveAttributeAsync("aria-current", "page");
        await ann.SeesAsync("come here");
        await Until.TrueAsync(() => ann.Page.EvaluateAsync<bool>("() => ended.length > 0"), "the end of the notification");
    }

    [Fact]
    public async Task A_room_can_call_for_everything_or_nothing_and_remembers_it()
    {
        var (ann, ben, group) = await AwayAsync(Granted);
        await ann.ChooseAsync("#room-menu", "Every message");
        await ben.SayAsync("everything 1");
        await ShownAsync(ann, ["everything 1"]);
        await ann.Page.ReloadAsync();
        await ann.ReadyAsync();
        await ann.LookAwayAsync();
        await ben.SayAsync("everything 2");
        await ShownAsync(ann, ["everything 2"]);
        await ann.ChooseAsync("#room-menu", "Nothing");
        await Expect(ann.Nav(group)).ToHaveClassAsync(new Regex("muted"));
        await ben.SaidAsync($"@{ann.Name}, this is nothing");
        await ben.OpenAsync("Lobby");
        await ben.WriteToAsync(ann);
        await ben.SayAsync("a private one comes after it");
        await ShownAsync(ann, ["everything 2", "a private one"]);
        await Expect(ann.Page).ToHaveTitleAsync(new Regex(@"^\(1\)")); // The muted room is not counted.
    }

    [Fact]
    public async Task Permission_is_asked_for_after_something_was_sent_and_not_before()
    {
        var ann = await JoinAsync("Ann", new Style { InitScript = Stubs.Replace("PERMISSION", "default") });
        await Expect(ann.Toast("Be notified")).ToHaveCountAsync(0);
        Assert.Equal(0, await ann.Page.EvaluateAsync<int>("() => asked"));
        await ann.SayAsync("hello to whom it concerns");
        await ann.Toast("Be notified of mentions and private messages?").GetByText("Allow").ClickAsync();
        await ann.SeesAsync("hello to whom it concerns");
        Assert.Equal(1, await ann.Page.EvaluateAsync<int>("() => asked"));
        await ann.Page.ReloadAsync();
        await ann.ReadyAsync();
        await ann.SaidAsync("once more");
        await Expect(ann.Toast("Be notified")).ToHaveCountAsync(0);
        await ann.ChooseAsync("#account-button", "Settings");
        await Expect(ann.Dialog).ToContainTextAsync("Notifications are allowed.");
    }

    [Fact]
    public async Task The_settings_say_when_the_browser_forbids_them()
    {
        var ann = await JoinAsync("Ann", new Style { InitScript = Stubs.Replace("PERMISSION", "denied") });
        await ann.SaidAsync("a greeting");
        await Expect(ann.Toast("Be notified")).ToHaveCountAsync(0);
        await ann.ChooseAsync("#account-button", "Settings");
        await Expect(ann.Dialog).ToContainTextAsync("Notifications are blocked in the browser's settings for this site.");
    }

    [Fact]
    public async Task Title_and_icon_tell_the_number_of_unread_messages()
    {
        var (ann, ben, _) = await AwayAsync(Granted);
        var plain = await ann.Page.Locator("#favicon").GetAttributeAsync("href");
        await ben.SayAsync("one");
        await Expect(ann.Page).ToHaveTitleAsync(new Regex(@"^\(1\) "));
        await ben.SayAsync("two");
        await Expect(ann.Page).ToHaveTitleAsync(new Regex(@"^\(2\) "));
        await Expect(ann.Page.Locator("#favicon")).ToHaveAttributeAsync("href", new Regex("^data:image/png"));
        await ann.LookBackAsync();
        await Expect(ann.Page).ToHaveTitleAsync(new Regex(@"^[^(]"));
        await Expect(ann.Page.Locator("#favicon")).ToHaveAttributeAsync("href", plain!);
    }

    [Fact]
    public async Task The_sound_has_a_switch()
    {
        var (ann, ben, _) = await AwayAsync(Granted);
        await ben.SayAsync($"@{ann.Name}, ring");
        await ShownAsync(ann, ["ring"]);
        await Until.TrueAsync(() => ann.Page.EvaluateAsync<bool>("() => notes > 0"), "a sound");
        await ann.ChooseAsync("#account-button", "Settings");
        await ann.Dialog.GetByRole(AriaRole.Switch, new() { Name = "Sound for new messages" }).UncheckAsync();
        await ann.CloseDialogAsync();
        var before = await ann.Page.EvaluateAsync<int>("() => notes");
        await ben.SayAsync($"@{ann.Name}, silent");
        await ShownAsync(ann, ["ring", "silent"]);
        Assert.Equal(before, await ann.Page.EvaluateAsync<int>("() => notes"));
        await ann.Page.ReloadAsync();
        await ann.ReadyAsync();
        await ann.ChooseAsync("#account-button", "Settings");
        await Expect(ann.Dialog.GetByRole(AriaRole.Switch, new() { Name = "Sound for new messages" })).Not.ToBeCheckedAsync();
    }

    [Fact]
    public async Task With_a_service_worker_it_is_the_worker_that_shows_them()
    {
        var (ann, ben, _) = await AwayAsync(Granted with { Worker = true });
        await Expect(ann.Page.Locator("html")).ToHaveAttributeAsync("data-worker", "yes");
        await Until.TrueAsync(() => ann.Page.EvaluateAsync<bool>("async () => !!(await navigator.serviceWorker.getRegistration())?.active"), "an active worker");
        await ben.SayAsync($"@{ann.Name}, by the worker");
        await ShownAsync(ann, ["by the worker"]);
        Assert.True(await ann.Page.EvaluateAsync<bool>("() => shown[0].worker === true"));
    }

    [Fact]
    public async Task Of_two_tabs_of_one_account_one_calls()
    {
        var (ann, ben, _) = await AwayAsync(Granted);
        var first = ann.Page;
        var second = ann.Page = await ann.TabAsync("/");
        await ann.ReadyAsync();
        await ann.LookAwayAsync();
        await ben.SayAsync($"@{ann.Name}, once");
        foreach (var tab in (IPage[])[first, second])
        {
            await Expect(tab.Locator(".nav-row .badge")).ToHaveCountAsync(1);
        }

        await Until.TrueAsync(async () => await CountAsync() == 1, "one notification in both tabs");

        async Task<int> CountAsync() => await first.EvaluateAsync<int>("() => shown.length") + await second.EvaluateAsync<int>("() => shown.length");
    }

    /// <summary>Ann and Ben in a group; Ann looks elsewhere.</summary>
    private async Task<(Person Ann, Person Ben, string Group)> AwayAsync(Style style)
    {
        var people = await Task.WhenAll(JoinAsync("Ann", style), JoinAsync("Ben"));
        var group = await people[0].CreateGroupAsync("calls");
        await people[0].InviteAsync(people[1]);
        await people[1].AcceptAsync(group);
        await Expect(people[0].System($"{people[1].Name} joined the room")).ToBeVisibleAsync();
        await people[0].Page.ClickAsync(".room-title"); // Pages sound only after they were touched.
        await people[0].LookAwayAsync();
        return (people[0], people[1], group);
    }

    /// <summary>Waits until the last of these is shown; then these and no others are.</summary>
    private static async Task ShownAsync(Person person, string[] bodies)
    {
        await Until.TrueAsync(() => person.Page.EvaluateAsync<bool>("body => shown.some(one => one.body.includes(body))", bodies[^1]), $"a notification of {bodies[^1]}");
        var all = await person.Page.EvaluateAsync<string[]>("() => shown.map(one => one.body)");
        Assert.Equal(bodies.Length, all.Length);
        Assert.All(bodies.Zip(all), pair => Assert.Contains(pair.First, pair.Second));
    }
}
