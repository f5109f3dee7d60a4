using System.Collections.Concurrent;
using System.Security.Cryptography;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Tests.Support;

/// <summary>The client's end of a connection in memory: replies are matched by request id; every frame is shown, in the order it came.</summary>
internal sealed class MemoryClient : IAsyncDisposable
{
    public const string Password = "a good password";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly MemoryChannel channel;
    private readonly Task serving;
    private readonly Action<Frame>? seen;
    private readonly ConcurrentDictionary<uint, Waiting> waiting = new();
    private readonly Task reading;
    private uint last;
    private volatile Exception? ended;

    public MemoryClient(MemoryChannel channel, Task serving, Action<Frame>? seen)
    {
        (this.channel, this.serving, this.seen) = (channel, serving, seen);
        reading = ReadAsync();
    }

    /// <summary>Frames that were no reply, in order.</summary>
    public ConcurrentQueue<Frame> Events { get; } = new();

    /// <summary>The last answer to LOGIN.</summary>
    public LoginSuccess? Success { get; private set; }

    public string Account => Success!.Account.Id;

    /// <summary>The server's end is done with the connection.</summary>
    public Task Ended => serving;

    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Sends a request and gives the reply.</summary>
    public async Task<Frame> AskAsync<T>(Code code, T body) => (await SendAsync(code, body))[0];

    /// <summary>Sends a request; a reply of this code is expected, and its body is given.</summary>
    public async Task<TReply> AskAsync<T, TReply>(Code code, T body, Code expected)
    {
        var reply = await AskAsync(code, body);
        Assert.True(reply.Code == expected, $"{code} was answered {reply.Code}: {System.Text.Encoding.UTF8.GetString(reply.Body.Span)}");
        return WireJson.Read<TReply>(reply.Body.Span);
    }

    /// <summary>Queues a request at once; the task gives the frames that answer it.</summary>
    public Task<IReadOnlyList<Frame>> SendAsync<T>(Code code, T body)
    {
        var wait = new Waiting(code == Code.Login);
        var request = ++last;
        waiting[request] = wait;
        if (ended is { } end)
        {
            wait.Done.TrySetException(end);
        }

        channel.Send(new Frame(code, request, WireJson.Write(body)));
        return wait.Done.Task.WaitAsync(Patience);
    }

    public async Task RegisterAsync(string name) =>
        await AskAsync<RegisterRequest, RegisterSuccess>(Code.Register, new RegisterRequest { Name = name, Password = Password, ClientId = NewId() }, Code.RegisterSuccess);

    public Task<IReadOnlyList<Frame>> LoginAsync(string name) => LoginAsync(new LoginRequest { Version = 3, Name = name, Password = Password });

    /// <summary>Signs in and checks the form of the answer: from LOGIN_SUCCESS to SYNC_DONE, which counts the frames.</summary>
    public async Task<IReadOnlyList<Frame>> LoginAsync(LoginRequest request)
    {
        var frames = await SendAsync(Code.Login, request);
        Assert.True(frames[0].Code == Code.LoginSuccess, $"LOGIN was answered {frames[0].Code}");
        Assert.Equal(Code.SyncDone, frames[^1].Code);
        Assert.Equal(frames.Count, WireJson.Read<SyncDone>(frames[^1].Body.Span).Frames);
        Success = WireJson.Read<LoginSuccess>(frames[0].Body.Span);
        return frames;
    }

    /// <summary>Everything committed before this call has been seen when it returns: events are queued by commits, the reply behind them.</summary>
    public Task BarrierAsync() => AskAsync(Code.Ping, new Empty());

    public async Task<Entry> SayAsync(string room, string text, string? clientId = null) => await AskAsync<SendMessageRequest, Entry>(
        Code.SendMessage, new SendMessageRequest { Room = room, Text = text, ClientId = clientId ?? NewId() }, Code.SendMessageAll);

    public async Task<HistoryPage> PageAsync(HistoryRequest request) => await AskAsync<HistoryRequest, HistoryPage>(Code.GetAllChatHistory, request, Code.History);

    /// <summary>Cuts the connection and waits until the server has noticed.</summary>
    public async Task LeaveAsync()
    {
        channel.Leave();
        await serving.WaitAsync(Patience);
        await reading.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync() => await LeaveAsync();

    private async Task ReadAsync()
    {
        Exception end = new IOException("The server ended the connection before it answered.");
        try
        {
            await foreach (var frame in channel.Received.ReadAllAsync())
            {
                Take(frame);
            }
        }
        catch (Exception e)
        {
            // What a test sees in a frame or the channel finds wrong is the answer to whoever waits.
            end = e;
        }

        ended = end;
        foreach (var wait in waiting.Values)
        {
            wait.Done.TrySetException(end);
        }
    }

    private void Take(Frame frame)
    {
        seen?.Invoke(frame);
        if (frame.RequestId == 0 || !waiting.TryGetValue(frame.RequestId, out var wait))
        {
            Events.Enqueue(frame);
            return;
        }

        wait.Frames.Add(frame);
        if (!wait.Many || Codes.IsError(frame.Code) || frame.Code == Code.SyncDone)
        {
            waiting.TryRemove(frame.RequestId, out _);
            wait.Done.SetResult(wait.Frames);
        }
    }

    private sealed record Waiting(bool Many)
    {
        public List<Frame> Frames { get; } = [];

        public TaskCompletionSource<IReadOnlyList<Frame>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
