using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Chatroom.WebTests.Harness;

/// <summary>Somebody at a browser: a context of their own, a network of their own, and the page they look at.</summary>
public sealed partial class Person : IAsyncDisposable
{
    // A page tells of what its policy forbade; the browser does so too, but not for every kind.
    private const string WatchPolicy = """
        addEventListener('securitypolicyviolation', event => console.error(`CSP violation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
        """;

    // Toasts go after some seconds, whether or not a busy test has come to look for them.
    private const string KeepToasts = """
        window.toasts = [];
        new MutationObserver(changes => {
            for (const node of changes.flatMap(change => [...change.addedNodes])) {
                if (node.nodeType === Node.ELEMENT_NODE) for (const toast of node.matches('.toast') ? [node] : node.querySelectorAll('.toast')) toasts.push(toast.textContent);
            }
        }).observe(document, { childList: true, subtree: true });
        """;

    private readonly ConcurrentQueue<string> problems = new();

    // Playwright's trace reads pictures from their blob: addresses by a script of its own in the page, which the page's policy rightly forbids.
    private readonly List<Regex> expected = [new(@"^(CSP violation: connect-src blob :0|Connecting to 'blob:[^']+' violates [^\[]+\[:0:0\]$)")];

    private Person(IBrowserContext context, Forwarder net, Style style)
    {
        (Context, Net, Style) = (context, net, style);
    }

    public IBrowserContext Context { get; }

    public Forwarder Net { get; }

    public Style Style { get; }

    public IPage Page { get; set; } = null!;

    public string Name { get; private set; } = "";

    public string Password { get; set; } = ChatServer.Password;

    public string Base => $"{(Style.Tls ? "https" : "http")}://localhost:{Net.Port}";

    public IKeyboard Keyboard => Page.Keyboard;

    /// <summary>What went wrong in the pages that the test has not expected.</summary>
    public IReadOnlyList<string> Problems => [.. problems.Where(line => !expected.Any(one => one.IsMatch(line)))];

    public static async Task<Person> ComeAsync(IBrowser browser, ChatServer server, Style style)
    {
        var net = new Forwarder(() => style.Tls ? server.Port : server.HttpPort);
        var context = await browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = style.Width, Height = style.Height },
            Locale = style.Locale,
            ColorScheme = style.Dark ? ColorScheme.Dark : ColorScheme.Light,
            HasTouch = style.Touch,
            IsMobile = style.Touch,
            IgnoreHTTPSErrors = style.Tls,
            ServiceWorkers = style.Worker ? ServiceWorkerPolicy.Allow : ServiceWorkerPolicy.Block,
            Permissions = style.Permissions,
        });
        return await TakeAsync(context, net, style);
    }

    /// <summary>In a context that the test has made.</summary>
    public static async Task<Person> TakeAsync(IBrowserContext context, Forwarder net, Style style)
    {
        context.SetDefaultTimeout(30_000);
        var person = new Person(context, net, style);
        await context.AddInitScriptAsync(WatchPolicy);
        await context.AddInitScriptAsync(KeepToasts);
        if (style.InitScript is { } script)
        {
            await context.AddInitScriptAsync(script);
        }

        context.Page += (_, page) => person.Watch(page);
        await context.Tracing.StartAsync(new() { Snapshots = true, Title = "Chatroom" });
        person.Page = await context.NewPageAsync();
        return person;
    }

    /// <summary>Lines of the console that belong to what the test does: a refused password, a cut network.</summary>
    public Person Tolerate(string pattern)
    {
        expected.Add(new Regex(pattern));
        return this;
    }

    /// <summary>The network of this person will break: the browser and the page may say so.</summary>
    public Person TolerateCuts() => Tolerate(@"net::ERR_|WebSocket|status of 502|Failed to fetch|HttpRequestException|IOException|TypeError: NetworkError|server could not be told|not be kept for being off line|\bend of the stream\b|connection");

    /// <summary>Another tab of the same browser.</summary>
    public async Task<IPage> TabAsync(string address)
    {
        var tab = await Context.NewPageAsync();
        await tab.GotoAsync(Base + address);
        return tab;
    }

    /// <summary>Registers at the page; shown is the lobby then.</summary>
    public async Task<Person> RegisterAsync(string name)
    {
        await Page.GotoAsync(Base + "/?add");
        await Page.ClickAsync("#tab-register");
        await FillAsync(Unique.Name(name), Password);
        await ReadyAsync();
        return this;
    }

    public async Task<Person> SignInAsync(Account account)
    {
        await Page.GotoAsync(Base + "/?add");
        await FillAsync(account.Name, Password = account.Password);
        await ReadyAsync();
        return this;
    }

    /// <summary>The page is drawn and has what the server has.</summary>
    public async Task ReadyAsync()
    {
        await Page.WaitForSelectorAsync("html[data-phase=ready]", new() { State = WaitForSelectorState.Attached });
        await Expect(Page.Locator(".connection")).ToHaveAttributeAsync("data-state", "connected");
    }

    /// <summary>The tab's process dies; a new tab is opened, at no address yet.</summary>
    public async Task CrashAsync()
    {
        var (dead, crashed) = (Page, new TaskCompletionSource());
        dead.Crash += (_, _) => crashed.TrySetResult();
        var session = await Context.NewCDPSessionAsync(dead);
        _ = session.SendAsync("Page.crash").ContinueWith(call => call.Exception, TaskScheduler.Default); // Is never answered.
        await crashed.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Page = await Context.NewPageAsync();
    }

    /// <summary>Waits until the account's database in the browser holds so many entries whose keys begin so.</summary>
    public Task StoredAsync(string prefix, int count) => Until.TrueAsync(async () => (await KeysAsync()).Count(key => key.StartsWith(prefix, StringComparison.Ordinal)) >= count, $"{count} {prefix} in the browser's database");

    /// <summary>What the accounts' databases in the browser hold.</summary>
    public Task<string[]> KeysAsync() => Page.EvaluateAsync<string[]>("""
        async () => {
            const all = [];
            for (const { name } of (await indexedDB.databases()).filter(one => one.name.startsWith('chatroom-'))) {
                const db = await new Promise((resolve, reject) => {
                    const request = indexedDB.open(name);
                    request.onsuccess = () => resolve(request.result);
                    request.onerror = () => reject(request.error);
                });
                all.push(...await new Promise(resolve => db.transaction('values').objectStore('values').getAllKeys().onsuccess = event => resolve(event.target.result)));
                db.close();
            }

            return all;
        }
        """);

    /// <summary>The view that the browser keeps for the next start; empty when there is none.</summary>
    public Task<string> ViewAsync() => Page.EvaluateAsync<string>("""
        async () => {
            const { name } = (await indexedDB.databases()).find(one => one.name.startsWith('chatroom-'));
            const db = await new Promise((resolve, reject) => {
                const request = indexedDB.open(name);
                request.onsuccess = () => resolve(request.result);
                request.onerror = () => reject(request.error);
            });
            const view = await new Promise(resolve => db.transaction('values').objectStore('values').get('view').onsuccess = event => resolve(event.target.result));
            db.close();
            return JSON.stringify(view ?? '');
        }
        """);

    /// <summary>For the report of a test that failed.</summary>
    public async Task KeepAsync(string folder, string name)
    {
        var at = Path.Combine(folder, name);
        await Context.Tracing.StopAsync(new() { Path = at + ".zip" });
        var number = 0;
        foreach (var page in Context.Pages)
        {
            await page.ScreenshotAsync(new() { Path = $"{at}-{++number}.png", Caret = ScreenshotCaret.Initial, Timeout = 5000 });
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Context.CloseAsync().OrLeaveAsync();
        await Net.DisposeAsync();
    }

    private async Task FillAsync(string name, string password)
    {
        Name = name;
        await Page.FillAsync("#name", name);
        await Page.FillAsync("#password", password);
        await Page.ClickAsync("#submit");
    }

    private void Watch(IPage page)
    {
        page.Console += (_, message) =>
        {
            if (message.Type == "error" || message.Text.StartsWith("CSP violation", StringComparison.Ordinal))
            {
                problems.Enqueue($"{message.Text} [{message.Location}]");
            }
        };
        page.PageError += (_, error) => problems.Enqueue("Uncaught: " + error);
        page.Crash += (_, _) => problems.Enqueue("The tab crashed.");
    }
}
