using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

public abstract class LobbyTests(SharedServer server, ChannelKind kind) : ConformanceTest(server, kind)
{
    [Fact]
    public async Task A_text_is_replied_to_the_sender_once_and_told_to_every_other_device()
    {
        var sender = await PersonAsync();
        var (tablet, other) = (await DeviceAsync(sender), await PersonAsync());
        var clientId = Unique.ClientId();
        var entry = await sender.ChangeAsync(Wire.SendMessage, new { room = sender.Lobby, text = "你好", clientId }, Wire.SendMessageAll);
        var seq = entry.Number("seq");
        var toTablet = await tablet.EntryAsync(sender.Lobby, seq);
        var toOther = await other.EntryAsync(sender.Lobby, seq);
        Assert.Equal(Wire.SendMessageAll, toTablet.Code);
        Assert.Equal(entry.ToJsonString(), toTablet.Body.ToJsonString());
        Assert.Equal(entry.ToJsonString(), toOther.Body.ToJsonString());
        await sender.FenceAsync();
        Assert.DoesNotContain(sender.EntriesOf(sender.Lobby), old => old.Number("seq") == seq);
        Assert.Equal("text", entry.Text("kind"));
        Assert.Equal("text", entry.Text("format"));
        Assert.Equal(sender.Id, entry.Text("sender"));
        Assert.Equal(sender.Name, entry.Text("senderName"));
        Assert.Equal(clientId, entry.Text("clientId"));
        Assert.True(entry.Flag("counts"));
        Assert.False(entry.Flag("duplicate"));
        Assert.InRange(entry.Number("time") - DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), -300_000, 300_000);
    }

    [Fact]
    public async Task Replies_and_events_of_a_room_come_in_the_order_of_seq_without_a_gap()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben);
        await Task.WhenAll(TalkAsync(anna, room), TalkAsync(ben, room));
        var head = (await anna.SayAsync(room, "end")).Number("seq");
        await ben.EntryAsync(room, head);
        foreach (var client in new[] { anna, ben })
        {
            var seqs = client.Frames.Where(frame => Acts.IsEntry(frame.Code) && frame.Body.Text("room") == room)
                .Select(frame => frame.Body.Number("seq")).ToList();
            Assert.Equal(Enumerable.Range(0, seqs.Count).Select(i => seqs[0] + i), seqs);
            Assert.Equal(head, seqs[^1]);
        }
    }

    [Theory]
    [InlineData("[emoji-happy]")]
    [InlineData("[emoji-HappyWithHalo]")]
    [InlineData("[emoji-cake]")]
    [InlineData("[emoji-hotpot]")]
    public async Task The_four_words_of_Chatroom_2_become_emoji(string word)
    {
        var client = await PersonAsync();
        var entry = await client.ChangeAsync(Wire.SendEmoji, new { room = client.Lobby, emoji = word }, Wire.SendEmojiSuccess);
        Assert.Equal("emoji", entry.Text("kind"));
        Assert.DoesNotContain("emoji", entry.Text("emoji"));
        Assert.True(entry.Text("emoji").EnumerateRunes().First().Value > 0x2000);
        Assert.True(entry.Flag("counts"));
    }

    [Theory]
    [InlineData("😀")]
    [InlineData("👍🏽")]
    [InlineData("👨‍👩‍👧‍👦")]
    [InlineData("🇩🇪")]
    [InlineData("❤️")]
    public async Task One_emoji_however_it_is_composed_is_taken(string emoji)
    {
        var client = await PersonAsync();
        var other = await DeviceAsync(client);
        var entry = await client.ChangeAsync(Wire.SendEmoji, new { room = client.Lobby, emoji }, Wire.SendEmojiSuccess);
        Assert.Equal(emoji, entry.Text("emoji"));
        Assert.Equal(Wire.SendEmojiSuccess, (await other.EntryAsync(client.Lobby, entry.Number("seq"))).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("[emoji-cat]")]
    [InlineData("😀😀")]
    [InlineData("😀a")]
    [InlineData("漢")]
    public async Task What_is_not_one_emoji_is_refused(string emoji)
    {
        var client = await PersonAsync();
        await client.ChangeAsync(Wire.SendEmoji, new { room = client.Lobby, emoji }, Wire.SendEmojiError);
    }

    [Fact]
    public async Task Own_entries_and_those_of_others_and_of_the_system_are_told_apart_by_fields()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben);
        await ben.SayAsync(room, "from Ben");
        await anna.SayAsync(room, "from Anna");
        var entries = (await anna.HistoryAsync(room)).List("entries");
        string[] system = ["create", "join"];
        Assert.Equal(system, entries.Take(2).Select(entry => entry.Text("kind")));
        Assert.Null(entries[1].OptText("text"));
        Assert.Equal(ben.Id, entries[1].Text("subject"));
        Assert.All(entries.Take(2), entry => Assert.False(entry.Flag("counts")));
        Assert.Equal([ben.Id, anna.Id], entries.Skip(2).Select(entry => entry.Text("sender")));
    }

    [Fact]
    public async Task The_lobby_is_everybodys_and_cannot_be_left()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        Assert.Equal(anna.Lobby, ben.Lobby);
        await anna.ChangeAsync(Wire.LeaveGroup, new { room = anna.Lobby }, Wire.Forbidden);
    }

    private static async Task TalkAsync(RawClient client, string room)
    {
        for (var i = 0; i < 40; i++)
        {
            await client.SayAsync(room, $"n{i}");
        }
    }
}

public sealed class LobbyTestsNative(SharedServer server) : LobbyTests(server, ChannelKind.Native);

public sealed class LobbyTestsWebSocket(SharedServer server) : LobbyTests(server, ChannelKind.WebSocket);
