using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

public abstract class SyncTests(SharedServer server, ChannelKind kind) : ConformanceTest(server, kind)
{
    private const int EntryBytes = 262_144;

    [Fact]
    public async Task The_frames_come_in_their_order_and_are_counted()
    {
        var person = await PersonAsync();
        await person.SayAsync(await person.GroupAsync(), "x");
        var sync = (await ReturnAsync(person)).Sync;
        int[] order = [Wire.LoginSuccess, Wire.AccountChanged, Wire.Rooms, Wire.Presence, Wire.History, Wire.SyncDone];
        var places = sync.Frames.Select(frame => Array.IndexOf(order, frame.Code)).ToList();
        Assert.Equal(places.Order(), places);
        Assert.Equal(Enumerable.Range(0, order.Length), places.Distinct());
        Assert.Equal(sync.Frames.Count, sync.Done.Number("frames"));
        Assert.Equal(sync.Success.Number("revision"), sync.Done.Number("revision"));
        Assert.Single(sync.Frames, frame => frame.Code == Wire.Presence);
    }

    [Fact]
    public async Task A_first_start_gets_everything()
    {
        var person = await PersonAsync();
        var room = await person.GroupAsync();
        var entry = await person.SayAsync(room, "first");
        var sync = (await ReturnAsync(person)).Sync;
        Assert.True(sync.Full);
        Assert.Equal(2, sync.Rooms.Count());
        Assert.Equal(entry.Number("seq"), sync.Room(room).Number("head"));
        Assert.Equal("owner", sync.Room(room).Text("role"));
        Assert.Equal(1, sync.Room(room).Number("memberCount"));
        Assert.Equal("first", sync.Page(room)!.List("entries")[^1].Text("text"));
        Assert.DoesNotContain(sync.Items, item => item.Text("kind") == "room");
        Assert.Contains(sync.Items, item => item.Text("kind") == "device" && item.Text("key") == person.Device);
    }

    [Fact]
    public async Task Only_entries_after_the_positions_had_come_and_none_where_nothing_is_new()
    {
        var person = await PersonAsync();
        var quiet = await person.GroupAsync();
        var busy = await person.GroupAsync();
        var had = (await person.SayAsync(busy, "had")).Number("seq");
        var quietHead = (await person.SayAsync(quiet, "had")).Number("seq");
        await person.SayAsync(busy, "new 1");
        await person.SayAsync(busy, "new 2");
        var have = new { revision = 0, rooms = new Dictionary<string, long> { [busy] = had, [quiet] = quietHead } };
        var sync = (await ReturnAsync(person, have)).Sync;
        Assert.Equal([had + 1, had + 2], sync.Page(busy)!.List("entries").Select(entry => entry.Number("seq")));
        Assert.False(sync.Page(busy).Flag("gap"));
        Assert.Null(sync.Page(quiet));
        Assert.Equal(quietHead, sync.Room(quiet).Number("head"));
    }

    [Fact]
    public async Task Only_items_above_the_revision_had_come_and_deletions_are_items()
    {
        var person = await PersonAsync();
        var (old, gone, late) = (await PersonAsync(), await PersonAsync(), await PersonAsync());
        await person.ChangeAsync(Wire.AddFriend, new { account = old.Id }, Wire.AddFriendSuccess);
        await person.ChangeAsync(Wire.AddFriend, new { account = gone.Id }, Wire.AddFriendSuccess);
        var left = await person.GroupAsync(old);
        await old.ChangeAsync(Wire.SetRole, new { room = left, account = old.Id, role = "member" }, Wire.Forbidden);
        var device = await ReturnAsync(person);
        var revision = device.Sync.Done.Number("revision");
        await device.DisposeAsync();

        await person.ChangeAsync(Wire.RemoveFriend, new { account = gone.Id }, Wire.Ok);
        await person.ChangeAsync(Wire.AddFriend, new { account = late.Id }, Wire.AddFriendSuccess);
        await person.ChangeAsync(Wire.SetRole, new { room = left, account = old.Id, role = "owner" }, Wire.Entry);
        await person.ChangeAsync(Wire.LeaveGroup, new { room = left }, Wire.Entry);

        var sync = (await ReturnAsync(person, new { revision })).Sync;
        Assert.False(sync.Full);
        Assert.All(sync.Items, item => Assert.True(item.Number("revision") > revision));
        Assert.Equal(sync.Items.Select(item => item.Number("revision")).Order(), sync.Items.Select(item => item.Number("revision")));
        Assert.True(sync.Items.Single(item => item.Text("key") == gone.Id).Flag("deleted"));
        Assert.False(sync.Items.Single(item => item.Text("key") == late.Id && item.Text("kind") == "friend").Flag("deleted"));
        Assert.True(sync.Items.Single(item => item.Text("key") == left && item.Text("kind") == "room").Flag("deleted"));
        Assert.DoesNotContain(sync.Items, item => item.Text("key") == old.Id);
        Assert.DoesNotContain(sync.Rooms, room => room.Text("id") == left);
    }

    [Fact]
    public async Task A_revision_the_server_never_gave_means_everything_anew()
    {
        var person = await PersonAsync();
        var sync = (await ReturnAsync(person, new { revision = 1_000_000_000 })).Sync;
        Assert.True(sync.Full);
        Assert.NotEmpty(sync.Items);
    }

    [Fact]
    public async Task What_is_had_of_another_history_counts_for_nothing()
    {
        var person = await PersonAsync();
        var room = await person.GroupAsync();
        var entries = new List<long>();
        for (var i = 0; i < 3; i++)
        {
            entries.Add((await person.SayAsync(room, $"{i}")).Number("seq"));
        }

        var first = (await ReturnAsync(person)).Sync;
        var history = first.Success.Child("server").Text("history");
        var rooms = new Dictionary<string, long> { [room] = entries[^1] };
        var revision = first.Done.Number("revision");

        var same = (await ReturnAsync(person, new { history, revision, rooms })).Sync;
        Assert.False(same.Full);
        Assert.Null(same.Page(room));

        var other = (await ReturnAsync(person, new { history = new string('0', 32), revision, rooms })).Sync;
        Assert.True(other.Full);
        Assert.False(other.Page(room).Flag("gap"));
        Assert.Equal(entries, other.Page(room)!.List("entries").Select(entry => entry.Number("seq")).TakeLast(3));
        Assert.Equal(history, other.Success.Child("server").Text("history"));
    }

    [Fact]
    public async Task More_than_fits_brings_the_newest_page_a_gap_mark_and_a_way_to_page_back()
    {
        var person = await PersonAsync();
        var room = await person.GroupAsync();
        var had = (await person.SayAsync(room, "had")).Number("seq");
        var requests = new List<uint>();
        for (var i = 0; i < 40; i++)
        {
            requests.Add(await person.SendAsync(Wire.SendMessage, new { room, text = new string('x', 15_000), clientId = Unique.ClientId() }));
        }

        var seqs = new List<long>();
        foreach (var request in requests)
        {
            seqs.Add((await person.ReplyAsync(request)).Body.Number("seq"));
        }

        var back = await ReturnAsync(person, new { revision = 0, rooms = new Dictionary<string, long> { [room] = had } });
        var page = back.Sync.Page(room)!;
        Assert.True(page.Flag("gap"));
        var got = page.List("entries").Select(entry => entry.Number("seq")).ToList();
        Assert.Equal(seqs[^1], got[^1]);
        Assert.InRange(back.Sync.Pages.SelectMany(one => one.List("entries")).Sum(entry => RawFrame.BodyOf(entry).Length), 1, EntryBytes);
        Assert.All(back.Sync.Frames, frame => Assert.True(frame.BodyBytes <= EntryBytes));
        while (got[0] > had + 1)
        {
            var older = (await back.HistoryAsync(room, before: got[0])).List("entries").Select(entry => entry.Number("seq")).ToList();
            Assert.NotEmpty(older);
            got.InsertRange(0, older);
        }

        Assert.Equal(seqs, got.Where(seq => seq > had));
    }

    [Fact]
    public async Task All_entries_of_one_answer_are_at_most_256_KiB()
    {
        var person = await PersonAsync();
        var rooms = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            var room = await person.GroupAsync();
            rooms.Add(room);
            for (var n = 0; n < 5; n++)
            {
                await person.SayAsync(room, new string('x', 16_000));
            }
        }

        var sync = (await ReturnAsync(person)).Sync;
        Assert.InRange(sync.Pages.SelectMany(page => page.List("entries")).Sum(entry => RawFrame.BodyOf(entry).Length), 1, EntryBytes);
        Assert.All(rooms, room => Assert.True(sync.Room(room).Number("head") >= 6));
    }

    [Fact]
    public async Task Nothing_is_missing_or_doubled_between_the_pages_and_the_events()
    {
        var writer = await PersonAsync();
        var reader = await PersonAsync();
        var room = await writer.GroupAsync(reader);
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 150; i++)
            {
                await writer.SayAsync(room, $"n{i}");
            }
        });
        var devices = new List<RawClient>();
        while (!writing.IsCompleted && devices.Count < 12)
        {
            devices.Add(await ReturnAsync(reader, page: 200));
        }

        await writing;
        var last = (await writer.SayAsync(room, "end")).Number("seq");
        foreach (var device in devices)
        {
            await device.EntryAsync(room, last);
            var seqs = device.Sync.Page(room)!.List("entries").Concat(device.EntriesOf(room)).Select(entry => entry.Number("seq")).ToList();
            Assert.Equal(Enumerable.Range(0, seqs.Count).Select(i => seqs[0] + i), seqs);
        }

        Assert.NotEmpty(devices);
    }
}

public sealed class SyncTestsNative(SharedServer server) : SyncTests(server, ChannelKind.Native);

public sealed class SyncTestsWebSocket(SharedServer server) : SyncTests(server, ChannelKind.WebSocket);
