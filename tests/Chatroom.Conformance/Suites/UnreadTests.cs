using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

public abstract class UnreadTests(SharedServer server, ChannelKind kind) : ConformanceTest(server, kind)
{
    [Fact]
    public async Task Texts_emoji_and_replies_of_others_count_and_nothing_else_does()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben);
        var first = (await anna.SayAsync(room, "one")).Number("seq");
        await anna.SayAsync(room, "two", replyTo: first);
        await anna.ChangeAsync(Wire.SendEmoji, new { room, emoji = "😀" }, Wire.SendEmojiSuccess);
        await anna.ChangeAsync(Wire.Edit, new { room, target = first, text = "one, edited" }, Wire.Entry);
        await anna.ChangeAsync(Wire.React, new { room, target = first, emoji = "👍" }, Wire.Entry);
        await anna.ChangeAsync(Wire.Pin, new { room, target = first }, Wire.Entry);
        await anna.ChangeAsync(Wire.SetTopic, new { room, text = "topic" }, Wire.Entry);
        await ben.SayAsync(room, "own");
        Assert.Equal(3, (await ReturnAsync(ben)).UnreadOf(room));
        Assert.Equal(1, (await ReturnAsync(anna)).UnreadOf(room));
    }

    [Fact]
    public async Task A_recalled_entry_no_longer_counts()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben);
        var target = (await anna.SayAsync(room, "one")).Number("seq");
        await anna.SayAsync(room, "two");
        await anna.ChangeAsync(Wire.Recall, new { room, target }, Wire.Entry);
        Assert.Equal(1, (await ReturnAsync(ben)).UnreadOf(room));
        var read = await anna.SayAsync(room, "three");
        await ben.AskAsync(Wire.MarkRead, new { room, seq = target + 1 }, Wire.Ok);
        Assert.Equal(1, (await ReturnAsync(ben)).UnreadOf(room));
        await anna.ChangeAsync(Wire.Recall, new { room, target = read.Number("seq") }, Wire.Entry);
        Assert.Equal(0, (await ReturnAsync(ben)).UnreadOf(room));
    }

    [Fact]
    public async Task The_position_is_shared_by_the_devices_of_a_person_and_by_nobody_else()
    {
        var (anna, ben, carl) = (await PersonAsync(), await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben, carl);
        var tablet = await DeviceAsync(ben);
        var seq = (await anna.SayAsync(room, "one")).Number("seq");
        var head = (await anna.SayAsync(room, "two")).Number("seq");
        await ben.AskAsync(Wire.MarkRead, new { room, seq }, Wire.Ok);
        foreach (var device in new[] { ben, tablet })
        {
            var item = await device.ItemAsync("position", one => one.Text("key") == room && one.Number("position") == seq);
            Assert.Equal((1, head), (item.Number("unread"), item.Number("head")));
        }

        var state = (await ReturnAsync(ben)).Sync.Room(room);
        Assert.Equal((seq, 1L), (state.Number("position"), state.Number("unread")));
        Assert.Equal(2, (await ReturnAsync(carl)).UnreadOf(room));
    }

    [Fact]
    public async Task The_position_never_moves_back_and_never_beyond_the_head()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben);
        var first = (await anna.SayAsync(room, "one")).Number("seq");
        var head = (await anna.SayAsync(room, "two")).Number("seq");
        await ben.AskAsync(Wire.MarkRead, new { room, seq = head }, Wire.Ok);
        await ben.AskAsync(Wire.MarkRead, new { room, seq = first }, Wire.Ok);
        Assert.Equal(head, (await ReturnAsync(ben)).Sync.Room(room).Number("position"));
        await ben.RequestAsync(Wire.MarkRead, new { room, seq = head + 1_000 });
        await anna.SayAsync(room, "three");
        Assert.Equal(1, (await ReturnAsync(ben)).UnreadOf(room));
    }

    [Fact]
    public async Task Sending_does_not_move_the_position_and_a_retry_does_not_either()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben);
        var before = (await ReturnAsync(ben)).Sync.Room(room).Number("position");
        await anna.SayAsync(room, "to read");
        var body = new { room, text = "own", clientId = Unique.ClientId() };
        await ben.AskAsync(Wire.SendMessage, body, Wire.SendMessageAll);
        await ben.AskAsync(Wire.SendMessage, body, Wire.SendMessageAll);
        var state = (await ReturnAsync(ben)).Sync.Room(room);
        Assert.Equal((before, 1L), (state.Number("position"), state.Number("unread")));
    }

    [Fact]
    public async Task Joining_starts_without_unread_even_where_everything_can_be_read()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var (room, _) = await anna.PublicGroupAsync("all");
        var before = (await anna.SayAsync(room, "before")).Number("seq");
        var joined = (await ben.ChangeAsync(Wire.JoinGroup, new { room }, Wire.Joined)).Child("room");
        Assert.Equal((before + 1, 0L), (joined.Number("position"), joined.Number("unread")));
        await anna.SayAsync(room, "after");
        Assert.Equal(1, (await ReturnAsync(ben)).UnreadOf(room));
    }

    [Fact]
    public async Task Unread_in_a_private_chat_counts_for_the_other_only()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.PrivateAsync(ben);
        await anna.ChangeAsync(Wire.SendMessage, new { room, text = "x" }, Wire.SendMessagePrivate);
        Assert.Equal(0, (await ReturnAsync(anna)).UnreadOf(room));
        Assert.Equal(1, (await ReturnAsync(ben)).UnreadOf(room));
    }
}

public sealed class UnreadTestsNative(SharedServer server) : UnreadTests(server, ChannelKind.Native);

public sealed class UnreadTestsWebSocket(SharedServer server) : UnreadTests(server, ChannelKind.WebSocket);
