using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Chatroom.WebTests.Harness;

/// <summary>Somebody without a browser: speaks the protocol over a WebSocket, and so can say thousands of things quickly.</summary>
public sealed class Remote : IAsyncDisposable
{
    private const int HeaderBytes = 10;
    private const int AtOnce = 200;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly ClientWebSocket socket = new();
    private readonly Dictionary<uint, TaskCompletionSource<(int Code, JsonObject Body)>> asked = [];
    private readonly Lock gate = new();
    private readonly SemaphoreSlim writing = new(1);
    private uint last;

    public string Name { get; private init; } = "";

    public string Id { get; private set; } = "";

    public string Lobby { get; private set; } = "";

    /// <summary>Proves who it is to the HTTP side.</summary>
    public string Token { get; private set; } = "";

    public static async Task<Remote> SignInAsync(ChatServer server, Account account)
    {
        var remote = new Remote { Name = account.Name };
        await remote.socket.ConnectAsync(new Uri($"ws://localhost:{server.HttpPort}/ws"), CancellationToken.None);
        var rooms = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = remote.ReadAsync(rooms);
        var success = await remote.AskAsync(1, new { version = 3, name = account.Name, password = account.Password, device = "remote", client = "web-tests" }, 101);
        remote.Id = (string)success["account"]!["id"]!;
        remote.Token = (string)success["token"]!;
        remote.Lobby = (await rooms.Task.WaitAsync(TimeSpan.FromSeconds(20)))["rooms"]!.AsArray().Where(room => (string?)room!["kind"] == "lobby").Select(room => (string)room!["id"]!).Single();
        return remote;
    }

    /// <summary>A program with somebody's token, which may know of no room.</summary>
    public static async Task<Remote> WithTokenAsync(ChatServer server, string token)
    {
        var remote = new Remote();
        try
        {
            await remote.socket.ConnectAsync(new Uri($"ws://localhost:{server.HttpPort}/ws"), CancellationToken.None);
            _ = remote.ReadAsync(new TaskCompletionSource<JsonObject>());
            await remote.AskAsync(1, new { version = 3, token, client = "web-tests" }, 101);
            return remote;
        }
        catch
        {
            await remote.DisposeAsync();
            throw;
        }
    }

    /// <summary>A newcomer.</summary>
    public static async Task<Remote> JoinAsync(ChatServer server, string name) => await SignInAsync(server, await server.RegisterAsync(name));

    public async Task<JsonObject> AskAsync(int code, object body, params int[] answers)
    {
        var request = ++last;
        var waiting = new TaskCompletionSource<(int Code, JsonObject Body)>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            asked[request] = waiting;
        }

        await SendAsync(code, request, JsonSerializer.SerializeToUtf8Bytes(body, Options));
        var (answer, tree) = await waiting.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(answers.Contains(answer), $"Request {code} was answered {answer} {tree.ToJsonString()}");
        return tree;
    }

    public Task SayAsync(string room, string text, string[]? mentions = null) => AskAsync(3, new { room, text, mentions, clientId = Unique.ClientId() }, 301, 303, 304);

    /// <summary>Says "line 1" … "line N" in this order.</summary>
    public async Task FillAsync(string room, int count, Func<int, string> text)
    {
        var all = new List<Task>();
        for (var i = 1; i <= count; i++)
        {
            all.Add(SayAsync(room, text(i)));
            if (i % AtOnce == 0)
            {
                await Task.WhenAll(all);
                all.Clear();
            }
        }

        await Task.WhenAll(all);
    }

    /// <summary>The private room with somebody.</summary>
    public async Task<string> PrivateAsync(string name) =>
        (string)(await AskAsync(98, new { account = await FindAsync(name), clientId = Unique.ClientId() }, 292, 293))["room"]!["id"]!;

    public async Task<string> GroupAsync(string name, bool @public = true) =>
        (string)(await AskAsync(30, new { name, @public, clientId = Unique.ClientId() }, 130))["room"]!["id"]!;

    /// <summary>The place of a message among the first of a room.</summary>
    public async Task<long> SeqAsync(string room, string text)
    {
        var page = await AskAsync(5, new { room, after = 0, limit = 200 }, 501);
        return page["entries"]!.AsArray().Where(entry => (string?)entry!["text"] == text).Select(entry => (long)entry!["seq"]!).Single();
    }

    /// <summary>Joins the group of this name, by the invitation or because it is public; returns its id.</summary>
    public async Task<string> JoinAsync(string group)
    {
        var groups = await AskAsync(40, new { limit = 200 }, 140);
        var room = groups["groups"]!.AsArray().Where(one => (string?)one!["name"] == group).Select(one => (string)one!["id"]!).Single();
        await AskAsync(35, new { room, clientId = Unique.ClientId() }, 135);
        return room;
    }

    public async ValueTask DisposeAsync()
    {
        socket.Abort();
        socket.Dispose();
        await Task.CompletedTask;
    }

    private async Task<string> FindAsync(string name)
    {
        var members = await AskAsync(39, new { room = Lobby, limit = 200 }, 139);
        return members["members"]!.AsArray().Where(member => (string?)member!["name"] == name).Select(member => (string)member!["id"]!).Single();
    }

    private async Task SendAsync(int code, uint request, byte[] body)
    {
        var frame = new byte[HeaderBytes + body.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)body.Length + 6);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(4), (ushort)code);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(6), request);
        body.CopyTo(frame.AsSpan(HeaderBytes));
        await writing.WaitAsync();
        try
        {
            await socket.SendAsync(frame, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            writing.Release();
        }
    }

    private async Task ReadAsync(TaskCompletionSource<JsonObject> rooms)
    {
        var buffer = new byte[512 * 1024];
        var filled = 0;
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(filled), CancellationToken.None);
                filled += part.Count;
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                if (!part.EndOfMessage)
                {
                    continue;
                }

                var (code, request) = (BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(4)), BinaryPrimitives.ReadUInt32BigEndian(buffer.AsSpan(6)));
                var body = filled > HeaderBytes ? JsonNode.Parse(buffer.AsSpan(HeaderBytes, filled - HeaderBytes))!.AsObject() : [];
                filled = 0;
                if (code == 331)
                {
                    rooms.TrySetResult(body);
                }

                TaskCompletionSource<(int, JsonObject)>? waiting;
                lock (gate)
                {
                    asked.Remove(request, out waiting);
                }

                waiting?.TrySetResult((code, body));
            }
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Closed; whoever waits runs out of patience.
        }
    }
}
