using System.Diagnostics;
using System.Net.Http.Json;

namespace Chatroom.WebTests.Suites;

/// <summary>Where the page is, and to whom it is handed out.</summary>
public sealed class AddressTests(Browsers browsers, ChatServer server) : WebTest(browsers, server), IClassFixture<ChatServer>
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task The_page_opens_on_this_computer_without_a_certificate(string host)
    {
        var ann = await ComeAsync();
        var answer = await ann.Page.GotoAsync($"http://{host}:{Server.HttpPort}/");
        Assert.Equal(200, answer!.Status);
        await Expect(ann.Page.Locator("#welcome-form")).ToBeVisibleAsync();
        Assert.True(await ann.Page.EvaluateAsync<bool>("() => isSecureContext"));
    }

    [Theory]
    [InlineData("chat.example")]
    [InlineData("localhost.example")]
    [InlineData("192.168.0.7")]
    public async Task Another_name_is_refused_on_the_port_without_TLS(string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = $"{host}:{Server.HttpPort}" } };
        using var answer = await Server.Http.SendAsync(request);
        Assert.Equal(421, (int)answer.StatusCode);
        Assert.DoesNotContain("<html", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task No_header_of_a_visitor_opens_it_either()
    {
        // A page elsewhere whose name is made to point here (DNS rebinding) may send any header.
        foreach (var header in (string[])["X-Original-For", "X-Original-Host", "X-Original-Proto", "X-Forwarded-Host", "Forwarded"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/server") { Headers = { Host = $"evil.example:{Server.HttpPort}" } };
            request.Headers.Add(header, "localhost");
            using var answer = await Server.Http.SendAsync(request);
            Assert.True((int)answer.StatusCode == 421, $"{header}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task The_port_without_TLS_cannot_be_put_where_others_reach_it()
    {
        var folder = Directory.CreateTempSubdirectory("chatroom-web-refused-").FullName;
        using var refused = Process.Start(new ProcessStartInfo(ChatServer.Executable, ["serve", "--data", folder, "--master-key", Path.Combine(folder, "key"), "--listen", "127.0.0.1:0", "--http", "0.0.0.0:0"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var said = await refused.StandardError.ReadToEndAsync(patience.Token);
        await refused.WaitForExitAsync(patience.Token);
        Directory.Delete(folder, recursive: true);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("not encrypted", said);
    }

    [Fact]
    public async Task With_a_certificate_of_its_own_making_the_page_works_and_says_why_it_cannot_be_installed()
    {
        var ann = (await ComeAsync(new Style { Tls = true, Worker = true })).Tolerate("SSL certificate error");
        await ann.RegisterAsync("Ann");
        await ann.SaidAsync("by TLS");
        await Expect(ann.Page.Locator("html")).ToHaveAttributeAsync("data-worker", "refused");
        await ann.ChooseAsync("#account-button", "Settings");
        await Expect(ann.Dialog).ToContainTextAsync("cannot be installed as an app, because the browser does not trust the server's certificate");
    }

    [Fact]
    public async Task Forwarded_headers_of_nobody_declared_are_not_believed()
    {
        Assert.Equal(421, (int)(await ForwardedAsync(Server, "/")).StatusCode);
        using var signedIn = await SignInForwardedAsync(Server, "localhost");
        Assert.DoesNotContain("secure", Assert.Single(signedIn.Headers.GetValues("Set-Cookie")), StringComparison.OrdinalIgnoreCase);
    }

    internal static async Task<HttpResponseMessage> ForwardedAsync(ChatServer server, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = "chat.example" } };
        Forward(request);
        return await server.Http.SendAsync(request);
    }

    internal static async Task<HttpResponseMessage> SignInForwardedAsync(ChatServer server, string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sessions") { Headers = { Host = host } };
        request.Content = JsonContent.Create(new { version = 3, name = server.Owner.Name, password = server.Owner.Password, device = "d", client = "t" });
        Forward(request);
        var answer = await server.Http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
        return answer;
    }

    private static void Forward(HttpRequestMessage request)
    {
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-Host", "chat.example");
    }
}

public sealed class ProxiedServer : ChatServer
{
    protected override string[] Settings => ["--trusted-proxies", "127.0.0.0/8,::1"];
}

public sealed class OtherProxyServer : ChatServer
{
    protected override string[] Settings => ["--trusted-proxies", "10.9.9.9"];
}

/// <summary>A proxy in front, by an HTTP client that stands for it.</summary>
public sealed class ProxyTests(ProxiedServer proxied, OtherProxyServer other) : IClassFixture<ProxiedServer>, IClassFixture<OtherProxyServer>
{
    [Fact]
    public async Task A_declared_proxy_is_believed()
    {
        using var page = await AddressTests.ForwardedAsync(proxied, "/");
        Assert.Equal(200, (int)page.StatusCode);
        using var signedIn = await AddressTests.SignInForwardedAsync(proxied, "chat.example");
        Assert.Contains("secure", Assert.Single(signedIn.Headers.GetValues("Set-Cookie")), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Another_one_is_not()
    {
        using var page = await AddressTests.ForwardedAsync(other, "/");
        Assert.Equal(421, (int)page.StatusCode);
        using var signedIn = await AddressTests.SignInForwardedAsync(other, "localhost");
        Assert.DoesNotContain("secure", Assert.Single(signedIn.Headers.GetValues("Set-Cookie")), StringComparison.OrdinalIgnoreCase);
    }
}
