using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;

namespace Chatroom.WebBench;

/// <summary>How fast the page feels: cold (an empty browser) and warm (reloaded), unthrottled and with a fourth of the processor.</summary>
internal static class Measure
{
    // A room to scroll in.
    private const int Messages = 5000;

    public static async Task RunAsync(int rounds)
    {
        await using var host = await Host.StartAsync();
        await FillAsync(host);
        Console.WriteLine($"median of {rounds} [all]");
        foreach (var throttle in (int[])[1, 4])
        {
            var figures = new Figures();
            for (var round = 0; round < rounds; round++)
            {
                await RoundAsync(host, throttle, figures);
            }

            Console.WriteLine($"\nprocessor ÷ {throttle}");
            figures.Print();
        }
    }

    // Someone with a full lobby; the messages are sent as the page itself sends them.
    private static async Task FillAsync(Host host)
    {
        var page = await (await host.Browser.NewContextAsync()).NewPageAsync();
        await host.SignInAsync(page, "Filler", register: true);
        await page.EvaluateAsync("""
            async count => {
              const field = document.getElementById('composer');
              for (let i = 0; i < count; i++) {
                field.value = `message ${i}: ${'lorem ipsum dolor sit amet '.repeat(i % 7)}`;
                field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
                while (document.querySelectorAll('[data-state=sending]').length > 20) await new Promise(done => setTimeout(done, 5));
              }
              while (document.querySelector('[data-state=sending]')) await new Promise(done => setTimeout(done, 20));
            }
            """, Messages);
        await page.Context.CloseAsync();
    }

    private static async Task RoundAsync(Host host, int throttle, Figures figures)
    {
        await using var context = await host.Browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1360, Height = 820 } });
        var page = await context.NewPageAsync();
        var cdp = await context.NewCDPSessionAsync(page);
        await cdp.SendAsync("Network.enable");
        await cdp.SendAsync("Emulation.setCPUThrottlingRate", new Dictionary<string, object> { ["rate"] = throttle });
        var (bytes, fonts, counting) = (0.0, 0.0, true);
        var addresses = new Dictionary<string, string>();
        cdp.Event("Network.responseReceived").OnEvent += (_, e) => addresses[e!.Value.GetProperty("requestId").GetString()!] = e.Value.GetProperty("response").GetProperty("url").GetString()!;
        cdp.Event("Network.loadingFinished").OnEvent += (_, e) =>
        {
            if (counting)
            {
                var length = e!.Value.GetProperty("encodedDataLength").GetDouble();
                bytes += length;
                fonts += addresses.GetValueOrDefault(e.Value.GetProperty("requestId").GetString()!, "").EndsWith(".woff2", StringComparison.Ordinal) ? length : 0;
            }
        };

        await host.SignInAsync(page, "Filler", register: false);
        counting = false;
        figures.Add("sign-in form painted, cold, ms", await PaintAsync(page));
        figures.Add("timeline, cold, ms from navigation (typing included)", await MarkAsync(page, "chatroom-ready"));
        figures.Add("bytes to the first timeline, cold, KiB", bytes / 1024);
        figures.Add("… of them fonts, KiB", fonts / 1024);

        // The last view is kept within some seconds.
        await page.WaitForFunctionAsync("() => document.documentElement.dataset.worker");
        await page.WaitForTimeoutAsync(6000);
        await page.ReloadAsync();
        await page.WaitForSelectorAsync("html[data-phase=ready]", new PageWaitForSelectorOptions { State = WaitForSelectorState.Attached, Timeout = 120_000 });
        figures.Add("last view shown, warm, ms", await PaintAsync(page));
        figures.Add("timeline, warm, ms", await MarkAsync(page, "chatroom-ready"));
        await page.WaitForSelectorAsync(".connection[data-state=connected]");
        await KeysAsync(page, figures);
        await SendsAsync(page, figures);
        await ScrollAsync(page, figures);
    }

    private static Task<double> PaintAsync(IPage page) => page.EvaluateAsync<double>("() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1");

    private static Task<double> MarkAsync(IPage page, string name) => page.EvaluateAsync<double>("name => performance.getEntriesByName(name)[0].startTime", name);

    // From the key to the frame in which its letter is drawn.
    private static async Task KeysAsync(IPage page, Figures figures)
    {
        await page.ClickAsync("#composer");
        await page.EvaluateAsync("""
            () => {
              window.keys = [];
              document.getElementById('composer').addEventListener('input', event => {
                const began = event.timeStamp;
                requestAnimationFrame(() => setTimeout(() => window.keys.push(performance.now() - began), 0));
              });
            }
            """);
        await page.Keyboard.TypeAsync("The quick brown fox jumps over it.", new KeyboardTypeOptions { Delay = 40 });
        await page.WaitForFunctionAsync("() => window.keys.length >= 30");
        figures.AddSpread("key stroke to glyph", (await page.EvaluateAsync<double[]>("() => window.keys"))!);
        await page.EvaluateAsync("() => { document.getElementById('composer').value = ''; }");
    }

    // From Enter to the person's own row in the document.
    private static async Task SendsAsync(IPage page, Figures figures) => figures.AddSpread("Enter to own row", (await page.EvaluateAsync<double[]>("""
        async () => {
          const field = document.getElementById('composer'), times = [];
          for (let i = 0; i < 50; i++) {
            const text = `sent ${Math.random()}`;
            field.focus();
            field.value = text;
            const began = performance.now();
            const seen = new Promise(resolve => {
              const watch = new MutationObserver(() => {
                const last = document.querySelector('.row.own[data-client]:last-of-type .text');
                if (last?.textContent === text) {
                  watch.disconnect();
                  resolve(performance.now());
                }
              });
              watch.observe(document.querySelector('.rows'), { childList: true, subtree: true, characterData: true });
            });
            field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
            times.push(await seen - began);
            await new Promise(resolve => setTimeout(resolve, 150));
          }
          return times;
        }
        """))!);

    // Up through the whole room, a third of the window in each frame: frames above 20 ms are dropped ones, and a frame without a row in view is blank.
    private static async Task ScrollAsync(IPage page, Figures figures)
    {
        var result = (await page.EvaluateAsync<JsonElement>("""
            async () => {
              const scroller = document.getElementById('timeline'), view = scroller.getBoundingClientRect();
              let frames = 0, dropped = 0, blank = 0, most = 0, last = performance.now(), still = 0;
              while (still < 90 && frames < 6000) {
                await new Promise(requestAnimationFrame);
                const now = performance.now();
                frames++;
                if (now - last > 20) dropped++;
                last = now;
                const row = document.elementFromPoint(view.left + 200, view.top + view.height / 2)?.closest('.rows');
                if (!row) blank++;
                most = Math.max(most, document.querySelectorAll('[data-seq]').length);
                const before = scroller.scrollTop;
                scroller.scrollTop -= view.height / 3;
                still = scroller.scrollTop === before ? still + 1 : 0;
              }
              return { frames, dropped, blank, most, first: Number(document.querySelector('[data-seq]').dataset.seq) };
            }
            """));
        figures.Add("scroll: frames", result.GetProperty("frames").GetDouble());
        figures.Add("scroll: dropped (> 20 ms)", result.GetProperty("dropped").GetDouble());
        figures.Add("scroll: blank", result.GetProperty("blank").GetDouble());
        figures.Add("scroll: rows in the document at most", result.GetProperty("most").GetDouble());
        figures.Add("scroll: first seq reached", result.GetProperty("first").GetDouble());
    }

    private sealed class Figures
    {
        private readonly Dictionary<string, List<double>> _values = [];

        public void Add(string name, double value)
        {
            if (!_values.TryGetValue(name, out var list))
            {
                _values.Add(name, list = []);
            }

            list.Add(value);
        }

        public void AddSpread(string name, double[] values)
        {
            Array.Sort(values);
            Add(name + ", p50, ms", values[values.Length / 2]);
            Add(name + ", p95, ms", values[(int)(values.Length * 0.95)]);
        }

        public void Print()
        {
            foreach (var (name, values) in _values)
            {
                var sorted = values.Order().ToArray();
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"| {name} | {sorted[sorted.Length / 2]:0.#} | {string.Join(" ", values.Select(value => value.ToString("0.#", CultureInfo.InvariantCulture)))} |"));
            }
        }
    }
}
