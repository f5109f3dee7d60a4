using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Delivery;
using Chatroom.Server.Rooms;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;
using Chatroom.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Chatroom.Tests.Delivery;

public sealed class PresenceTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Clock clock = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly Hub hub = new();
    private ServerBench bench = null!;
    private Presence presence = null!;
    private Task running = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        bench = await ServerBench.StartAsync();
        presence = new Presence(hub, bench.Core.Store, bench.Core.People, clock, bench.Core.Log);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAny(running);
        Assert.False(running.IsFaulted);
        await bench.DisposeAsync();
        stopping.Dispose();
    }

    [Fact]
    public async Task Ten_thousand_coming_at_once_cost_each_of_them_one_frame()
    {
        var people = Enumerable.Range(1, 10_000).Select(i => Come(i)).ToList();
        running = presence.RunAsync(stopping.Token);
        Assert.Equal(TimeSpan.FromSeconds(2), await clock.PassAsync());
        await people[^1].FirstAsync();
        var notice = Read(people[0].Frames[0]);
        Assert.Equal((10_000, 10_000, 100), (notice.Count, notice.Total, notice.Accounts.Count));
        Assert.All(people, p => Assert.Single(p.Frames));
    }

    [Fact]
    public async Task Coming_in_waves_costs_one_frame_for_each_while_and_the_while_grows_with_the_people()
    {
        var first = Come(1);
        running = presence.RunAsync(stopping.Token);
        await clock.PassAsync();
        Task<TimeSpan>? pass = null;
        Task? heard = null;
        for (var wave = 1; wave <= 10; wave++)
        {
            // The while is a fifth of a millisecond for each person there when it begins, and at least a tenth of a second.
            for (var i = 0; i < 1000; i++)
            {
                Come((wave * 1000) + i);
            }

            // A while that began with the first of the wave may end before the last of it has come; then there is a second one.
            while (first.Told() < wave * 1000)
            {
                pass ??= clock.PassAsync();
                heard ??= first.FirstAsync();
                if (await Task.WhenAny(heard, pass) == pass)
                {
                    Assert.InRange((await pass).TotalMilliseconds, 100, 200 * wave);
                    pass = null;
                }
                else
                {
                    await heard;
                    heard = null;
                }
            }
        }

        Assert.InRange(first.Frames.Count, 1, 20);
    }

    [Fact]
    public async Task Who_came_back_within_the_while_is_not_mentioned()
    {
        var watcher = Come(1);
        var other = Come(2);
        running = presence.RunAsync(stopping.Token);
        await clock.PassAsync();
        await watcher.FirstAsync();
        watcher.Frames.Clear();

        hub.Unregister(other.Session);
        Come(2);
        Come(3);
        await clock.PassAsync();
        await watcher.FirstAsync();
        var notice = Read(Assert.Single(watcher.Frames));
        Assert.Equal(Chatroom.Server.Ids.Account(3), Assert.Single(notice.Accounts).Id);
        Assert.Equal((1, 3), (notice.Count, notice.Total));
    }

    [Fact]
    public async Task Who_goes_is_told_to_those_who_stay()
    {
        var watcher = Come(1);
        var other = Come(2);
        running = presence.RunAsync(stopping.Token);
        await clock.PassAsync();
        await watcher.FirstAsync();
        watcher.Frames.Clear();
        hub.Unregister(other.Session);
        await clock.PassAsync();
        await watcher.FirstAsync();
        Assert.Equal(Code.LogoutInfo, CodeOf(watcher.Frames[0]));
        Assert.Equal((1, 1), (Read(watcher.Frames[0]).Count, Read(watcher.Frames[0]).Total));
    }

    [Fact]
    public async Task Who_stays_and_changes_between_old_and_new_clients_is_told_as_staying()
    {
        var watcher = Come(1);
        Come(2, classic: true);
        running = presence.RunAsync(stopping.Token);
        await clock.PassAsync();
        await watcher.FirstAsync();
        Assert.Equal([null, true], Read(watcher.Frames[0]).Accounts.Select(a => a.Classic));
        var second = Come(2);
        Assert.Null(await ClassicOfWhoStayedAsync());
        hub.Unregister(second.Session);
        Assert.True(await ClassicOfWhoStayedAsync());

        async Task<bool?> ClassicOfWhoStayedAsync()
        {
            watcher.Frames.Clear();
            await clock.PassAsync();
            await watcher.FirstAsync();
            var notice = Read(Assert.Single(watcher.Frames));
            Assert.Equal((true, 1, 2), (notice.Stayed, notice.Count, notice.Total));
            return Assert.Single(notice.Accounts).Classic;
        }
    }

    [Fact]
    public async Task Who_leaves_the_old_client_and_comes_back_on_a_new_one_within_the_while_is_told_as_staying()
    {
        var watcher = Come(1);
        var old = Come(2, classic: true);
        running = presence.RunAsync(stopping.Token);
        await clock.PassAsync();
        await watcher.FirstAsync();
        watcher.Frames.Clear();
        hub.Unregister(old.Session);
        Come(2);
        await clock.PassAsync();
        await watcher.FirstAsync();
        var notice = Read(Assert.Single(watcher.Frames));
        Assert.Equal((true, null), (notice.Stayed, Assert.Single(notice.Accounts).Classic));
    }

    [Fact]
    public async Task Who_came_and_went_within_the_while_is_told_as_gone_when_somebody_has_read_the_list_in_between()
    {
        var watcher = Come(1);
        Come(3);
        running = presence.RunAsync(stopping.Token);
        await clock.PassAsync();
        await watcher.FirstAsync();
        watcher.Frames.Clear();
        var other = Come(2);
        Assert.Equal([1L, 2L, 3L], hub.Online(0, 10));
        hub.Unregister(other.Session);
        await clock.PassAsync();
        await watcher.FirstAsync();
        Assert.Equal(Code.LogoutInfo, CodeOf(Assert.Single(watcher.Frames)));
        Assert.Equal(Chatroom.Server.Ids.Account(2), Assert.Single(Read(watcher.Frames[0]).Accounts).Id);
    }

    [Fact]
    public async Task Who_came_back_within_the_while_is_told_as_staying_when_somebody_has_read_the_list_in_between()
    {
        var watcher = Come(1);
        var other = Come(2);
        running = presence.RunAsync(stopping.Token);
        await clock.PassAsync();
        await watcher.FirstAsync();
        watcher.Frames.Clear();
        hub.Unregister(other.Session);
        Assert.Equal([1L], hub.Online(0, 10));
        Come(2);
        await clock.PassAsync();
        await watcher.FirstAsync();
        Assert.Equal(Code.LoginUsername, CodeOf(Assert.Single(watcher.Frames)));
        Assert.Equal((true, Chatroom.Server.Ids.Account(2)), (Read(watcher.Frames[0]).Stayed, Assert.Single(Read(watcher.Frames[0]).Accounts).Id));
    }

    private static Code CodeOf(byte[] frame) => (Code)(ushort)((frame[4] << 8) | frame[5]);

    private static PresenceChange Read(byte[] frame) => WireJson.Read<PresenceChange>(frame.AsSpan(WireLimits.HeaderBytes));

    private Ear Come(long account, bool classic = false)
    {
        var ear = new Ear(classic);
        hub.Register(ear.Session, new Caller(account, "someone", account, Scopes.All, TokenKind.Device), [], single: false);
        ear.Session.GoLive(new SyncPoint(0, new Dictionary<long, long>()));
        return ear;
    }

    private sealed class Ear : IFrameSink
    {
        private readonly SemaphoreSlim came = new(0);

        public Ear(bool classic) => Session = new Session(this, "test", 1000) { Classic = classic };

        public Session Session { get; }

        public List<byte[]> Frames { get; } = [];

        public long Waiting => Frames.Sum(frame => frame.Length);

        public async Task FirstAsync() => Assert.True(await came.WaitAsync(Patience));

        public void Offer(byte[] frame)
        {
            lock (Frames)
            {
                Frames.Add(frame);
            }
        }

        public int Told()
        {
            lock (Frames)
            {
                return Frames.Sum(f => Read(f).Count);
            }
        }

        // Presence flushes everyone after it has offered to everyone.
        public void Flush()
        {
            if (Frames.Count > 0)
            {
                came.Release();
            }
        }
    }

    /// <summary>Time that passes when someone waits for it, and by as much.</summary>
    private sealed class Clock : FakeTimeProvider
    {
        private readonly SemaphoreSlim asked = new(0);
        private TimeSpan due;

        public async Task<TimeSpan> PassAsync()
        {
            Assert.True(await asked.WaitAsync(Patience));
            var passed = due;
            Advance(passed);
            return passed;
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            due = dueTime;
            asked.Release();
            return timer;
        }
    }
}
