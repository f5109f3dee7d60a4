using System.Buffers;
using System.Buffers.Binary;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Commands;
using Chatroom.Server.Delivery;
using Chatroom.Server.Sessions;

namespace Chatroom.Server.Connections.Classic;

/// <summary>
/// Between a classic connection and the commands: puts requests to the same dispatcher as every connection, gives the replies to whoever asked, and lets the events
/// that a classic client can show through to the outbox. One request at a time.
/// </summary>
internal sealed class ClassicSink(ChatCore core, ClassicOutbox outbox) : IFrameSink
{
    private readonly Lock gate = new();
    private Dispatcher? dispatcher;
    private uint request;
    private List<Frame> answer = [];
    private TaskCompletionSource<IReadOnlyList<Frame>>? asked;

    /// <summary>The server says goodbye; raised by whoever ended the session: must only take a note.</summary>
    public event Action<Bye>? Ended;

    public long Waiting => outbox.Waiting;

    public void Use(Session session) => dispatcher = new Dispatcher(core, session, (frame, _) =>
    {
        Offer(frame);
        return ValueTask.CompletedTask;
    });

    public void Offer(byte[] frame)
    {
        var code = (Code)BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(4));
        if (BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(6)) is var id and not 0)
        {
            Answer(id, Read(frame));
        }
        else if (code == Code.Bye)
        {
            Ended?.Invoke(WireJson.Read<Bye>(frame.AsSpan(WireLimits.HeaderBytes)));
        }
        else if (Codes.IsEntry(code) || code is Code.LoginUsername or Code.LogoutInfo or Code.AddFriendRemind || (code == Code.AccountChanged && IsOfFriends(frame)))
        {
            outbox.Push(frame);
        }
    }

    // The outbox wakes its pump by itself.
    public void Flush()
    {
    }

    /// <summary>Puts a request and gives its reply; what is refused for its rate is put again when its time has come.</summary>
    public async Task<Frame> AskAsync<T>(Code code, T body, CancellationToken cancellation)
    {
        while (true)
        {
            var reply = (await AskAllAsync(code, body, cancellation))[0];
            if (reply.Code != Code.TooManyRequests)
            {
                return reply;
            }

            await WaitAsync(WireJson.Read<ErrorBody>(reply.Body.Span).RetryAfterMs ?? 1000, cancellation);
        }
    }

    /// <summary>Puts a request and gives all frames of its reply.</summary>
    public async Task<IReadOnlyList<Frame>> AskAllAsync<T>(Code code, T body, CancellationToken cancellation)
    {
        Task<IReadOnlyList<Frame>> reply;
        uint id;
        lock (gate)
        {
            (id, answer) = (++request, []);
            asked = new TaskCompletionSource<IReadOnlyList<Frame>>(TaskCreationOptions.RunContinuationsAsynchronously);
            reply = asked.Task;
        }

        await dispatcher!.HandleAsync(new Frame(code, id, WireJson.Write(body)), cancellation);
        return await reply.WaitAsync(cancellation);
    }

    /// <summary>Waits for a throttle.</summary>
    public Task WaitAsync(long milliseconds, CancellationToken cancellation) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), core.Clock, cancellation);

    public Task DrainAsync() => dispatcher!.DrainAsync();

    /// <summary>A frame that this server wrote.</summary>
    public static Frame Read(byte[] bytes)
    {
        var buffer = new ReadOnlySequence<byte>(bytes);
        return FrameCodec.TryRead(ref buffer, _ => int.MaxValue - WireLimits.HeaderBytes, out var frame) == FrameStatus.Complete
            ? frame
            : throw new InvalidOperationException("The server made a frame that cannot be read.");
    }

    private static bool IsOfFriends(byte[] frame) =>
        WireJson.Read<AccountChanged>(frame.AsSpan(WireLimits.HeaderBytes)).Items.Any(i => i.Kind == ItemKinds.Friend);

    private void Answer(uint id, Frame frame)
    {
        lock (gate)
        {
            if (id != request)
            {
                return;
            }

            answer.Add(frame);
            if (frame.Code == Code.SyncDone || answer[0].Code != Code.LoginSuccess)
            {
                asked!.TrySetResult(answer);
            }
        }
    }
}
