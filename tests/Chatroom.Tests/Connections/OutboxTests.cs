using System.Text.Json;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Connections;
using Chatroom.Server.Delivery;

namespace Chatroom.Tests.Connections;

public sealed class OutboxTests : IDisposable
{
    private const int Limit = 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly OutboxWriter writer = new(1);
    private readonly List<List<byte[]>> writes = [];
    private readonly Outbox outbox;
    private Func<Task> whileWriting = () => Task.CompletedTask;

    public OutboxTests() => outbox = new Outbox(Limit, writer, Write);

    public void Dispose() => writer.Dispose();

    [Fact]
    public async Task Frames_leave_in_the_order_they_were_offered()
    {
        var frames = Enumerable.Range(0, 200).Select(i => new byte[] { (byte)i }).ToList();
        foreach (var frame in frames)
        {
            outbox.Offer(frame);
            outbox.Flush();
        }

        outbox.Complete();
        await outbox.Written.WaitAsync(Patience);
        Assert.Equal(frames, writes.SelectMany(w => w));
    }

    [Fact]
    public async Task What_was_offered_before_one_flush_is_one_write()
    {
        for (var i = 0; i < 10; i++)
        {
            outbox.Offer([(byte)i]);
        }

        outbox.Flush();
        outbox.Complete();
        await outbox.Written.WaitAsync(Patience);
        Assert.Equal(10, Assert.Single(writes).Count);
    }

    [Fact]
    public async Task Nothing_is_written_before_a_flush()
    {
        outbox.Offer([1]);

        // Whatever had been flushed before this is written before it.
        (await KeepWriterBusyAsync())();
        Assert.Empty(writes);
        outbox.Complete();
        await outbox.Written.WaitAsync(Patience);
        Assert.Single(writes);
    }

    [Fact]
    public async Task What_comes_during_a_write_goes_out_in_the_next_one()
    {
        var gate = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        whileWriting = () =>
        {
            entered.TrySetResult();
            return gate.Task;
        };
        outbox.Offer([1]);
        outbox.Flush();
        await entered.Task;
        outbox.Offer([2]);
        outbox.Offer([3]);
        outbox.Flush();
        outbox.Complete();
        gate.SetResult();
        await outbox.Written.WaitAsync(Patience);
        Assert.Equal([1, 2], writes.Select(w => w.Count));
    }

    [Fact]
    public async Task At_the_bound_what_waits_is_dropped_and_slow_consumer_is_said_once()
    {
        var overflows = 0;
        outbox.Overflowed += () => overflows++;
        var goOn = await KeepWriterBusyAsync();
        writer.Together(() =>
        {
            outbox.Offer(new byte[Limit / 2]);
            outbox.Offer(new byte[Limit / 2]);
            Assert.Equal(0, overflows);
            outbox.Offer([1]);
            outbox.Offer([2]);
            outbox.Offer(new byte[Limit * 2]);
        });
        Assert.Equal(1, overflows);
        Assert.NotNull(outbox.EndReason);

        goOn();
        outbox.Complete();
        await outbox.Written.WaitAsync(Patience);
        var said = Assert.Single(Assert.Single(writes));
        Assert.Equal((byte)Code.Bye, said[5]);
        Assert.Equal((int)Code.SlowConsumer, JsonSerializer.Deserialize(said.AsSpan(WireLimits.HeaderBytes), WireJson.Of<Bye>())!.Reason);
    }

    [Fact]
    public async Task What_is_being_written_counts_against_the_bound_until_it_has_left()
    {
        var gate = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        whileWriting = () =>
        {
            entered.TrySetResult();
            return gate.Task;
        };
        outbox.Offer(new byte[Limit]);
        outbox.Flush();
        await entered.Task;
        outbox.Offer([1]);
        Assert.NotNull(outbox.EndReason);
        gate.SetResult();
        await outbox.Written.WaitAsync(Patience);
        Assert.Equal(2, writes.Count);
    }

    [Fact]
    public void Offering_never_waits_though_nothing_is_ever_written()
    {
        // An offer that waited would wait for ever; the test's own thread makes all of them.
        whileWriting = () => new TaskCompletionSource().Task;
        for (var i = 0; i < 100_000; i++)
        {
            outbox.Offer([1, 2, 3]);
            outbox.Flush();
        }

        Assert.NotNull(outbox.EndReason);
    }

    [Fact]
    public async Task A_reply_waits_while_more_than_half_is_taken_and_goes_on_when_it_has_left()
    {
        var gate = new TaskCompletionSource();
        whileWriting = () => gate.Task;
        outbox.Offer(new byte[(Limit / 2) + 1]);
        var reply = outbox.OfferWhenRoomAsync([7], default).AsTask();
        Assert.False(reply.IsCompleted);
        gate.SetResult();
        await reply.WaitAsync(Patience);
        outbox.Complete();
        await outbox.Written.WaitAsync(Patience);
        Assert.Equal([7], writes[^1][^1]);
        Assert.Null(outbox.EndReason);
    }

    [Fact]
    public async Task Many_replies_that_wait_all_go_out()
    {
        var gate = new TaskCompletionSource();
        whileWriting = () => gate.Task;
        outbox.Offer(new byte[Limit - 1]);
        var replies = Enumerable.Range(0, 10).Select(i => outbox.OfferWhenRoomAsync(new byte[10 + i], default).AsTask()).ToList();
        Assert.All(replies, r => Assert.False(r.IsCompleted));
        gate.SetResult();
        await Task.WhenAll(replies).WaitAsync(Patience);
        outbox.Complete();
        await outbox.Written.WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(10, 10), writes.SelectMany(w => w).Select(f => f.Length).Where(l => l < 100).Order());
    }

    [Fact]
    public async Task A_reply_that_waits_gives_up_when_its_connection_ends()
    {
        using var closing = new CancellationTokenSource();
        whileWriting = () => new TaskCompletionSource().Task;
        outbox.Offer(new byte[Limit]);
        var reply = outbox.OfferWhenRoomAsync([7], closing.Token).AsTask();
        await closing.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reply);
    }

    [Fact]
    public async Task After_the_end_nothing_is_taken()
    {
        outbox.Offer([1]);
        outbox.Complete();
        outbox.Offer([2]);
        await outbox.Written.WaitAsync(Patience);
        Assert.Equal([1], Assert.Single(Assert.Single(writes)));
    }

    [Fact]
    public async Task A_write_that_fails_ends_the_outbox_with_its_cause()
    {
        whileWriting = () => Task.FromException(new IOException("gone"));
        outbox.Offer([1]);
        outbox.Flush();
        Assert.Equal("gone", (await Assert.ThrowsAsync<IOException>(() => outbox.Written.WaitAsync(Patience))).Message);
        outbox.Offer(new byte[Limit * 2]);
        outbox.Flush();
        Assert.Null(outbox.EndReason);
        Assert.Single(writes);
    }

    [Fact]
    public async Task Outboxes_flushed_together_are_each_written_once_wherever_that_is_done()
    {
        foreach (var here in (bool[])[true, false])
        {
            writes.Clear();
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var thread = 0;
            whileWriting = () =>
            {
                thread = Environment.CurrentManagedThreadId;
                done.TrySetResult();
                return Task.CompletedTask;
            };
            var goOn = await KeepWriterBusyAsync();
            var mine = Environment.CurrentManagedThreadId;
            writer.Together(
                () =>
                {
                    outbox.Offer([1]);
                    outbox.Flush();
                    outbox.Offer([2]);
                    outbox.Flush();
                    Assert.Empty(writes);
                },
                here);
            goOn();
            await done.Task.WaitAsync(Patience);
            Assert.Equal([1, 2], Assert.Single(writes).Select(f => (int)f[0]));
            Assert.Equal(here, thread == mine);
        }
    }

    /// <summary>A writer that is awake takes what is flushed at once, however much is still to come together with it; one that writes something else does not.</summary>
    /// <returns>Lets it go on.</returns>
    private async Task<Action> KeepWriterBusyAsync()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new ManualResetEventSlim();
        var other = new Outbox(Limit, writer, _ =>
        {
            entered.SetResult();
            go.Wait();
            return default;
        });
        other.Offer([9]);
        other.Flush();
        await entered.Task.WaitAsync(Patience);
        return go.Set;
    }

    private ValueTask Write(IReadOnlyList<FrameRun> runs)
    {
        writes.Add([.. runs.SelectMany(run => run.Frames)]);
        return new ValueTask(whileWriting());
    }
}
