using Microsoft.Playwright;

namespace Chatroom.WebBench;

/// <summary>The pictures of README: real pages, with people who talk in them.</summary>
internal static class Pictures
{
    public static async Task RunAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        await using var host = await Host.StartAsync("Harbour");
        var linus = await OpenAsync(host, "Linus", new());
        var ada = await OpenAsync(host, "Ada Lovelace", new());
        var grace = await OpenAsync(host, "Grace Hopper", new());
        var lin = await OpenAsync(host, "林小雨", new() { Locale = "zh-CN", ColorScheme = ColorScheme.Dark });
        var phone = await OpenAsync(host, "María José", new() { ViewportSize = new ViewportSize { Width = 390, Height = 844 }, HasTouch = true, DeviceScaleFactor = 2 });
        await CreateGroupAsync(linus, "development", "Releases, reviews and reconnect bugs");
        foreach (var page in (IPage[])[ada, lin, grace, phone])
        {
            await JoinAsync(page, "development");
        }

        await CreateGroupAsync(lin, "随便聊聊", "什么都可以说");
        await GoAsync(lin, "development");
        await SayAsync(grace, "Can someone review the reconnect patch? It resumes from the last seen id instead of re-downloading history.");
        await SayAsync(grace, "Branch is `resume-after`, about 120 lines.");
        await SayAsync(linus, "On it 👀");
        await SayAsync(linus, "Looks right to me. p99 went from 41 ms to 9 ms on the same two cores 🚀");
        await ReactAsync(ada, "Looks right to me", "👍");
        await ReactAsync(grace, "Looks right to me", "👍");
        await ReactAsync(lin, "Looks right to me", "🎉");
        await SayAsync(lin, "早上好！昨天的发布很顺利，谢谢大家 🙏 ☕");
        await SayAsync(ada, "@Linus can you merge before lunch? 👨‍👩‍👧‍👦 🇨🇳 👍🏽");
        await SayAsync(ada, "The nightly build is green again 🎉");
        await SayAsync(phone, "Reading along from the train.");
        await Task.WhenAll(new[] { linus, lin, phone }.Select(page => page.WaitForSelectorAsync("text=Reading along")));
        foreach (var page in (IPage[])[linus, lin, phone])
        {
            while (await page.QuerySelectorAsync(".toast .icon-button") is { } close)
            {
                await close.ClickAsync();
            }

            await page.Mouse.MoveAsync(0, 0); // Off the row that was below.
        }

        await ShootAsync(linus, Path.Combine(folder, "page-light.png"));
        await ShootAsync(lin, Path.Combine(folder, "page-dark-zh.png"));
        await ShootAsync(phone, Path.Combine(folder, "page-phone.png"));
    }

    private static async Task<IPage> OpenAsync(Host host, string name, BrowserNewContextOptions options)
    {
        options.ViewportSize ??= new ViewportSize { Width = 1360, Height = 820 };
        var page = await (await host.Browser.NewContextAsync(options)).NewPageAsync();
        await page.AddInitScriptAsync("localStorage.setItem('asked-notifications', 'yes')");
        await host.SignInAsync(page, name, register: true);
        return page;
    }

    private static async Task CreateGroupAsync(IPage page, string name, string topic)
    {
        await page.ClickAsync("#new-room");
        await page.ClickAsync("#popover [role=menuitem] >> nth=0");
        await page.FillAsync("#group-name", name);
        await page.FillAsync("#group-topic", topic);
        await page.ClickAsync("dialog button[type=submit]");
        await page.WaitForSelectorAsync($".room-title:has-text('{name}')");
    }

    private static async Task JoinAsync(IPage page, string name)
    {
        if (await page.IsVisibleAsync(".room-head .only-narrow"))
        {
            await page.ClickAsync(".room-head .only-narrow");
        }

        await page.ClickAsync("#new-room");
        await page.ClickAsync("#popover [role=menuitem] >> nth=1");
        await page.ClickAsync($"dialog .list-row:has-text('{name}') button");
        await page.WaitForSelectorAsync($".room-title:has-text('{name}')");
    }

    private static Task GoAsync(IPage page, string name) => page.ClickAsync($".nav-row[data-room]:has-text('{name}')");

    private static async Task SayAsync(IPage page, string text)
    {
        await page.FillAsync("#composer", text);
        await page.PressAsync("#composer", "Enter");
        await page.WaitForSelectorAsync("[data-state=sending]", new PageWaitForSelectorOptions { State = WaitForSelectorState.Detached });
    }

    private static async Task ReactAsync(IPage page, string text, string emoji)
    {
        await page.HoverAsync($"article.row:has-text('{text}')");
        await page.ClickAsync($".actions button:has-text('{emoji}')");
    }

    private static Task ShootAsync(IPage page, string path) => page.ScreenshotAsync(new PageScreenshotOptions { Path = path });
}
