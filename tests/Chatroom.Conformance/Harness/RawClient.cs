using System.Text.Json.Nodes;

namespace Chatroom.Conformance.Harness;

/// <summary>
/// A client that does nothing by itself: it sends what a test tells it to and keeps every frame that comes, in order.
/// Every wait is for a condition and is bounded.
/// </summary>
public sealed class RawClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly IChannel channel;
    private readonly List<RawFrame> frames = [];
    private readonly Lock gate = new();
    private readonly Task reading;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool closed;
    private Exception? failure;
    private uint lastRequest;

    private RawClient(IChannel channel, ServerUnderTest server)
    {
        this.channel = channel;
        Server = server;
        reading = ReadAsync();
    }

    public ServerUnderTest Server { get; }

    /// <summary>Set by a sign-in that worked.</summary>
    public SyncAnswer Sync { get; set; } = null!;

    public string Name { get; set; } = "";

    public string Password { get; set; } = "";

    /// <summary>The device's token: given, or had by the sign-in.</summary>
    public string Token { get; set; } = "";

    /// <summary>The account's id.</summary>
    public string Id => Sync.Success.Child("account").Text("id");

    public string Device => Sync.Success.Text("device");

    public string Lobby => Sync.Rooms.Single(room => room.Text("kind") == "lobby").Text("id");

    public static async Task<RawClient> OpenAsync(ServerUnderTest server, ChannelKind kind) => new(kind switch
    {
        ChannelKind.Native => await NativeChannel.OpenAsync(server),
        _ => await WebSocketChannel.OpenAsync(server),
    }, server);

    public uint NextRequest() => Interlocked.Increment(ref lastRequest);

    /// <summary>Sends bytes as they are; natively glued together, over WebSocket one message each.</summary>
    public Task SendRawAsync(params byte[][] parts) => channel.SendAsync(parts);

    public Task SendByteByByteAsync(byte[] bytes) => channel.SendByteByByteAsync(bytes);

    /// <summary>Sends a request without waiting and returns its id.</summary>
    public async Task<uint> SendAsync(int code, object? body)
    {
        var request = NextRequest();
        await channel.SendAsync(RawFrame.Encode(code, request, RawFrame.BodyOf(body)));
        return request;
    }

    public Task<RawFrame> ReplyAsync(uint request) => WaitAsync(frame => frame.Request == request, $"the reply to request {request}");

    public async Task<RawFrame> RequestAsync(int code, object? body) => await ReplyAsync(await SendAsync(code, body));

    public async Task<RawFrame> RequestBytesAsync(int code, byte[] body)
    {
        var request = NextRequest();
        await channel.SendAsync(RawFrame.Encode(code, request, body));
        return await ReplyAsync(request);
    }

    /// <summary>LOGIN: all frames of its answer, or the refusal.</summary>
    public async Task<SyncAnswer> LoginAsync(object body)
    {
        var request = await SendAsync(Wire.Login, body);
        await WaitAsync(frame => frame.Request == request && !SyncAnswer.IsMiddle(frame.Code), "the end of the answer to LOGIN");
        var all = Frames;
        var answer = new SyncAnswer([.. all.Where(frame => frame.Request == request)]);
        if (answer.Code == Wire.LoginSuccess)
        {
            var begun = all.ToList().FindIndex(frame => frame.Request == request);
            var done = all.ToList().FindIndex(frame => frame.Request == request && frame.Code == Wire.SyncDone);
            Assert.DoesNotContain(all.Take(done).Skip(begun), frame => frame.Request == 0); // Events begin after SYNC_DONE.
            Sync = answer;
            Token = answer.Success.OptText("token") ?? Token;
        }

        return answer;
    }

    public IReadOnlyList<RawFrame> Frames
    {
        get
        {
            lock (gate)
            {
                return [.. frames];
            }
        }
    }

    /// <summary>The first frame, come or to come, that is an event and fits.</summary>
    public Task<RawFrame> EventAsync(int code, Func<JsonObject, bool> fits) =>
        WaitAsync(frame => frame.Request == 0 && frame.Code == code && fits(frame.Body), $"an event {code}");

    /// <summary>The first frame, come or to come, that fits.</summary>
    public async Task<RawFrame> WaitAsync(Func<RawFrame, bool> fits, string what)
    {
        using var limit = new CancellationTokenSource(Patience);
        for (var next = 0; ;)
        {
            Task more;
            lock (gate)
            {
                for (; next < frames.Count; next++)
                {
                    if (fits(frames[next]))
                    {
                        return frames[next];
                    }
                }

                if (closed)
                {
                    throw new InvalidOperationException($"The connection closed before {what} came. {Tail()}", failure);
                }

                more = changed.Task;
            }

            await BoundedAsync(more, limit.Token, what);
        }
    }

    /// <summary>Waits until the server has closed, having sent all it had to say.</summary>
    public Task ClosedAsync() => BoundedAsync(reading, new CancellationTokenSource(Patience).Token, "the close");

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        await reading;
    }

    private async Task BoundedAsync(Task task, CancellationToken limit, string what)
    {
        try
        {
            await task.WaitAsync(limit);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{Patience.TotalSeconds} s went by before {what} came. {Tail()}");
        }
    }

    private string Tail()
    {
        lock (gate)
        {
            return "The last frames were:\n" + string.Join('\n', frames.TakeLast(8));
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await channel.ReceiveAsync() is { } bytes)
            {
                var frame = RawFrame.Decode(bytes);
                lock (gate)
                {
                    frames.Add(frame);
                    Signal();
                }
            }
        }
        catch (Exception e)
        {
            failure = e; // Told to whoever waits next.
        }
        finally
        {
            lock (gate)
            {
                closed = true;
                Signal();
            }
        }
    }

    private void Signal()
    {
        changed.TrySetResult();
        changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
