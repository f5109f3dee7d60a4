using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Delivery;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Chatroom.Tests.Sessions;

public sealed class SessionTests
{
    private static readonly Caller Alice = new(7, "alice", 1, Scopes.All, TokenKind.Device);
    private readonly Sink sink = new();

    [Fact]
    public void Events_are_held_until_the_answer_is_out_and_then_come_in_order()
    {
        var session = Begin(1000);
        session.Deliver([1], 5, 11);
        session.Deliver([2], null, 3);
        Assert.Empty(sink.Frames);
        session.GoLive(new SyncPoint(2, new Dictionary<long, long> { [5] = 10 }));
        session.Deliver([3], 5, 12);
        Assert.Equal([1, 2, 3], sink.Frames.Select(f => f[0]));
    }

    [Fact]
    public void What_the_answer_contained_is_not_told_again()
    {
        var session = Begin(1000);
        session.Deliver([1], 5, 10);
        session.Deliver([2], null, 2);
        session.Deliver([3], 6, 1);
        session.Deliver([4], null, 0);
        session.GoLive(new SyncPoint(2, new Dictionary<long, long> { [5] = 10 }));
        Assert.Equal([3, 4], sink.Frames.Select(f => f[0]));
    }

    [Fact]
    public void Too_much_held_ends_the_sign_in_as_a_slow_consumer_once()
    {
        var session = Begin(100);
        var closed = 0;
        session.OnClose(() => closed++);
        session.Deliver(new byte[100], 5, 1);
        Assert.Empty(sink.Frames);
        session.Deliver([1], 5, 2);
        session.Deliver([1], 5, 3);
        session.GoLive(new SyncPoint(0, new Dictionary<long, long>()));
        var bye = WireJson.Read<Bye>(Assert.Single(sink.Frames).AsSpan(WireLimits.HeaderBytes));
        Assert.Equal((int)Code.SlowConsumer, bye.Reason);
        Assert.Equal((1, SessionState.Closed), (closed, session.State));
    }

    [Fact]
    public void The_revision_told_is_that_of_the_answer_and_of_items_after_it()
    {
        var session = Begin(1000);
        Assert.Equal(0, session.ToldRevision);
        session.Deliver([1], null, 9);
        session.GoLive(new SyncPoint(7, new Dictionary<long, long>()));
        Assert.Equal(9, session.ToldRevision);
        session.Deliver([1], 5, 100);
        session.Deliver([1], null, 10);
        Assert.Equal(10, session.ToldRevision);
    }

    [Fact]
    public void What_was_told_to_a_connection_that_broke_soon_after_may_not_have_arrived()
    {
        var clock = new FakeTimeProvider();
        using var session = new Session(sink, "test", 1000, clock);
        session.Begin(Alice);
        session.GoLive(new SyncPoint(7, new Dictionary<long, long>()));
        Assert.Equal(7, session.ArrivedRevision);
        session.Deliver([1], null, 8);
        Assert.Equal(7, session.ArrivedRevision);
        clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(8, session.ArrivedRevision);
        session.Deliver([1], null, 9);
        session.Deliver([1], null, 10);
        Assert.Equal((8, 10), (session.ArrivedRevision, session.ToldRevision));
        clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(10, session.ArrivedRevision);
    }

    [Fact]
    public void A_bot_that_may_not_read_is_told_replies_only()
    {
        var session = new Session(sink, "test", 1000);
        session.Begin(Alice with { Scopes = Scopes.Send, Kind = TokenKind.Bot });
        session.GoLive(new SyncPoint(0, new Dictionary<long, long>()));
        session.Deliver([1], 5, 1);
        session.Reply([2]);
        Assert.Equal([2], Assert.Single(sink.Frames));
    }

    [Fact]
    public void After_the_end_nothing_is_delivered()
    {
        var session = Begin(1000);
        session.GoLive(new SyncPoint(0, new Dictionary<long, long>()));
        session.End(Code.SignedOut, "Signed out.", null);
        session.End(Code.SignedOut, "Signed out.", null);
        session.Deliver([1], 5, 1);
        Assert.Single(sink.Frames);
    }

    private Session Begin(int heldLimit)
    {
        var session = new Session(sink, "test", heldLimit);
        session.Begin(Alice);
        return session;
    }

    private sealed class Sink : IFrameSink
    {
        public List<byte[]> Frames { get; } = [];

        public long Waiting => Frames.Sum(frame => frame.Length);

        public void Offer(byte[] frame) => Frames.Add(frame);

        public void Flush()
        {
        }
    }
}
