using System.Net.Security;
using System.Net.Sockets;
using Chatroom.Faults.Judging;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.SlowConsumer;

/// <summary>Who stops reading is closed; nobody else notices, the server's memory is bounded, and what was missed comes at the next sign-in.</summary>
public sealed class SlowConsumerTests(ITestOutputHelper output)
{
    private const int Stalled = 5;
    private const int TextBytes = 16_000;
    private const int Messages = 5_000;
    private const int WarmUp = 1_500;
    private const long OutboxKib = 1024;

    /// <summary>What one connection may hold: its outbox, and TLS records and pipes on the way to the system.</summary>
    private const long ConnectionKib = OutboxKib + 512;

    /// <summary>For the flood itself: garbage not yet collected, frames on their way to those who read. Less than the flood's 80 MB of text.</summary>
    private const long FloodKib = 72 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Connections_that_stop_reading_are_closed_without_harm_to_others_and_resume_without_a_gap()
    {
        var ledger = new Ledger();
        await using var server = new ServerProcess();
        server.Settings["CHATROOM_OUTBOX_BYTES"] = $"{OutboxKib}K";
        server.Settings["DOTNET_GCgen0size"] = "400000"; // Hexadecimal bytes: garbage is collected often, so that the peak shows what is held.
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
            var flood = i is Stalled or Stalled + 1 ? new Sender(ledger, person.Id, [room], window: 32, TextBytes) : null;
            var one = new Participant(server, ledger, lags ? OpenNarrowAsync : i % 2 == 0 ? NativeChannel.OpenAsync : WebSocketChannel.OpenAsync, person.Name, person.Token, person.Id)
            {
                MayBeClosed = lags,
                Sender = flood,
            };
            people.Add(one);
            (lags ? slow : readers).Add(one);
            head = (await person.HistoryAsync(room, limit: 1)).Number("head");
        }

        // The first flood, which everyone reads, is for what grows once: compiled code, pools, SQLite's pages.
        var flooder = readers[1];
        readers[0].Sender!.Allow(WarmUp);
        foreach (var one in slow.Concat(readers).Where(one => one != flooder))
        {
            one.Start([(room, head)]);
        }

        head += WarmUp;
        await ledger.UntilAsync(_ => slow.Concat(readers).Where(one => one != flooder).All(one => ledger.LastSeen(one.Name, room) == head), "everyone had seen the first flood", Patience);
        slow.ForEach(one => one.Stall());
        server.ForgetPeak();
        var before = server.MemoryKib("VmRSS");
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
        Assert.Equal([], Judge.Problems(ledger.Books()));
        await people.DisposeAsync();
        await server.StopAsync();
        server.MustHaveNoErrors();
    }

    [Theory]
    [InlineData(ChannelKind.Native)]
    [InlineData(ChannelKind.WebSocket)]
    public async Task A_connection_that_reads_again_soon_is_told_why_it_ends(ChannelKind kind)
    {
        var ledger = new Ledger();
        await using var server = new ServerProcess();
        server.Settings["CHATROOM_OUTBOX_BYTES"] = $"{OutboxKib}K";
        await server.StartAsync();
        await using var address = server.Address();
        await using var witness = await People.RegisterAsync(address, "witness");
        await using var person = await People.RegisterAsync(address, "slow");
        await using var flooder = await People.RegisterAsync(address, "flooder");
        await witness.SeeOffAsync(person);
        var (room, head) = (witness.Lobby, (await witness.HistoryAsync(witness.Lobby, limit: 1)).Number("head"));
        await using var slow = new Participant(server, ledger, kind == ChannelKind.Native ? OpenNarrowAsync : WebSocketChannel.OpenAsync, "slow", person.Token, person.Id) { MayBeClosed = true };
        slow.Start([(room, head)]);
        await ledger.UntilAsync(_ => slow.Connections == 1, "the slow one was there", Patience);
        await witness.WaitAsync(_ => Notices(witness, Wire.LoginUsername, person) == 2, "the second coming");
        slow.Stall();

        // The others are told that it has gone when its connection is given up: then there is still a moment to read the reason.
        var text = new string('x', TextBytes);
        var sent = 0;
        while (Notices(witness, Wire.LogoutInfo, person) < 2)
        {
            var burst = new List<uint>();
            for (var i = 0; i < 8; i++)
            {
                burst.Add(await flooder.SendAsync(Wire.SendMessage, new { room, text, clientId = Unique.ClientId() }));
            }

            foreach (var request in burst)
            {
                Assert.Equal(Wire.SendMessageAll, (await flooder.ReplyAsync(request)).Code);
            }

            sent += burst.Count;
            Assert.True(sent < Messages, "The slow connection was never given up.");
        }

        slow.Resume();
        await ledger.UntilAsync(_ => slow.Connections > 1 && ledger.LastSeen("slow", room) == head + sent, "the slow one had caught up", Patience);
        output.WriteLine($"Given up after at most {sent} messages of {TextBytes} bytes.");
        Assert.Equal([Wire.SlowConsumer], slow.Byes);
        Assert.Empty(ledger.Books().Complaints);
    }

    private static int Notices(RawClient witness, int code, RawClient of) =>
        witness.Frames.Count(frame => frame.Code == code && frame.Body.List("accounts").Any(one => one.Text("id") == of.Id));

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
