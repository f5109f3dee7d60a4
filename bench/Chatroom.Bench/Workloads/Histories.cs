using System.Diagnostics;
using System.Globalization;
using Chatroom.Bench.Contenders;
using Chatroom.Bench.Load;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Bench.Workloads;

/// <summary>W7: the same questions to a room with few messages and to one with many. To open and to page should make no difference; a search has more to go through.</summary>
internal static class Histories
{
    private const int Page = 50;

    public static IEnumerable<Workload> All(Options options)
    {
        var (few, many) = options.Quick ? (1000, 20_000) : (10_000, 1_000_000);
        return [new("w7", $"W7: open a room, page back and search, {Number(many)} messages against {Number(few)}", [Of(many), Of(few)], RunAsync)];
    }

    private static string Number(int messages) => messages.ToString("N0", CultureInfo.InvariantCulture);

    // The folder is made in the first round and stays for the others.
    private static Func<Contender> Of(int messages) => () => new ChatroomContender(label: $"{Number(messages)} messages") { Fill = new Fill(messages, Keep: true) };

    private static async Task<Figures> RunAsync(Contender contender, Options options)
    {
        var chatroom = (ChatroomContender)contender;
        await chatroom.StartAsync(Town.Of(1, 10));
        await using var link = await chatroom.SignInAsync(3, 256 * 1024);
        var head = (long)chatroom.Fill!.Messages;
        var back = head;
        var asks = new Asks(chatroom, link, head);
        var time = options.Time;
        await asks.RepeatAsync(options.WarmUp, () => Random.Shared.NextInt64(Page + 1, head));
        var cpu = chatroom.Server.Cpu();
        var figures = new Figures();
        var asked = 0;
        foreach (var (name, before) in new (string, Func<long?>)[]
        {
            ("open", () => null),
            ("page back", () => back = back <= 2 * Page || head - back >= 100 * Page ? head : back - Page),
            ("in the middle", () => Random.Shared.NextInt64(Page + 1, head)),
        })
        {
            var took = await asks.RepeatAsync(time, before);
            asked += took.Count;
            figures.Add($"{name}: p50", "ms", took[took.Count / 2], compared: true);
            figures.Add($"{name}: p99", "ms", took[took.Count * 99 / 100]);
        }

        var paged = chatroom.Server.Cpu();
        figures.Add("CPU/page", "µs", (paged - cpu).Total.TotalMicroseconds / asked);
        foreach (var (name, text, finds) in new (string, Func<string>, bool)[]
        {
            ("find one message", () => Prefill.Word(Random.Shared.NextInt64(1, head + 1)), true),
            ("find a word of all", () => "brown fox", true),
            ("find nothing", () => "nobody said this", false),
        })
        {
            var took = await asks.SearchAsync(time, text, finds);
            figures.Add($"{name}: p50", "ms", took[took.Count / 2], compared: true);
            figures.Add($"{name}: p99", "ms", took[took.Count * 99 / 100]);
        }

        figures.Add("database", "MiB", new DirectoryInfo(chatroom.Data).EnumerateFiles("chatroom.db*").Sum(file => file.Length) / 1048576.0);
        return figures;
    }

    private sealed class Asks(ChatroomContender chatroom, Link link, long head)
    {
        // An id that requests of signing in do not come near.
        private uint ids = 1u << 30;

        /// <returns>Milliseconds each page took, sorted: exactly, for a few percent are what is asked about.</returns>
        public async Task<IReadOnlyList<double>> RepeatAsync(TimeSpan time, Func<long?> before)
        {
            var (took, clock) = (new List<double>(), Stopwatch.StartNew());
            while (clock.Elapsed < time || took.Count == 0)
            {
                var seq = before();
                var request = WireJson.Frame(Code.GetAllChatHistory, ++ids, new HistoryRequest { Room = chatroom.RoomId(0), Before = seq, Limit = Page });
                var asked = Stopwatch.GetTimestamp();
                var bytes = await chatroom.AskForBytesAsync(link, request, ids);
                took.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
                Check(WireJson.Read<HistoryPage>(bytes.Span), seq ?? head + 1);
            }

            took.Sort();
            return took;
        }

        /// <returns>Milliseconds until the first hits were there, or it was known that there are none, sorted.</returns>
        public async Task<IReadOnlyList<double>> SearchAsync(TimeSpan time, Func<string> text, bool finds)
        {
            var (took, clock) = (new List<double>(), Stopwatch.StartNew());
            while (clock.Elapsed < time || took.Count == 0)
            {
                var request = new SearchRequest { Text = text(), In = [new SearchPlace { Room = chatroom.RoomId(0) }] };
                var asked = Stopwatch.GetTimestamp();
                SearchPage page;
                do
                {
                    var bytes = await chatroom.AskForBytesAsync(link, WireJson.Frame(Code.Search, ++ids, request), ids);
                    page = WireJson.Read<SearchPage>(bytes.Span);
                    request = request with { In = page.More };
                }
                while (page.Hits.Count == 0 && page.More is not null);
                took.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
                if (page.Hits.Count > 0 != finds)
                {
                    throw new BenchException($"Looked for {request.Text} and found {page.Hits.Count}.");
                }
            }

            took.Sort();
            return took;
        }

        private static void Check(HistoryPage page, long before)
        {
            if (page.Entries.Count != Page || page.Entries[^1].Seq != before - 1 || page.Entries[0].Text is null)
            {
                throw new BenchException($"Asked for {Page} entries before {before} and got {page.Entries.Count}, the last of them {page.Entries.LastOrDefault()?.Seq}.");
            }
        }
    }
}
