using System.Net.Security;
using System.Net.Sockets;
using Chatroom.Faults.Judging;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.SlowConsumer;

/// <summary>Who stops reading is closed; nobody else notices, the server's memory is bounded, and what was missed comes at the next sign-in.</summary>
public sealed class SlowConsumerTests(ITestOutputHelper output)
{
    private const int Stalled = 10;
    private const int TextBytes = 8 * 1024;
    private const int Messages = 12_000;
    private const long OutboxKib = 1024;

    /// <summary>
    /// What one connection may hold: its outbox, TLS records and pipes (measured: under 300 KiB).
    /// </summary>
    private const long ConnectionKib = OutboxKib + 512;

    /// <summary>For what the same flood takes when everyone reads: garbage not yet collected, caches, SQLite's pages.</summary>
    private const long FloodKib = 128 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Connections_that_stop_reading_are_closed_without_harm_to_others_and_resume_without_a_gap()
    {
        var ledger = new Ledger();
        await using var server = new ServerProcess();
        server.Settings["CHATROOM_OUTBOX_BYTES"] = $"{OutboxKib}K";
        await server.StartAsync();
        await using var address = server.Address();
        await using var people = new Cleanup();
        var (room, head) = ("", 0L);
        var slow = new List<Participant>();
        var readers = new List<Participant>();
        for (var i = 0; i < Stalled + 3; i++)
        {
            await using var person = await People.RegisterAsync(address, $"person{i}");
            room = person.Lobby;
            var lags = i < Stalled;
            var flood = i == Stalled ? new Sender(ledger, person.Id, [room], window: 32, TextBytes) : null;
            var one = new Participant(server, ledger, lags ? OpenNarrowAsync : i % 2 == 0 ? NativeChannel.OpenAsync : WebSocketChannel.OpenAsync, person.Name, person.Token, person.Id)
            {
                MayBeClosed = lags,
                Sender = flood,
            };
            people.Add(one);
            (lags ? slow : readers).Add(one);
            head = (await person.HistoryAsync(room, limit: 1)).Number("head");
        }

        foreach (var one in slow.Concat(readers.Where(one => one.Sender is null)))
        {
            one.Start([(room, head)]);
        }

        await ledger.UntilAsync(_ => slow.All(one => one.Connections == 1), "everyone was there", Patience);
        slow.ForEach(one => one.Stall());
        server.ForgetPeak();
        var before = server.MemoryKib("VmRSS");
        var flooder = readers.Single(one => one.Sender is not null);
        flooder.Sender!.Allow(Messages);
        flooder.Start([(room, head)]);
        await ledger.UntilAsync(_ => ledger.LastSeen(flooder.Name, room) == head + Messages, "the flood was over", Patience);
        await ledger.UntilAsync(_ => readers.All(one => ledger.LastSeen(one.Name, room) == head + Messages), "the others had seen all of it", Patience);
        var grown = server.MemoryKib("VmHWM") - before;

        output.WriteLine($"{Messages} messages of {TextBytes} bytes; {before} KiB before, at most {grown} KiB more; the slow had seen up to {string.Join(", ", slow.Select(one => ledger.LastSeen(one.Name, room)))}");
        Assert.All(readers, one => Assert.Equal(1, one.Connections));
        Assert.All(slow, one => Assert.True(ledger.LastSeen(one.Name, room) < head + Messages));
        Assert.True(grown < (Stalled * ConnectionKib) + FloodKib, $"The server grew by {grown} KiB.");

        slow.ForEach(one => one.Resume());
        await ledger.UntilAsync(_ => slow.All(one => ledger.LastSeen(one.Name, room) == head + Messages), "the slow had caught up", Patience);
        output.WriteLine($"Connections of the slow: {string.Join(", ", slow.Select(one => one.Connections))}; reasons of the end: {string.Join(", ", slow.Select(one => string.Join('+', one.Byes)))}");
        Assert.All(slow, one => Assert.True(one.Connections > 1, $"{one.Name} was never closed."));
        Assert.All(slow.SelectMany(one => one.Byes), reason => Assert.Equal(Wire.SlowConsumer, reason));
        Assert.Equal([], Judge.Problems(ledger.Books()));
        await people.DisposeAsync();
        await server.StopAsync();
        Assert.Empty(server.Errors);
    }

    // A small window of its own: else the system would take megabytes before the server feels anything.
    private static async Task<IChannel> OpenNarrowAsync(ServerUnderTest server)
    {
        var socket = new TcpClient { NoDelay = true, ReceiveBufferSize = 16 * 1024 };
        await socket.ConnectAsync(server.Host, server.Port);
        var stream = new SslStream(socket.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = server.Host,
            ApplicationProtocols = [new SslApplicationProtocol("chatroom/3")],
            RemoteCertificateValidationCallback = server.Trusts,
        });
        return new NativeChannel(socket, stream);
    }

    private sealed class Cleanup : IAsyncDisposable
    {
        private readonly List<IAsyncDisposable> all = [];

        public void Add(IAsyncDisposable one) => all.Add(one);

        public async ValueTask DisposeAsync()
        {
            foreach (var one in all)
            {
                await one.DisposeAsync();
            }

            all.Clear();
        }
    }
}
