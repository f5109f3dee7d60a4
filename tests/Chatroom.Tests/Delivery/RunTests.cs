using Chatroom.Server.Delivery;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;

namespace Chatroom.Tests.Delivery;

public sealed class RunTests
{
    private const long Room = 5;
    private const long Other = 6;
    private readonly Hub hub = new();

    [Fact]
    public void What_a_batch_appends_to_one_room_is_offered_as_one()
    {
        var reader = Come(1);
        hub.DeliverEntry(Room, 1, [1], null, null);
        hub.DeliverEntry(Room, 2, [2], null, null);
        Assert.Empty(reader.Offers);
        hub.FlushTouched();
        Assert.Equal([1, 2], Assert.Single(reader.Offers));
    }

    [Fact]
    public void A_sender_gets_each_reply_in_the_place_of_its_entry()
    {
        var (writer, reader) = (Come(1), Come(2));
        hub.DeliverEntry(Room, 1, [1], null, null);
        hub.DeliverEntry(Room, 2, [2], writer.Session, [102]);
        hub.DeliverEntry(Room, 3, [3], null, null);
        hub.DeliverEntry(Room, 4, [4], writer.Session, [104]);
        hub.FlushTouched();
        Assert.Equal([1, 102, 3, 104], writer.Offers.SelectMany(o => o));
        Assert.Equal([1, 2, 3, 4], Assert.Single(reader.Offers));
    }

    [Fact]
    public void A_sender_who_does_not_hear_the_room_gets_the_replies_alone()
    {
        var outside = new Ear();
        hub.Register(outside.Session, new Caller(9, "nine", 9, Scopes.All, TokenKind.Device), [], single: false);
        hub.DeliverEntry(Room, 1, [1], outside.Session, [101]);
        hub.DeliverEntry(Room, 2, [2], null, null);
        hub.DeliverEntry(Room, 3, [3], outside.Session, [103]);
        hub.FlushTouched();
        Assert.Equal([101, 103], outside.Offers.SelectMany(o => o));
    }

    [Fact]
    public void Whatever_else_happens_comes_after_the_entries_before_it()
    {
        var reader = Come(1);
        hub.DeliverEntry(Room, 1, [1], null, null);
        hub.DeliverItems(1, [50], 7);
        hub.DeliverEntry(Room, 2, [2], null, null);
        hub.DeliverEntry(Other, 1, [60], null, null);
        hub.DeliverEntry(Room, 3, [3], null, null);
        hub.Pass([70], Room, exceptAccount: 99);
        hub.DeliverEntry(Room, 4, [4], null, null);
        hub.Reply(reader.Session, [80]);
        hub.FlushTouched();
        Assert.Equal([1, 50, 2, 60, 3, 70, 4, 80], reader.Offers.SelectMany(o => o));
    }

    [Fact]
    public void Who_leaves_hears_the_entries_before_and_who_comes_those_after()
    {
        var (leaving, coming) = (Come(1), Come(2, rooms: [Other]));
        hub.DeliverEntry(Room, 1, [1], null, null);
        hub.Unsubscribe(1, Room);
        hub.Subscribe(2, Room);
        hub.DeliverEntry(Room, 2, [2], null, null);
        hub.FlushTouched();
        Assert.Equal([1], leaving.Offers.SelectMany(o => o));
        Assert.Equal([2], coming.Offers.SelectMany(o => o));
    }

    [Fact]
    public void Entries_that_the_answer_to_sign_in_contained_are_taken_out_of_the_run()
    {
        var synced = Come(1, new SyncPoint(0, new Dictionary<long, long> { [Room] = 2 }));
        for (byte seq = 1; seq <= 4; seq++)
        {
            hub.DeliverEntry(Room, seq, [seq], null, null);
        }

        hub.FlushTouched();
        Assert.Equal([3, 4], synced.Offers.SelectMany(o => o));
    }

    [Fact]
    public void A_session_that_is_still_signing_in_holds_the_run_and_forgets_it_with_the_room()
    {
        var ear = new Ear();
        hub.Register(ear.Session, new Caller(1, "one", 1, Scopes.All, TokenKind.Device), [Room, Other], single: false);
        hub.DeliverEntry(Room, 1, [1], null, null);
        hub.DeliverEntry(Room, 2, [2], null, null);
        hub.DeliverEntry(Other, 1, [60], null, null);
        hub.FlushTouched();
        hub.Unsubscribe(1, Room);
        Assert.Empty(ear.Offers);
        ear.Session.GoLive(new SyncPoint(0, new Dictionary<long, long>()));
        Assert.Equal([60], ear.Offers.SelectMany(o => o));
    }

    [Fact]
    public void A_long_batch_is_not_one_endless_run()
    {
        var reader = Come(1);
        for (var seq = 1; seq <= 100; seq++)
        {
            hub.DeliverEntry(Room, seq, new byte[1024], null, null);
        }

        hub.FlushTouched();
        Assert.InRange(reader.Offers.Count, 2, 10);
        Assert.Equal(100 * 1024, reader.Offers.Sum(o => o.Length));
    }

    private Ear Come(long account, SyncPoint? point = null, long[]? rooms = null)
    {
        var ear = new Ear();
        Assert.True(hub.Register(ear.Session, new Caller(account, "someone", account, Scopes.All, TokenKind.Device), rooms ?? [Room, Other], single: false));
        ear.Session.GoLive(point ?? new SyncPoint(0, new Dictionary<long, long>()));
        return ear;
    }

    private sealed class Ear : IFrameSink
    {
        public Ear() => Session = new Session(this, "test", 100_000);

        public Session Session { get; }

        public List<byte[]> Offers { get; } = [];

        public long Waiting => 0;

        public void Offer(byte[] frame) => Offers.Add(frame);

        public void Offer(FrameRun run) => Offers.Add(run.Joined.ToArray());

        public void Flush()
        {
        }
    }
}
