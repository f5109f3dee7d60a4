using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text.Json;
using Chatroom.Bench.Load;
using Chatroom.Bench.Running;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Bench.Contenders;

/// <summary>How a client of Chatroom is connected.</summary>
internal enum Way
{
    Native,
    WebSocket,
}

/// <summary>The built executable: everything sealed, everything acknowledged after fsync.</summary>
/// <param name="settings">Options of <c>serve</c> besides those every run has.</param>
internal sealed class ChatroomContender(Way way = Way.Native, string? label = null, params (string Name, string Value)[] settings) : Contender
{
    private readonly Dictionary<int, string> tokens = [];
    private string[] rooms = [];
    private Prefill? filled;
    private uint requests;

    public override string Name => label ?? (way == Way.Native ? "Chatroom" : "Chatroom (WebSocket)");

    public override bool Echoes => true;

    public Way Way => way;

    /// <summary>The executable; null: that of <see cref="Repository.Executable"/>.</summary>
    public string? Executable { get; init; }

    /// <summary>
    /// How its data folder is made before it starts; null: accounts and rooms come over the network. With it people sign in as those who were here a moment ago: knowing everything.
    /// </summary>
    public Fill? Fill { get; init; }

    /// <summary>Where its data is; the next start finds it again.</summary>
    public string Data => Path.Combine(Folder, "data");

    protected override string? KeptFolder => Fill is { Keep: true } fill ? Prefill.KeptIn(fill) : null;

    private string MasterKey => Path.Combine(Folder, "master.key");

    /// <summary>Signs in with what a returning device has: its token, and everything it knows already.</summary>
    public override async Task<Link> SignInAsync(int person, int bufferBytes = 16 * 1024)
    {
        var link = await ConnectAsync(person, bufferBytes);
        await LoginAsync(link, filled is null
            ? new LoginRequest { Version = 3, Token = tokens[person], Page = 1 }
            : new LoginRequest { Version = 3, Token = filled.Tokens[person], Have = filled.HaveOf(person) });
        return link;
    }

    /// <summary>Signs in with name and password.</summary>
    public async Task<Link> SignInByPasswordAsync(int person)
    {
        var link = await ConnectAsync(person, 16 * 1024);
        await LoginAsync(link, new LoginRequest { Version = 3, Name = NameOf(person), Password = filled is null ? Password(person) : Prefill.Password, Have = filled?.HaveOf(person), Page = 1 });
        return link;
    }

    public override byte[] Encode(int person, Target target, string text)
    {
        Span<byte> id = stackalloc byte[16];
        Random.Shared.NextBytes(id);
        var where = target.Room is { } room ? $"\"room\":\"{rooms[room]}\"" : $"\"to\":\"{NameOf(target.Person)}\"";
        return FrameCodec.Write(Code.SendMessage, Interlocked.Increment(ref requests), Marker.Utf8($"{{{where},\"text\":\"{text}\",\"clientId\":\"{Convert.ToHexStringLower(id)}\"}}"));
    }

    /// <summary>A request and its reply; events in between are passed over.</summary>
    public async Task<T> AskAsync<T>(Link link, Code code, object body)
    {
        var id = Interlocked.Increment(ref requests);
        await link.SendAsync(FrameCodec.Write(code, id, JsonSerializer.SerializeToUtf8Bytes(body, WireJson.Wire.GetTypeInfo(body.GetType())!)));
        while (true)
        {
            var (replied, request, bytes) = await FrameAsync(link);
            if (request == id)
            {
                return Codes.IsError(replied) ? throw new BenchException($"{code} was refused with {replied}: {WireJson.Read<ErrorBody>(bytes.Span).Text}") : WireJson.Read<T>(bytes.Span);
            }
        }
    }

    /// <summary>A request and the bytes of its reply, which are valid until the next read: for those who measure how long it takes, without making objects of it.</summary>
    public async Task<ReadOnlyMemory<byte>> AskForBytesAsync(Link link, byte[] frame, uint id)
    {
        await link.SendAsync(frame);
        while (true)
        {
            var (code, request, bytes) = await FrameAsync(link);
            if (request == id)
            {
                return Codes.IsError(code) ? throw new BenchException($"A request was refused with {code}: {WireJson.Read<ErrorBody>(bytes.Span).Text}") : bytes;
            }
        }
    }

    public string RoomId(int room) => rooms[room];

    public string TokenOf(int person) => filled is null ? tokens[person] : filled.Tokens[person];

    protected override Task<Daemon> LaunchAsync() => Daemon.StartAsync(
        Port,
        (Executable ?? Repository.Executable) is var path && File.Exists(path) ? path : throw new BenchException($"{path} does not exist. Build it first: dotnet build src/Chatroom -c Release"),
        [
            "serve", "--data", Data, "--master-key", MasterKey, "--listen", $"127.0.0.1:{Port}", "--http", "none", "--limits", "off", "--max-connections-per-address", "1000000",
            .. DefaultPasswords ? Array.Empty<string>() : ["--password-memory-kib", "64", "--password-passes", "1"],
            .. settings.SelectMany(s => new[] { "--" + s.Name, s.Value }),
        ]);

    /// <summary>Passwords are hashed as the product does by itself; elsewhere as cheaply as it can be set, for what is measured there is not the hash.</summary>
    public bool DefaultPasswords { get; init; }

    protected override async Task FillAsync()
    {
        if (Fill is { } fill)
        {
            filled = await Prefill.MakeAsync(fill, Data, MasterKey, Town, DefaultPasswords);
            rooms = [.. filled.Rooms];
        }
    }

    protected override async Task PrepareAsync()
    {
        if (filled is not null)
        {
            return;
        }

        rooms = new string[Town.Rooms.Count];
        await ForEachAsync(Town.People, 8, async person =>
        {
            await using var link = await ConnectAsync(person, 16 * 1024);
            await AskAsync<RegisterSuccess>(link, Code.Register, new RegisterRequest { Name = NameOf(person), Password = Password(person), ClientId = NewId() });
            var login = await LoginAsync(link, new LoginRequest { Version = 3, Name = NameOf(person), Password = Password(person), Quiet = true });
            lock (tokens)
            {
                tokens[person] = login.Token!;
            }
        });
        await ForEachAsync(Town.Rooms.Count, 8, async room =>
        {
            foreach (var person in Town.Rooms[room])
            {
                await using var link = await SignInAsync(person);
                if (person == Town.Rooms[room][0])
                {
                    var made = await AskAsync<RoomJoined>(link, Code.CreateGroup, new CreateGroupRequest { Name = RoomName(room), Public = true, ClientId = NewId() });
                    rooms[room] = made.Room.Id;
                }
                else
                {
                    await AskAsync<RoomJoined>(link, Code.JoinGroup, new JoinGroupRequest { Room = rooms[room], ClientId = NewId() });
                }
            }
        });
    }

    private static string Password(int person) => $"correct horse {person:d5}";

    private static string NewId() => Convert.ToHexStringLower(Guid.NewGuid().ToByteArray());

    private async Task<LoginSuccess> LoginAsync(Link link, LoginRequest login)
    {
        var id = Interlocked.Increment(ref requests);
        await link.SendAsync(WireJson.Frame(Code.Login, id, login));
        LoginSuccess? success = null;
        while (true)
        {
            var (code, request, bytes) = await FrameAsync(link);
            if (request == id && Codes.IsError(code))
            {
                throw new BenchException($"LOGIN was refused with {code}: {WireJson.Read<ErrorBody>(bytes.Span).Text}");
            }

            success ??= request == id && code == Code.LoginSuccess ? WireJson.Read<LoginSuccess>(bytes.Span) : null;
            if (request == id && code == Code.SyncDone)
            {
                return success!;
            }
        }
    }

    private static async Task<(Code Code, uint Request, ReadOnlyMemory<byte> Body)> FrameAsync(Link link)
    {
        var header = (await link.ReadAsync(WireLimits.HeaderBytes)).Span;
        var (length, code, request) = (BinaryPrimitives.ReadInt32BigEndian(header), (Code)BinaryPrimitives.ReadUInt16BigEndian(header[4..]), BinaryPrimitives.ReadUInt32BigEndian(header[6..]));
        return (code, request, await link.ReadAsync(length - 6));
    }

    private async Task<Link> ConnectAsync(int person, int bufferBytes)
    {
        if (way == Way.Native)
        {
            return new Link(await Tls.SecureAsync(Port, "chatroom/3"), person, bufferBytes);
        }

        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        await socket.ConnectAsync(new Uri($"wss://127.0.0.1:{Port}/ws"), Tls.Http, CancellationToken.None);
        return new Link(new MessageStream(socket), person, bufferBytes);
    }

    /// <summary>Each write is one binary message (one frame); reads are a stream of bytes.</summary>
    private sealed class MessageStream(ClientWebSocket socket) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException("A stream of a network.");

        public override long Position
        {
            get => throw new NotSupportedException("A stream of a network.");
            set => throw new NotSupportedException("A stream of a network.");
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (true)
            {
                var result = await socket.ReceiveAsync(buffer, cancellationToken);
                if (result.Count > 0 || result.MessageType == WebSocketMessageType.Close)
                {
                    return result.Count;
                }
            }
        }

        // A batch of frames leaves as one message for each.
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (buffer.Length > 0)
            {
                var length = 4 + BinaryPrimitives.ReadInt32BigEndian(buffer.Span);
                await socket.SendAsync(buffer[..length], WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
                buffer = buffer[length..];
            }
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Asynchronous only.");

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Asynchronous only.");

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A stream of a network.");

        public override void SetLength(long value) => throw new NotSupportedException("A stream of a network.");

        public override ValueTask DisposeAsync()
        {
            socket.Dispose();
            return base.DisposeAsync();
        }
    }
}
