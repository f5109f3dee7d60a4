using Chatroom.Faults.Judging;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.Cut;

/// <summary>
/// The line is cut after each byte of a send, and after each byte of its acknowledgement (bytes of the TLS stream). What the sender does not know it sends
/// again under the same client id, on another connection: there is exactly one copy. Natively each byte in <c>./test</c>; over WebSocket each seventh, and
/// each in the long run.
/// </summary>
public sealed class CutTests(ITestOutputHelper output)
{
    private const int SideBySide = 4;
    private const int AtMost = 3000;

    [Theory]
    [InlineData(ChannelKind.Native, true)]
    [InlineData(ChannelKind.Native, false)]
    [InlineData(ChannelKind.WebSocket, true)]
    [InlineData(ChannelKind.WebSocket, false)]
    public async Task A_send_or_its_acknowledgement_cut_after_any_byte_leaves_exactly_one_copy_after_the_retry(ChannelKind kind, bool isSend)
    {
        var step = kind == ChannelKind.Native || Rounds.IsLong ? 1 : 7;
        var ledger = new Ledger();
        await using var server = new ServerProcess();
        await server.StartAsync();
        await using var address = server.Address();
        await using var observer = await People.RegisterAsync(address, "observer");
        var group = await observer.GroupAsync();
        var head = (await observer.HistoryAsync(group, limit: 1)).Number("head");
        var cutters = new List<Cutter>();
        for (var i = 0; i < SideBySide; i++)
        {
            var retrying = await People.RegisterAsync(address, $"sender{i}");
            await observer.BringAsync(group, retrying);
            head = (await observer.HistoryAsync(group, limit: 1)).Number("head");
            cutters.Add(new Cutter(server, ledger, retrying, kind, group, isSend));
        }

        // Each takes every fourth byte, until one comes through to its end.
        ledger.Watch("observer", group, head);
        var uncut = await Task.WhenAll(cutters.Select((cutter, i) => cutter.RunAsync(i * step, SideBySide * step, AtMost)));
        var cuts = cutters.Sum(cutter => cutter.Cuts);
        output.WriteLine($"{cuts} cuts, of which {cutters.Sum(cutter => cutter.Found)} messages were there before the retry; the last byte is before {uncut.Min()}.");
        Assert.True(cuts >= (uncut.Min() / step) - SideBySide, $"{cuts} cuts in {uncut.Min()} bytes.");

        var last = (await observer.HistoryAsync(group, limit: 1)).Number("head");
        await observer.EntryAsync(group, last);
        foreach (var entry in observer.EntriesOf(group).Where(entry => entry.Number("seq") > head))
        {
            ledger.See("observer", group, Observation.Of(entry));
        }

        Assert.Equal([], Judge.Problems(ledger.Books()));
        Assert.All(Plants.Of(ledger.Books() with { Counts = [new Counted("nobody", group, last, last, 0)] }), plant => Assert.NotEmpty(Judge.Problems(plant.Books)));
        foreach (var cutter in cutters)
        {
            await cutter.DisposeAsync();
        }

        await server.StopAsync();
        server.MustHaveNoErrors();
        var (code, said) = await server.VerifyAsync();
        Assert.True(code == 0, said);
    }

    /// <summary>One person: a connection that is cut for each message, and another on which it is sent again.</summary>
    private sealed class Cutter(ServerProcess server, Ledger ledger, RawClient retrying, ChannelKind kind, string group, bool isSend) : IAsyncDisposable
    {
        private readonly Proxy proxy = new(server.Port);

        public int Cuts { get; private set; }

        public int Found { get; private set; }

        /// <returns>The number of bytes after which nothing was cut any more.</returns>
        public async Task<int> RunAsync(int first, int step, int atMost)
        {
            for (var after = first; after < atMost; after += step)
            {
                if (!await IsCutAsync(after))
                {
                    return after;
                }
            }

            throw new InvalidOperationException($"The line is cut even after {atMost} bytes: more than a message has.");
        }

        public async ValueTask DisposeAsync()
        {
            await retrying.DisposeAsync();
            await proxy.DisposeAsync();
        }

        private async Task<bool> IsCutAsync(int after)
        {
            await using var address = server.Address(port: proxy.Port);
            await using var client = await RawClient.OpenAsync(address, kind);
            await client.LoginAsync(new { version = 3, token = retrying.Token, quiet = true, page = 1 });
            await client.FenceAsync();
            var line = proxy.Last;
            var text = $"cut after {after:0000}";
            var sent = ledger.Send(group, retrying.Id, Unique.ClientId(), text);
            var body = new { room = group, text, clientId = sent.ClientId };
            if (isSend)
            {
                line.CutUp(after, reset: after % 2 == 0);
            }
            else
            {
                line.CutDown(after, reset: after % 2 == 0);
            }

            long seq;
            try
            {
                seq = (await client.AskAsync(Wire.SendMessage, body, Wire.SendMessageAll)).Number("seq");
                ledger.Acknowledge(sent.ClientId, seq);
                Cuts += line.WasCut ? 1 : 0; // The whole acknowledgement was there before the cut.
                return line.WasCut;
            }
            catch (Exception e) when (e is InvalidOperationException or IOException or System.Net.WebSockets.WebSocketException)
            {
                Assert.True(line.WasCut, $"The connection ended without a cut: {e.Message}");
                Cuts++;
            }

            var entry = await retrying.AskAsync(Wire.SendMessage, body, Wire.SendMessageAll);
            Found += entry.Flag("duplicate") ? 1 : 0;
            ledger.Acknowledge(sent.ClientId, entry.Number("seq"));
            return true;
        }
    }
}
