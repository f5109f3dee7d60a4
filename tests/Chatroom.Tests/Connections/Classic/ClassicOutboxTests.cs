using System.Collections.Concurrent;
using System.Text;
using Chatroom.Protocol;
using Chatroom.Server;
using Chatroom.Server.Connections.Classic;
using Chatroom.Tests.Support;

namespace Chatroom.Tests.Connections.Classic;

public sealed class ClassicOutboxTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public void Above_the_bound_the_oldest_events_go_and_are_counted_once()
    {
        var outbox = new ClassicOutbox(100);
        var dropping = 0;
        outbox.Dropping += () => dropping++;
        for (byte i = 0; i < 20; i++)
        {
            outbox.Push([.. Enumerable.Repeat(i, 10)]);
        }

        Assert.False(outbox.TryTake(out _, out _, out _));
        outbox.Release();
        Assert.True(outbox.TryTake(out var reply, out var lost, out var frame));
        Assert.Equal((null, 10, null), (reply, lost, frame));
        for (byte i = 10; i < 20; i++)
        {
            Assert.True(outbox.TryTake(out _, out lost, out frame));
            Assert.Equal((0, i), (lost, frame![0]));
        }

        Assert.False(outbox.TryTake(out _, out _, out _));
        Assert.Equal(1, dropping);
    }

    [Fact]
    public async Task Replies_go_before_events_and_wait_when_many_are_unwritten()
    {
        var outbox = new ClassicOutbox(100);
        outbox.Release();
        outbox.Push([1]);
        var queued = 0;
        Task waiting;
        do
        {
            waiting = outbox.ReplyAsync(ClassicMessage.Of(Code.WrongMessage), Cancellation).AsTask();
            queued++;
        }
        while (waiting.IsCompleted);

        Assert.InRange(queued, 2, 1000);
        Assert.True(outbox.TryTake(out var reply, out _, out _));
        Assert.NotNull(reply);
        await waiting.WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
    }

    [Fact]
    public async Task Into_silence_one_message_goes_as_it_is_and_a_burst_is_filled_up()
    {
        var outbox = new ClassicOutbox(100_000);
        var written = new ConcurrentQueue<byte[]>();
        var pump = new ClassicPump(
            outbox, (frame, _) => ValueTask.FromResult<IReadOnlyList<ClassicMessage>>([ClassicMessage.Of(Code.LoginUsername, Encoding.UTF8.GetString(frame))]),
            _ => ValueTask.CompletedTask, (bytes, _) => { written.Enqueue(bytes); return ValueTask.CompletedTask; }, ClassicPadding.Auto, TimeProvider.System);
        pump.GoLive();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = pump.RunAsync(stop.Token);
        outbox.Push("one"u8.ToArray());
        await Until.TrueAsync(() => written.Count == 1);
        for (var i = 0; i < 5; i++)
        {
            outbox.Push("more"u8.ToArray());
        }

        await Until.TrueAsync(() => written.Count == 6);
        Assert.Equal("105\n\none", Encoding.UTF8.GetString(written.First()));
        Assert.All(written.Skip(1), bytes => Assert.Equal(1024, bytes.Length));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
