using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

public abstract class PrivateChatTests(SharedServer server, ChannelKind kind) : ConformanceTest(server, kind)
{
    [Fact]
    public async Task The_sender_learns_whether_the_other_was_told_now()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var tablet = await DeviceAsync(anna);
        var told = await anna.ChangeAsync(Wire.SendMessage, new { to = ben.Name, text = "now" }, Wire.SendMessagePrivate);
        var room = told.Text("room");
        Assert.Equal(Wire.SendMessagePrivate, (await ben.EntryAsync(room, told.Number("seq"))).Code);
        await tablet.EntryAsync(room, told.Number("seq"));
        await anna.SeeOffAsync(ben);
        var stored = await anna.ChangeAsync(Wire.SendMessage, new { to = ben.Name, text = "later" }, Wire.SendMessagePrivateStored);
        Assert.Equal(room, stored.Text("room"));
        var sync = (await ReturnAsync(ben, new { revision = 0, rooms = new Dictionary<string, long> { [room] = told.Number("seq") } })).Sync;
        Assert.Equal(["later"], sync.Page(room)!.List("entries").Select(entry => entry.Text("text")));
        Assert.Equal("private", sync.Room(room).Text("kind"));
        Assert.Equal(anna.Id, sync.Room(room).Child("peer").Text("id"));
    }

    [Fact]
    public async Task Opening_a_chat_tells_whether_it_is_empty_and_brings_its_newest_page()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var empty = await anna.ChangeAsync(Wire.PrivateInit, new { name = ben.Name }, Wire.PrivateHistoryEmpty);
        var room = empty.Child("room").Text("id");
        Assert.Empty(empty.Child("page").List("entries"));
        await anna.ChangeAsync(Wire.SendMessage, new { room, text = "hello" }, Wire.SendMessagePrivate);
        var page = await ben.ChangeAsync(Wire.PrivateInit, new { account = anna.Id }, Wire.PrivateHistory);
        Assert.Equal(room, page.Child("room").Text("id"));
        Assert.Equal(["hello"], page.Child("page").List("entries").Select(entry => entry.Text("text")));
    }

    [Fact]
    public async Task The_other_learns_of_a_new_chat_before_or_with_its_first_entry()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var tablet = await DeviceAsync(anna);
        var entry = await anna.ChangeAsync(Wire.SendEmoji, new { to = ben.Name, emoji = "🎉" }, Wire.SendMessagePrivate);
        foreach (var device in new[] { ben, tablet })
        {
            await device.EntryAsync(entry.Text("room"), entry.Number("seq"));
            await device.ItemAsync("room", item => item.Text("key") == entry.Text("room") && item.Child("room").Text("kind") == "private");
        }
    }

    [Fact]
    public async Task Both_who_write_first_at_the_same_instant_share_one_chat()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var replies = await Task.WhenAll(
            anna.RequestAsync(Wire.SendMessage, new { to = ben.Name, text = "A", clientId = Unique.ClientId() }),
            ben.RequestAsync(Wire.SendMessage, new { to = anna.Name, text = "B", clientId = Unique.ClientId() }));
        Assert.All(replies, reply => Assert.Equal(Wire.SendMessagePrivate, reply.Code));
        Assert.Equal(replies[0].Body.Text("room"), replies[1].Body.Text("room"));
        Assert.NotEqual(replies[0].Body.Number("seq"), replies[1].Body.Number("seq"));
    }

    [Fact]
    public async Task Nobody_else_reads_or_writes_in_it()
    {
        var (anna, ben, eve) = (await PersonAsync(), await PersonAsync(), await PersonAsync());
        var room = await anna.PrivateAsync(ben);
        var seq = (await anna.ChangeAsync(Wire.SendMessage, new { room, text = "secret" }, Wire.SendMessagePrivate)).Number("seq");
        await eve.AskAsync(Wire.GetAllChatHistory, new { room }, Wire.NotFound);
        await eve.ChangeAsync(Wire.SendMessage, new { room, text = "x" }, Wire.NotFound);
        await eve.ChangeAsync(Wire.React, new { room, target = seq, emoji = "👍" }, Wire.NotFound);
        await eve.ChangeAsync(Wire.JoinGroup, new { room }, Wire.NotFound);
        await eve.AskAsync(Wire.Typing, new { room }, Wire.NotFound);
        await anna.ChangeAsync(Wire.LeaveGroup, new { room }, Wire.Forbidden);
        await eve.FenceAsync();
        Assert.Empty(eve.EntriesOf(room));
    }

    [Fact]
    public async Task Whom_one_cannot_write_to_is_said_by_its_code()
    {
        var anna = await PersonAsync();
        await anna.ChangeAsync(Wire.SendMessage, new { to = $"n{Unique.Word()}", text = "x" }, Wire.NoSuchUser);
        await anna.ChangeAsync(Wire.PrivateInit, new { name = $"n{Unique.Word()}" }, Wire.NoSuchUser);
        await anna.ChangeAsync(Wire.PrivateInit, new { name = anna.Name }, Wire.AddFriendError);
        await anna.ChangeAsync(Wire.SendMessage, new { room = "nowhere", text = "x" }, Wire.NotFound);
        await anna.ChangeAsync(Wire.SendMessage, new { text = "x" }, Wire.WrongMessage, Wire.NotFound);
    }

    [Fact]
    public async Task Friends_only_still_lets_friends_write()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        await ben.ChangeAsync(Wire.SetSettings, new { accept = "friends" }, Wire.Ok);
        await anna.ChangeAsync(Wire.SendMessage, new { to = ben.Name, text = "x" }, Wire.NotAccepting);
        await ben.ChangeAsync(Wire.AddFriend, new { account = anna.Id }, Wire.AddFriendSuccess);
        await anna.ChangeAsync(Wire.SendMessage, new { to = ben.Name, text = "x" }, Wire.SendMessagePrivate);
    }

    [Fact]
    public async Task A_blocked_person_may_still_open_and_read_a_chat_that_exists()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.PrivateAsync(ben);
        await anna.ChangeAsync(Wire.SendMessage, new { room, text = "x" }, Wire.SendMessagePrivate);
        await ben.ChangeAsync(Wire.Block, new { account = anna.Id }, Wire.Ok);
        await anna.ChangeAsync(Wire.PrivateInit, new { account = ben.Id }, Wire.PrivateHistory);
        await anna.HistoryAsync(room);
    }
}

public sealed class PrivateChatTestsNative(SharedServer server) : PrivateChatTests(server, ChannelKind.Native);

public sealed class PrivateChatTestsWebSocket(SharedServer server) : PrivateChatTests(server, ChannelKind.WebSocket);
