using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Chatroom.WebTests.Suites;

/// <summary>The page as an app: what a browser needs to install it, and what it shows without a connection.</summary>
public sealed class InstallTests(Browsers browsers, ChatServer server) : WebTest(browsers, server), IClassFixture<ChatServer>
{
    private static readonly Style WithWorker = new() { Worker = true };

    [Fact]
    public async Task The_manifest_names_icons_that_are_there_and_a_start_in_its_scope()
    {
        using var answer = await Server.Http.GetAsync("/manifest.webmanifest");
        Assert.Equal("application/manifest+json", answer.Content.Headers.ContentType!.MediaType);
        var manifest = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal("standalone", (string?)manifest["display"]);
        Assert.StartsWith((string)manifest["scope"]!, (string)manifest["start_url"]!);
        var icons = manifest["icons"]!.AsArray();
        Assert.Contains(icons, icon => (string?)icon!["sizes"] == "192x192");
        Assert.Contains(icons, icon => (string?)icon!["sizes"] == "512x512");
        Assert.Contains(icons, icon => (string?)icon!["purpose"] == "maskable");
        foreach (var icon in icons)
        {
            using var picture = await Server.Http.GetAsync((string)icon!["src"]!);
            Assert.Equal((string?)icon["type"], picture.Content.Headers.ContentType!.MediaType);
            var bytes = await picture.Content.ReadAsByteArrayAsync();
            var width = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16)); // Of the PNG header.
            Assert.Equal((string?)icon["sizes"], $"{width}x{width}");
        }
    }

    [Fact]
    public async Task On_this_computer_a_service_worker_is_registered_and_the_settings_say_it_can_be_installed()
    {
        var ann = await JoinAsync("Ann", WithWorker);
        await KeptAsync(ann);
        await ann.ChooseAsync("#account-button", "Settings");
        await Expect(ann.Dialog).ToContainTextAsync("This page can be installed as an app");
        var cdp = await ann.Context.NewCDPSessionAsync(ann.Page);
        var errors = await cdp.SendAsync("Page.getInstallabilityErrors");
        Assert.DoesNotContain("manifest", errors!.Value.GetProperty("installabilityErrors").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_connection_the_page_opens_says_that_it_reconnects_and_does()
    {
        var ann = (await JoinAsync("Ann", WithWorker)).TolerateCuts().Tolerate("server cannot be reached|could not be fetched");
        await ann.SaidAsync("said on line");
        await KeptAsync(ann);
        ann.Net.Cut();
        await ann.Page.ReloadAsync();
        await Expect(ann.Page.Locator("#welcome")).ToBeHiddenAsync();
        await Expect(ann.Page.Locator(".sidebar").First).ToBeVisibleAsync();
        await Expect(ann.Page.Locator(".connection").First).ToHaveTextAsync(new Regex("Reconnecting…|Connecting…"));
        ann.Net.Open();
        await ann.ReadyAsync();
        await ann.SeesAsync("said on line");
        await ann.SaidAsync("and on line again");
    }

    [Fact]
    public async Task Without_a_connection_the_last_view_is_there_to_be_read()
    {
        var ann = (await JoinAsync("Ann", WithWorker)).TolerateCuts().Tolerate("server cannot be reached|could not be fetched");
        await ann.SaidAsync("to be read later");
        await KeptAsync(ann);
        await ann.LookAwayAsync(); // Then, if not before, the view is kept.
        await Until.TrueAsync(async () => (await ann.ViewAsync()).Contains("to be read later", StringComparison.Ordinal), "the kept view");
        ann.Net.Cut();
        await ann.Page.ReloadAsync();
        await Expect(ann.Page.Locator("article.row", new() { HasText = "to be read later" }).First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_worker_keeps_nothing_of_conversations_and_files()
    {
        var ann = await JoinAsync("Ann", WithWorker);
        await ann.CreateGroupAsync("seen");
        await ann.SendFilesAsync(Samples.Png("seen.png"));
        await Expect(ann.Page.Locator(".preview img")).ToBeVisibleAsync();
        await KeptAsync(ann);
        await ann.Page.ReloadAsync();
        await ann.ReadyAsync();
        await Expect(ann.Page.Locator(".preview img")).ToBeVisibleAsync();
        var kept = await ann.Page.EvaluateAsync<string[]>("""
            async () => (await Promise.all((await caches.keys()).map(async name => (await (await caches.open(name)).keys()).map(request => new URL(request.url).pathname)))).flat()
            """);
        Assert.Contains(kept, path => path.Contains("/_framework/", StringComparison.Ordinal));
        Assert.DoesNotContain(kept, path => Regex.IsMatch(path, "^/a/|^/files|^/server|^/sessions|/ws$"));
    }

    /// <summary>The worker is in charge and has what it takes to open the page.</summary>
    private static async Task KeptAsync(Person person)
    {
        await Expect(person.Page.Locator("html")).ToHaveAttributeAsync("data-worker", "yes");
        await Until.TrueAsync(
            () => person.Page.EvaluateAsync<bool>("""
                async () => {
                    if (!navigator.serviceWorker.controller) return false;
                    const kept = (await Promise.all((await caches.keys()).map(async name => (await caches.open(name)).keys()))).flat().map(request => request.url);
                    const needed = performance.getEntriesByType('resource').map(entry => entry.name).filter(name => /_framework|\/js\/|\/css\/|\/texts\//.test(name));
                    return needed.length > 5 && needed.every(name => kept.includes(name));
                }
                """),
            "all that the page loaded in the worker's cache");
    }
}
