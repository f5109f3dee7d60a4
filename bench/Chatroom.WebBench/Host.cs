using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Chatroom.WebBench;

/// <summary>The built executable on free ports and a data folder of its own, and a browser.</summary>
internal sealed partial class Host : IAsyncDisposable
{
    private readonly Process _server;
    private readonly DirectoryInfo _folder;
    private readonly IPlaywright _playwright;

    private Host(Process server, DirectoryInfo folder, IPlaywright playwright, IBrowser browser, string address)
    {
        (_server, _folder, _playwright, Browser, Address) = (server, folder, playwright, browser, address);
    }

    public IBrowser Browser { get; }

    /// <summary>Of the page without TLS.</summary>
    public string Address { get; }

    public static async Task<Host> StartAsync(string name = "Chatroom")
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Chatroom.slnx")))
        {
            root = root.Parent ?? throw new InvalidOperationException("Run it inside the repository.");
        }

        var folder = Directory.CreateTempSubdirectory("chatroom-web-");
        var server = Process.Start(new ProcessStartInfo(Path.Combine(root.FullName, "chatroom"))
        {
            ArgumentList =
            {
                "serve", "--data", Path.Combine(folder.FullName, "data"), "--master-key", Path.Combine(folder.FullName, "master.key"), "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0",
                "--limits", "off", "--name", name,
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        server.ErrorDataReceived += (_, _) => { };
        server.BeginErrorReadLine();
        string? address = null;
        while (address is null && await server.StandardOutput.ReadLineAsync() is { } line)
        {
            address = Page().Match(line) is { Success: true } found ? found.Value : null;
        }

        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--enable-precise-memory-info"],
        });
        return new Host(server, folder, playwright, browser, address ?? throw new InvalidOperationException("The server did not start. Build it first: ./run"));
    }

    /// <summary>Registers or signs in a person through the page, and waits for the timeline.</summary>
    public async Task SignInAsync(IPage page, string name, bool register)
    {
        await page.GotoAsync(Address + "/?welcome");
        if (register)
        {
            await page.ClickAsync("#tab-register");
        }

        await page.FillAsync("#name", name);
        await page.FillAsync("#password", "correct horse battery");
        await page.ClickAsync("#submit");
        await page.WaitForSelectorAsync("html[data-phase=ready]", new PageWaitForSelectorOptions { Timeout = 120_000, State = WaitForSelectorState.Attached });
        await page.WaitForSelectorAsync(".connection[data-state=connected]");
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.CloseAsync();
        _playwright.Dispose();
        _server.Kill();
        await _server.WaitForExitAsync();
        _server.Dispose();
        _folder.Delete(recursive: true);
    }

    [GeneratedRegex(@"http://localhost:\d+")]
    private static partial Regex Page();
}
