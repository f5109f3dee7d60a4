using System.Globalization;
using Microsoft.Playwright;

namespace Chatroom.WebBench;

/// <summary>Memory after an hour of chat: two people exchange 3,600 messages, as fast as it goes, with rooms changed now and then.</summary>
internal static class Hour
{
    private const int Messages = 3600;

    public static async Task RunAsync()
    {
        await using var host = await Host.StartAsync();
        var page = await (await host.Browser.NewContextAsync()).NewPageAsync();
        var other = await (await host.Browser.NewContextAsync()).NewPageAsync();
        await host.SignInAsync(page, "Ada", register: true);
        await host.SignInAsync(other, "Ben", register: true);
        await TellAsync(page, "at the start");
        for (var sent = 0; sent < Messages; sent += 600)
        {
            await Task.WhenAll(SendAsync(page, 300), SendAsync(other, 300));
            await TellAsync(page, $"after {sent + 600} messages");
        }
    }

    private static Task SendAsync(IPage page, int count) => page.EvaluateAsync("""
        async count => {
          const field = document.getElementById('composer');
          for (let i = 0; i < count; i++) {
            field.value = `message ${i} of some length, as people write them, with a link https://example.org/${i}`;
            field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
            while (document.querySelector('[data-state=sending]')) await new Promise(done => setTimeout(done, 5));
          }
        }
        """, count);

    private static async Task TellAsync(IPage page, string when)
    {
        var cdp = await page.Context.NewCDPSessionAsync(page);
        await cdp.SendAsync("HeapProfiler.collectGarbage");
        var script = await page.EvaluateAsync<double>("() => performance.memory.usedJSHeapSize / 1048576");
        var wasm = await page.EvaluateAsync<double>("() => globalThis.getDotnetRuntime(0).Module.HEAPU8.length / 1048576");
        var nodes = await page.EvaluateAsync<int>("() => document.getElementsByTagName('*').length");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{when}: script heap {script:0.0} MiB, .NET {wasm:0.0} MiB, {nodes} elements"));
    }
}
