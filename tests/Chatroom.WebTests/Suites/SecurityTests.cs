using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.RegularExpressions;

namespace Chatroom.WebTests.Suites;

/// <summary>What a hostile page, file or person tries.</summary>
public sealed class SecurityTests(Browsers browsers, ChatServer server) : WebTest(browsers, server), IClassFixture<ChatServer>
{
    private const string Attack = "<img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>";

    [Theory]
    [InlineData("/")]
    [InlineData("/a/someone/r/lobby")]
    [InlineData("/service-worker.js")]
    [InlineData("/js/hash-worker.js")]
    public async Task Every_document_and_worker_carries_a_strict_policy(string path)
    {
        using var answer = await Server.Http.GetAsync(path);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy")).Split(';', StringSplitOptions.TrimEntries);
        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("script-src 'self' 'wasm-unsafe-eval'", policy);
        Assert.Contains("style-src 'self'", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.Contains("base-uri 'self'", policy);
        Assert.Contains("form-action 'self'", policy);
        Assert.Contains("connect-src 'self'", policy);
        Assert.DoesNotContain(policy, line => line.Contains("unsafe-inline") || line.Contains("'unsafe-eval'") || line.Contains('*') || line.Contains("http"));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Resource-Policy")));
    }

    [Theory]
    [InlineData("/js/boot.js")]
    [InlineData("/server")]
    [InlineData("/nothing-here")]
    [InlineData("/files/nothing-here")]
    public async Task No_answer_is_guessed_to_be_something_else_or_read_by_another_site(string path)
    {
        using var answer = await Server.Http.GetAsync(path);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Resource-Policy")));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Inline_script_does_not_run()
    {
        var ann = (await JoinAsync("Ann")).Tolerate("Content Security Policy|CSP violation|status of 404");
        await ann.Page.EvaluateAsync("""
            () => {
                const script = document.createElement('script');
                script.textContent = 'window.hacked = 1';
                document.body.append(script);
                const image = document.createElement('div');
                image.innerHTML = '<img src="/nothing.png" onerror="window.hacked = 2">';
                document.body.append(image);
            }
            """);
        await ann.SaidAsync("still here");
        Assert.True(await ann.Page.EvaluateAsync<bool>("() => window.hacked === undefined"));
    }

    [Fact]
    public async Task What_people_write_is_text_wherever_it_is_shown()
    {
        var ann = await JoinAsync("Ann");
        var group = await ann.CreateGroupAsync("attacked");
        await ann.ChooseAsync("#room-menu", "Group settings");
        await ann.Dialog.Locator("#group-topic").FillAsync(Attack);
        await ann.Dialog.Locator("button[type=submit]").ClickAsync();
        await Expect(ann.Page.Locator(".topic")).ToHaveTextAsync(Attack);
        await Expect(ann.Dialog).ToHaveCountAsync(0);
        await ann.SaidAsync(Attack);
        await ann.SayAsync("```\n" + Attack + "\n```");
        await Expect(ann.Page.Locator("#timeline pre code")).ToHaveTextAsync(Attack);
        await ann.SaidAsync("javascript:alert(1) and <a href=\"javascript:alert(1)\">link</a>");
        await Expect(ann.Page.Locator("#timeline a[href^='javascript' i]")).ToHaveCountAsync(0);
        await ann.SendFilesAsync(Samples.Text("<img src=x onerror=window.hacked=1>.txt"));
        await Expect(ann.Page.Locator("a.file-card .file-name")).ToHaveTextAsync("<img src=x onerror=window.hacked=1>.txt");
        await Expect(ann.Page.Locator(".chip")).ToHaveCountAsync(0);
        await ann.ThumbUpAsync("javascript:alert(1)");
        await ann.ChooseForAsync("javascript:alert(1)", "Reply");
        await Expect(ann.Page.Locator(".composer-context")).ToContainTextAsync("<a href=");
        await ann.Keyboard.PressAsync("Escape");
        await CheckAsync();

        // Again from what the browser keeps: the last view, then the real one.
        await ann.LookAwayAsync();
        await ann.StoredAsync("view", 1);
        await ann.Page.ReloadAsync();
        await ann.ReadyAsync();
        await Expect(ann.Row(Attack)).ToHaveCountAsync(2);
        await CheckAsync();

        async Task CheckAsync()
        {
            Assert.True(await ann.Page.EvaluateAsync<bool>("() => window.hacked === undefined"));
            await Expect(ann.Page.Locator("#app img[src=x], #app script, #snapshot script, #app bdi b")).ToHaveCountAsync(0);
            await Expect(ann.Nav(group)).ToBeVisibleAsync();
        }
    }

    [Theory]
    [InlineData("page.html", "text/html", "<script>parent.hacked=1;document.title='hacked'</script>")]
    [InlineData("picture.svg", "image/svg+xml", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>document.title='hacked'</script></svg>")]
    [InlineData("script.js", "text/javascript", "window.hacked=1")]
    [InlineData("page.png", "text/html", "<script>document.title='hacked'</script>")]
    public async Task What_a_browser_would_run_is_a_download_even_when_asked_for_inline(string name, string type, string content)
    {
        var ann = (await JoinAsync("Ann")).Tolerate("ERR_ABORTED|Failed to load");
        await ann.CreateGroupAsync("files");
        await ann.SendFilesAsync(Samples.File(name, type, content));
        var link = ann.Page.Locator($"a[download='{name}']").First;
        await Expect(link).ToBeVisibleAsync();
        await Expect(ann.Page.Locator(".preview")).ToHaveCountAsync(0);
        var address = await link.GetAttributeAsync("href");
        foreach (var query in (string[])["", "?inline=1"])
        {
            var answer = await ann.Context.APIRequest.GetAsync(ann.Base + address + query);
            Assert.Equal(200, answer.Status);
            Assert.StartsWith("attachment", answer.Headers["content-disposition"]);
            Assert.Equal("nosniff", answer.Headers["x-content-type-options"]);
            Assert.Contains("sandbox", answer.Headers["content-security-policy"]);
            var tab = await ann.Context.NewPageAsync();
            var download = await tab.RunAndWaitForDownloadAsync(async () =>
            {
                try
                {
                    await tab.GotoAsync(ann.Base + address + query);
                }
                catch (PlaywrightException e) when (e.Message.Contains("Download is starting") || e.Message.Contains("ERR_ABORTED"))
                {
                    // As it should be: no page.
                }
            });
            Assert.Equal(name, download.SuggestedFilename);
            Assert.NotEqual("hacked", await tab.TitleAsync());
            await tab.CloseAsync();
        }
    }

    [Fact]
    public async Task A_picture_that_is_shown_is_sandboxed_too()
    {
        var ann = await JoinAsync("Ann");
        await ann.CreateGroupAsync("pictures");
        await ann.SendFilesAsync(Samples.Png("fine.png"));
        var address = await ann.Page.Locator("a.preview").GetAttributeAsync("href");
        var answer = await ann.Context.APIRequest.GetAsync(ann.Base + address + "?inline=1");
        Assert.StartsWith("inline", answer.Headers["content-disposition"]);
        Assert.Equal("image/png", answer.Headers["content-type"]);
        Assert.Equal("nosniff", answer.Headers["x-content-type-options"]);
        Assert.Contains("sandbox", answer.Headers["content-security-policy"]);
        Assert.StartsWith("attachment", (await ann.Context.APIRequest.GetAsync(ann.Base + address)).Headers["content-disposition"]);
    }

    [Fact]
    public async Task The_cookie_is_for_the_account_alone_and_out_of_reach_of_script()
    {
        var ann = await JoinAsync("Ann");
        var id = new Uri(ann.Page.Url).Segments[2].Trim('/');
        var cookie = Assert.Single(await ann.Context.CookiesAsync());
        Assert.True(cookie.HttpOnly);
        Assert.Equal(SameSiteAttribute.Strict, cookie.SameSite);
        Assert.Equal($"/a/{id}/", cookie.Path);
        Assert.Equal("", await ann.Page.EvaluateAsync<string>("() => document.cookie"));
        Assert.DoesNotContain(cookie.Value, await ann.Page.EvaluateAsync<string>("() => JSON.stringify({ ...localStorage, ...sessionStorage })"));
        var secure = await JoinAsync("Ben", new Style { Tls = true });
        Assert.True(Assert.Single(await secure.Context.CookiesAsync()).Secure);
    }

    [Fact]
    public async Task A_file_is_given_to_members_only()
    {
        var ann = await JoinAsync("Ann");
        var group = await ann.CreateGroupAsync("closed", @public: false);
        await ann.SendFilesAsync(Samples.Text("private.txt"));
        var address = (await ann.Page.Locator("a.file-card").GetAttributeAsync("href"))!;
        using var nobody = await Server.Http.GetAsync(address);
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        Assert.Contains("912", await nobody.Content.ReadAsStringAsync());
        using var elsewhere = await Server.Http.GetAsync(address[address.IndexOf("/files", StringComparison.Ordinal)..]);
        Assert.Equal(HttpStatusCode.Unauthorized, elsewhere.StatusCode);
        var ben = await JoinAsync("Ben");
        var own = new Uri(ben.Page.Url).Segments[2].Trim('/');
        var file = address[(address.LastIndexOf('/') + 1)..];
        Assert.Equal(404, (await ben.Context.APIRequest.GetAsync($"{ben.Base}/a/{own}/files/{file}")).Status);
        Assert.Equal(401, (await ben.Context.APIRequest.GetAsync(ben.Base + address)).Status); // The cookie does not go to another account's path.
        Assert.Equal(200, (await ann.Context.APIRequest.GetAsync(ann.Base + address)).Status);
        Assert.NotEmpty(group);
    }

    [Theory]
    [InlineData("/sessions")]
    [InlineData("/accounts")]
    public async Task Signing_in_and_registering_from_another_site_are_refused(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Headers = { { "Origin", "https://evil.example" } } };
        request.Content = JsonContent.Create(new { version = 3, name = path == "/accounts" ? Unique.Name("Eve") : Server.Owner.Name, password = Server.Owner.Password, device = "d", client = "t", clientId = Unique.ClientId() });
        using var answer = await Server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        using var form = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent("{}", new System.Net.Http.Headers.MediaTypeHeaderValue("text/plain")) };
        using var refused = await Server.Http.SendAsync(form);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, refused.StatusCode);
    }

    [Fact]
    public async Task Another_site_can_neither_sign_out_nor_listen_nor_upload_with_the_cookie()
    {
        var ann = await JoinAsync("Ann");
        var cookie = Assert.Single(await ann.Context.CookiesAsync());
        var account = cookie.Path.TrimEnd('/');
        foreach (var (method, path) in ((HttpMethod, string)[])[(HttpMethod.Delete, "/session"), (HttpMethod.Post, "/files")])
        {
            using var request = new HttpRequestMessage(method, account + path);
            request.Headers.Add("Origin", "https://evil.example");
            request.Headers.Add("Tus-Resumable", "1.0.0");
            request.Headers.Add("Upload-Length", "1");
            request.Headers.Add("Cookie", $"{cookie.Name}={cookie.Value}");
            using var answer = await Server.Http.SendAsync(request);
            Assert.True(answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized, $"{method} {path}: {answer.StatusCode}");
        }

        foreach (var (origin, path, works) in ((string?, string, bool)[])
            [("https://evil.example", account + "/ws", false), ("null", account + "/ws", false), ("https://evil.example", "/ws", false), ($"http://localhost:{Server.HttpPort}", account + "/ws", true), (null, "/ws", true)])
        {
            using var socket = new ClientWebSocket();
            socket.Options.SetRequestHeader("Cookie", $"{cookie.Name}={cookie.Value}");
            if (origin is not null)
            {
                socket.Options.SetRequestHeader("Origin", origin);
            }

            var opening = socket.ConnectAsync(new Uri($"ws://localhost:{Server.HttpPort}{path}"), CancellationToken.None);
            if (works)
            {
                await opening;
            }
            else
            {
                await Assert.ThrowsAsync<WebSocketException>(() => opening);
            }
        }

        await ann.SaidAsync("still signed in");
        await ann.Page.ReloadAsync();
        await ann.ReadyAsync();
    }

    [Fact]
    public async Task A_page_of_another_site_in_the_same_browser_gets_nowhere()
    {
        var ann = (await JoinAsync("Ann")).Tolerate("frame|CORS|Failed to load|ERR_|WebSocket|Cross-Origin|blocked|Permission|local network");
        var account = Assert.Single(await ann.Context.CookiesAsync()).Path.TrimEnd('/');
        await ann.CreateGroupAsync("mine");
        await ann.SendFilesAsync(Samples.Png("mine.png"));
        var picture = await ann.Page.Locator("a.preview").GetAttributeAsync("href");
        await ann.Context.RouteAsync("http://evil.localhost/**", route => route.FulfillAsync(new() { ContentType = "text/html", Body = "<!doctype html><title>evil</title>" }));
        var evil = await ann.Context.NewPageAsync();
        await evil.GotoAsync("http://evil.localhost/");
        var got = await evil.EvaluateAsync<string[]>("""
            async ([base, account, picture]) => {
                const got = [];
                const attempt = async (name, act) => { try { if (await act()) got.push(name); } catch { } };
                await attempt('read', async () => (await fetch(base + '/server', { credentials: 'include' })).ok);
                await attempt('sign out', async () => (await fetch(`${base}${account}/session`, { method: 'DELETE', credentials: 'include' })).ok);
                await attempt('socket', () => new Promise(done => {
                    const socket = new WebSocket(base.replace('http', 'ws') + account + '/ws');
                    socket.onopen = () => done(true);
                    socket.onerror = () => done(false);
                }));
                await attempt('picture', () => new Promise(done => {
                    const image = new Image();
                    image.onload = () => done(true);
                    image.onerror = () => done(false);
                    image.src = `${base}${picture}?inline=1`;
                }));
                await attempt('script', () => new Promise(done => {
                    const script = document.createElement('script');
                    script.onload = () => done(true);
                    script.onerror = () => done(false);
                    script.src = `${base}/js/theme.js`;
                    document.head.append(script);
                }));
                const frame = document.createElement('iframe');
                frame.src = base + '/';
                await new Promise(done => { frame.onload = done; document.body.append(frame); });
                return got;
            }
            """, new[] { ann.Base, account, picture });
        Assert.Empty(got);
        Assert.DoesNotContain(evil.Frames, frame => frame.Url.StartsWith(ann.Base, StringComparison.Ordinal)); // The browser shows an error page instead.
        await evil.CloseAsync();
        await ann.Page.ReloadAsync();
        await ann.ReadyAsync(); // Still signed in.
    }

    [Fact]
    public async Task Rows_hold_no_handlers_and_no_foreign_addresses()
    {
        var ann = await JoinAsync("Ann");
        await ann.SaidAsync("https://example.org/x.png");
        var requests = new List<string>();
        ann.Page.Request += (_, request) => requests.Add(request.Url);
        await ann.Row("example.org").HoverAsync();
        await ann.SaidAsync("nothing is fetched for it");
        Assert.DoesNotContain(requests, url => url.Contains("example.org", StringComparison.Ordinal));
        Assert.Matches(new Regex("noreferrer"), await ann.Row("example.org").Locator("a").GetAttributeAsync("rel"));
    }
}
