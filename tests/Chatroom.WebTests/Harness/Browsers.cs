namespace Chatroom.WebTests.Harness;

/// <summary>The one Chromium that all tests share; people are contexts in it. Where several are needed (one that is killed, say), a test starts its own.</summary>
public sealed class Browsers : IAsyncLifetime
{
    private static readonly string Executable = Environment.GetEnvironmentVariable("CHATROOM_TEST_CHROMIUM") ?? "/usr/bin/chromium";

    public static IReadOnlyList<string> Arguments { get; } =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        // Sounds are heard by nobody, and a machine for tests has no device.
        "--mute-audio",
    ];

    public IPlaywright Playwright { get; private set; } = null!;

    public IBrowser Chromium { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        SetDefaultExpectTimeout(30_000);
        Playwright = await Microsoft.Playwright.Playwright.CreateAsync();
        Chromium = await Playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable, Args = Arguments });
    }

    public async ValueTask DisposeAsync()
    {
        await Chromium.CloseAsync().OrLeaveAsync();
        Playwright.Dispose();
    }
}

internal static class Closing
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Now and then Chromium never answers that a context is to be closed (Target.disposeBrowserContext; microsoft/playwright issue 5273 is one of several). It then goes with
    /// the browser, at the latest with the driver.
    /// </summary>
    public static async Task OrLeaveAsync(this Task closing)
    {
        if (await Task.WhenAny(closing, Task.Delay(Patience)) == closing)
        {
            await closing;
        }
    }
}
