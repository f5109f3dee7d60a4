using Chatroom.Client;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Microsoft.Extensions.Time.Testing;

namespace Chatroom.Tests.Client;

/// <summary>Alice's client, the scripted server, and a clock moved by hand.</summary>
internal sealed class Scene : IAsyncDisposable
{
    public const string Me = "alice";
    public const string Room = "room1";

    public Scene(IClientStore? store = null, Func<ChatClientOptions, ChatClientOptions>? change = null)
    {
        Store = store ?? new MemoryStore();
        var options = new ChatClientOptions { Transport = Server, Store = Store, TimeProvider = Clock };
        Client = new ChatClient(change?.Invoke(options) ?? options);
        Client.Changed += item =>
        {
            lock (Changes)
            {
                Changes.Add(item);
            }
        };
    }

    public ScriptedServer Server { get; } = new();

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public IClientStore Store { get; }

    public ChatClient Client { get; }

    public List<ChatChange> Changes { get; } = [];

    /// <summary>Which history the server says that it has.</summary>
    public string History { get; set; } = "before";

    /// <summary>The account's revision as the server tells it at each sign-in.</summary>
    public long Revision { get; set; } = 1;

    public RoomView View => Client.Room(Room)!;

    /// <summary>Signs in with a password; the answer has one room.</summary>
    public async Task<ScriptedConnection> SignInAsync(RoomState? state = null, params Entry[] entries)
    {
        var signingIn = Client.SignInAsync(Me, "correct horse");
        var connection = await Server.AcceptAsync();
        await AnswerLoginAsync(connection, state, entries);
        await signingIn.WaitAsync(Patience.Limit);
        return connection;
    }

    /// <summary>Moves the clock to the next attempt, and answers it.</summary>
    public async Task<ScriptedConnection> ReconnectAsync(RoomState? state = null, params Entry[] entries)
    {
        var connection = await ComeBackAsync();
        await AnswerLoginAsync(connection, state, entries);
        await Client.UntilAsync(ConnectionPhase.Online);
        return connection;
    }

    public async Task<ScriptedConnection> ComeBackAsync()
    {
        await Client.UntilAsync(ConnectionPhase.WaitingToRetry);
        Clock.Advance(Client.Connection.RetryAt!.Value - Clock.GetUtcNow());
        return await Server.AcceptAsync();
    }

    public async Task<LoginRequest> AnswerLoginAsync(ScriptedConnection connection, RoomState? state = null, params Entry[] entries)
    {
        var login = await connection.ExpectAsync<LoginRequest>(Code.Login);
        var room = state ?? State(entries.Length > 0 ? entries[^1].Seq : 0);
        Begin(connection, login.RequestId, login.Body.Token is null ? "token-1" : null);
        connection.Send(Code.Rooms, new RoomList { Rooms = [room] }, login.RequestId);
        if (entries.Length > 0)
        {
            connection.Send(Code.History, Page(room.Head, entries), login.RequestId);
        }

        connection.Send(Code.SyncDone, new SyncDone { Revision = Revision, Frames = 3 }, login.RequestId);
        return login.Body;
    }

    public void Begin(ScriptedConnection connection, uint request, string? token, long seen = 1, string account = Me) =>
        connection.Send(Code.LoginSuccess, new LoginSuccess
        {
            Account = new AccountInfo { Id = account, Name = "Alice" },
            Device = "device1",
            Token = token,
            Server = new ServerInfo
            {
                Version = 3,
                Features = [],
                Program = "test",
                Time = 0,
                MaxFileSize = 1 << 20,
                MaxText = 16384,
                HistoryPage = 50,
                History = History,
            },
            Revision = Revision,
            SeenRevision = seen,
            Session = "1",
        }, request);

    public static RoomState State(long head, long position = 0, long unread = 0) => new()
    {
        Id = Room,
        Kind = RoomKinds.Group,
        Name = "Room",
        Role = Roles.Member,
        Head = head,
        First = 1,
        Position = position,
        Unread = unread,
        MemberCount = 2,
    };

    public static HistoryPage Page(long head, params Entry[] entries) => new()
    {
        Room = Room,
        Entries = entries,
        Head = head,
        Before = entries.Length > 0 && entries[0].Seq > 1 ? true : null,
    };

    public static Entry Text(long seq, string sender = "bob", string? text = null, string? clientId = null) => new()
    {
        Room = Room,
        Seq = seq,
        Kind = EntryKinds.Text,
        Sender = sender,
        SenderName = sender,
        Time = seq,
        Text = text ?? $"text {seq}",
        Counts = true,
        ClientId = clientId,
    };

    public static Entry About(long seq, string kind, long target, string sender = "bob", string? text = null, string? emoji = null, bool? on = null, string? targetSender = null) => new()
    {
        Room = Room,
        Seq = seq,
        Kind = kind,
        Sender = sender,
        Time = seq,
        Target = target,
        TargetSender = targetSender,
        Text = text,
        Emoji = emoji,
        On = on,
    };

    public async ValueTask DisposeAsync() => await Client.DisposeAsync();
}
