using System.Globalization;
using System.Text;
using Chatroom.Client;
using Chatroom.Fuzz.Engine;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Fuzz.Targets;

internal sealed class ClientTarget : Target
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public override string Name => "client";

    public override string Promise => "Whatever a server sends, the SDK goes on, or ends the connection and says so: it waits to try again, has failed, or is signed out; it can be disposed.";

    public override IEnumerable<byte[]> Seeds =>
    [
        Lines((Code.LoginSuccess, 1, Welcome()), (Code.Rooms, 1, new RoomList { Rooms = [Samples.Room] }), (Code.History, 1, Page()), (Code.SyncDone, 1, new SyncDone { Revision = 1, Frames = 3 }), (Code.Entry, 0, Samples.Entry with { Seq = 2 })),
        Lines((Code.LoginSuccess, 1, Welcome()), (Code.SyncDone, 1, new SyncDone { Revision = 1, Frames = 1 }), (Code.AccountChanged, 0, Items()), (Code.Bye, 0, new Bye { Reason = 933, Text = "t", ReconnectAfterMs = 100 })),
        Lines((Code.LoginSuccess, 1, Welcome()), (Code.Presence, 1, new PresencePage { Online = [new AccountInfo { Id = "u", Name = "n" }], Total = 1, Friends = ["u"] }), (Code.SyncDone, 1, new SyncDone { Revision = 1, Frames = 2 }),
            (Code.LogoutInfo, 0, new PresenceChange { Accounts = [new AccountInfo { Id = "u" }], Count = 1, Total = 0 }), (Code.TypingNotice, 0, new TypingNotice { Room = "r", Account = "u" })),
        Lines((Code.TooManyRequests, 1, new ErrorBody { Text = "t", RetryAfterMs = 1000 })), Lines((Code.LoginWrongPassword, 1, new ErrorBody { Text = "t" })), Lines((Code.FrameInvalid, 0, new ErrorBody { Text = "t" })),
        Lines((Code.LoginSuccess, 1, Welcome()), (Code.SyncDone, 1, new SyncDone { Revision = 1, Frames = 1 }), (Code.Joined, 0, new RoomJoined { Room = Samples.Room }), (Code.PrivateHistory, 0, new PrivateChat { Room = Samples.Room, Page = Page() })),
    ];

    public override IReadOnlyList<string> Words { get; } =
    [
        "\n101 1 ", "\n102 1 ", "{\"rooms\":null}", "{\"entries\":null}", "\"time\":", "\"reconnectAfterMs\":", "\"retryAfterMs\":", "\"room\":\"r\"", "\"kind\":\"recall\"", "\"kind\":\"edit\"", "\"kind\":\"reaction\"", "\"target\":1",
        "\"amendments\":[", "\"items\":[", "\"kind\":\"position\"", "\"kind\":\"room\"", "\"deleted\":true", "\"gap\":true", "\"full\":true", "9223372036854775807", ":null", "[null]", "\"clientId\":\"c\"", "\"duplicate\":true",
    ];

    public override long Allocates(int length) => (4 << 20) + (4096L * length);

    public override void Run(byte[] input)
    {
        var ended = new ManualResetEventSlim();
        var client = new ChatClient(new ChatClientOptions { Transport = new Scripted(Frames(input)), TimeProvider = new StillClock(), HandlerFailed = error => throw error });
        client.Changed += change =>
        {
            if (change is ConnectionChanged { State.Phase: ConnectionPhase.WaitingToRetry or ConnectionPhase.Failed or ConnectionPhase.SignedOut or ConnectionPhase.Offline })
            {
                ended.Set();
            }
        };
        var signing = client.SignInAsync("ann", "a password");
        var told = ended.Wait(Patience);
        foreach (var room in client.Rooms)
        {
            Promised.That(room.Entries.Count <= room.Log.Count && room.Log.Zip(room.Log.Skip(1)).All(pair => pair.First.Seq <= pair.Second.Seq), "The entries of a room are not in order.");
        }

        Now.Of(client.DisposeAsync().AsTask());
        Promised.That(told, "The connection is gone, and the client neither says so nor tries again.");
        signing.ContinueWith(static done => _ = done.Exception, TaskScheduler.Default).Wait(Patience);
        if (client.Connection.RetryAt is { } at)
        {
            Waits.Check(at - StillClock.Now);
        }
    }

    private static List<Frame> Frames(byte[] input)
    {
        var reader = new Input(input);
        var frames = new List<Frame>();
        while (!reader.Ended && frames.Count < 100)
        {
            var line = reader.LineBytes();
            var words = Encoding.Latin1.GetString(line.AsSpan(0, Math.Min(20, line.Length))).Split(' ', 3);
            if (words.Length == 3 && ushort.TryParse(words[0], CultureInfo.InvariantCulture, out var code) && uint.TryParse(words[1], CultureInfo.InvariantCulture, out var request))
            {
                frames.Add(new Frame((Code)code, request, line.AsMemory(words[0].Length + words[1].Length + 2)));
            }
        }

        return frames;
    }

    private static byte[] Lines(params (Code Code, uint Request, object Body)[] frames) =>
        Encoding.UTF8.GetBytes(string.Join('\n', frames.Select(frame => $"{(ushort)frame.Code} {frame.Request} {Encoding.UTF8.GetString(WireJsonOf(frame.Body))}")));

    private static byte[] WireJsonOf(object body) => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), WireJson.Wire);

    private static LoginSuccess Welcome() => new()
    {
        Account = new AccountInfo { Id = "me", Name = "Ann" },
        Device = "d",
        Token = "t",
        Server = new ServerInfo { Version = 3, Features = [], Program = "p", Time = 1, MaxFileSize = 1, MaxText = 1, HistoryPage = 50 },
        Revision = 1,
        SeenRevision = 0,
        Session = "s",
    };

    private static HistoryPage Page() => new() { Room = "r", Head = 1, Entries = [Samples.Entry], Amendments = [new Amendment { Target = 1, Pinned = true, Reactions = [new ReactionCount { Emoji = "x", Count = 2, By = ["u"] }] }] };

    private static AccountChanged Items() => new()
    {
        Revision = 2,
        Items =
        [
            new AccountItem { Kind = "friend", Key = "u", Revision = 2, Person = new AccountInfo { Id = "u" }, By = "u", Time = 5 }, new AccountItem { Kind = "position", Key = "r", Revision = 2, Position = 1, Unread = 0 },
            new AccountItem { Kind = "room", Key = "r", Revision = 2, Room = Samples.Room }, new AccountItem { Kind = "settings", Key = "", Revision = 2, Accept = "friends" },
        ],
    };

    /// <summary>A server that has said all it has to say, and cuts the connection after that.</summary>
    private sealed class Scripted(List<Frame> frames) : ITransport, IFrameConnection
    {
        private int next;

        public string? CertificateFingerprint => null;

        public Task<IFrameConnection> ConnectAsync(CancellationToken cancellationToken = default) => Task.FromResult<IFrameConnection>(this);

        public ValueTask SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

        public ValueTask<Frame?> ReceiveAsync(CancellationToken cancellationToken = default) =>
            next < frames.Count ? ValueTask.FromResult<Frame?>(frames[next++]) : ValueTask.FromException<Frame?>(new IOException("The connection is cut."));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>A clock that stands still, so that nothing is tried again; it refuses what the system's refuses.</summary>
    private sealed class StillClock : TimeProvider
    {
        public static DateTimeOffset Now { get; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Timer();

        private sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}

internal sealed class RoomTarget : Target
{
    private static readonly string[] Kinds = ["text", "emoji", "edit", "recall", "reaction", "pin", "join", "leave", "rename", "topic", "options", "role", "later"];
    private static readonly string[] People = ["", "a", "b"];

    public override string Name => "rooms";

    public override string Promise => "Entries, pages, states and counts in any order leave a room whose entries ascend, whose unread count is not below 0, and that holds no more than its bound.";

    public override IEnumerable<byte[]> Seeds => [[0, 0, 1, 1, 0, 0, 0, 0, 2, 1, 0, 0], [1, 3, 5, 0, 1, 2, 0], [2, 2, 9, 3, 3, 3, 1, 0, 0, 10, 2, 4, 1, 1], [3, 4, 4, 4, 4, 0, 4, 4, 4], [4, 9, 9, 9, 5, 3, 1]];

    public override int Longest => 600;

    public override long Allocates(int length) => (2 << 20) + (64_000L * length);

    public override void Run(byte[] input)
    {
        var client = new ChatClient(new ChatClientOptions { Transport = new Nobody(), WindowEntries = 20 });
        var room = new RoomView(client, Samples.Room with { Head = 5, Position = 2 });
        var reader = new Input(input);
        while (!reader.Ended)
        {
            switch (reader.Byte() % 7)
            {
                case 0:
                    room.Receive(Entry(reader));
                    break;
                case 1:
                    room.Append(Page(reader));
                    break;
                case 2:
                    room.Prepend(Page(reader), room.FirstHeld);
                    break;
                case 3:
                    room.Replace(Page(reader), reader.Byte() % 2 == 0 ? null : reader.Byte());
                    break;
                case 4:
                    room.Count(reader.Byte(), reader.Byte(), reader.Byte());
                    break;
                case 5:
                    room.Apply(Samples.Room with { Head = reader.Byte(), First = reader.Byte(), Position = reader.Byte(), Unread = reader.Byte() });
                    break;
                default:
                    room.Refresh();
                    break;
            }

            Promised.That(room.Unread >= 0, "The unread count is below 0.");
            Promised.That(room.Log.Zip(room.Log.Skip(1)).All(pair => pair.First.Seq < pair.Second.Seq), "The entries of a room do not ascend.");
            Promised.That(room.Entries.All(row => row.Reactions.All(one => one.Count > 0)), "A reaction is shown that nobody has.");
            Promised.That(room.Entries.All(row => !row.IsRecalled || row.Text is null), "A recalled text is shown.");
        }
    }

    private static Entry Entry(Input reader, long? seq = null)
    {
        var kind = Kinds[reader.Byte() % Kinds.Length];
        var flags = reader.Byte();
        return new Entry
        {
            Room = "r",
            Seq = seq ?? reader.Byte(),
            Kind = kind,
            Sender = People[flags % 3],
            Time = 1,
            Text = kind is "text" or "edit" or "rename" or "topic" ? "x" : null,
            Emoji = kind is "reaction" or "emoji" ? "e" : null,
            Target = kind is "edit" or "recall" or "reaction" or "pin" ? reader.Byte() : null,
            TargetSender = People[(flags >> 2) % 3],
            On = (flags & 16) == 0 ? null : (flags & 32) != 0,
            Counts = (flags & 64) != 0,
            Recalled = (flags & 128) != 0 ? true : null,
        };
    }

    // A page of a server: ascending, each place once.
    private static HistoryPage Page(Input reader)
    {
        var (seq, count, flags) = ((long)reader.Byte(), reader.Byte() % 6, reader.Byte());
        var entries = new List<Entry>();
        for (var i = 0; i < count; i++)
        {
            entries.Add(Entry(reader, seq += 1 + (i % 3)));
        }

        return new HistoryPage
        {
            Room = "r",
            Entries = entries,
            Head = seq + (flags % 4),
            Before = (flags & 4) != 0,
            After = (flags & 8) != 0 ? true : null,
            Amendments = (flags & 16) == 0 ? null : [new Amendment { Target = reader.Byte(), Pinned = true, Edit = (flags & 32) == 0 ? null : Entry(reader), Reactions = [new ReactionCount { Emoji = "e", Count = reader.Byte() % 3, By = ["a"] }] }],
        };
    }

    private sealed class Nobody : ITransport
    {
        public Task<IFrameConnection> ConnectAsync(CancellationToken cancellationToken = default) => Task.FromException<IFrameConnection>(new IOException("Nobody is there."));
    }
}
