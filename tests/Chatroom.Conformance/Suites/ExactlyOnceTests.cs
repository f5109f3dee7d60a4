using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

public abstract class ExactlyOnceTests(SharedServer server, ChannelKind kind) : ConformanceTest(server, kind)
{
    [Fact]
    public async Task A_retry_returns_the_first_result_on_this_and_on_another_connection()
    {
        var person = await PersonAsync();
        var room = await person.GroupAsync();
        var body = new { room, text = "once", clientId = Unique.ClientId() };
        var first = await person.AskAsync(Wire.SendMessage, body, Wire.SendMessageAll);
        var here = await person.AskAsync(Wire.SendMessage, body, Wire.SendMessageAll);
        var there = await (await DeviceAsync(person)).AskAsync(Wire.SendMessage, body, Wire.SendMessageAll);
        Assert.False(first.Flag("duplicate"));
        Assert.True(here.Flag("duplicate") && there.Flag("duplicate"));
        Assert.Equal(first.Number("seq"), here.Number("seq"));
        Assert.Equal(first.Number("seq"), there.Number("seq"));
        Assert.Equal(first.Number("time"), there.Number("time"));
        Assert.Single((await person.HistoryAsync(room)).List("entries"), entry => entry.OptText("text") == "once");
    }

    [Fact]
    public async Task Retries_at_the_same_instant_make_one_entry()
    {
        var person = await PersonAsync();
        var room = await person.GroupAsync();
        RawClient[] devices = [person, await DeviceAsync(person), await DeviceAsync(person)];
        var body = new { room, text = "once", clientId = Unique.ClientId() };
        var replies = await Task.WhenAll(devices.SelectMany(device => new[] { device, device }).Select(device => device.RequestAsync(Wire.SendMessage, body)));
        Assert.All(replies, reply => Assert.Equal(Wire.SendMessageAll, reply.Code));
        Assert.Single(replies.Select(reply => reply.Body.Number("seq")).Distinct());
        Assert.Single(replies, reply => !reply.Body.Flag("duplicate"));
    }

    [Fact]
    public async Task The_same_id_with_other_content_is_a_conflict()
    {
        var person = await PersonAsync();
        var room = await person.GroupAsync();
        var clientId = Unique.ClientId();
        await person.AskAsync(Wire.SendMessage, new { room, text = "one", clientId }, Wire.SendMessageAll);
        await person.AskAsync(Wire.SendMessage, new { room, text = "two", clientId }, Wire.IdempotencyConflict);
        await person.AskAsync(Wire.SendMessage, new { room = person.Lobby, text = "one", clientId }, Wire.IdempotencyConflict);
        await person.AskAsync(Wire.SendEmoji, new { room, emoji = "😀", clientId }, Wire.IdempotencyConflict);
        await person.AskAsync(Wire.CreateGroup, new { name = $"g{Unique.Word()}", clientId }, Wire.IdempotencyConflict);
    }

    [Fact]
    public async Task The_same_id_of_another_account_is_another_change()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var clientId = Unique.ClientId();
        var first = await anna.AskAsync(Wire.SendMessage, new { room = anna.Lobby, text = "A", clientId }, Wire.SendMessageAll);
        var second = await ben.AskAsync(Wire.SendMessage, new { room = anna.Lobby, text = "B", clientId }, Wire.SendMessageAll);
        Assert.NotEqual(first.Number("seq"), second.Number("seq"));
        Assert.False(second.Flag("duplicate"));
    }

    [Fact]
    public async Task A_retry_after_leaving_the_group_still_returns_the_first_result()
    {
        var (owner, person) = (await PersonAsync(), await PersonAsync());
        var room = await owner.GroupAsync(person);
        var body = new { room, text = "once", clientId = Unique.ClientId() };
        var first = await person.AskAsync(Wire.SendMessage, body, Wire.SendMessageAll);
        var leave = new { room, clientId = Unique.ClientId() };
        var left = await person.AskAsync(Wire.LeaveGroup, leave, Wire.Entry);
        var again = await person.AskAsync(Wire.SendMessage, body, Wire.SendMessageAll);
        Assert.True(again.Flag("duplicate"));
        Assert.Equal(first.Number("seq"), again.Number("seq"));
        var leftAgain = await person.AskAsync(Wire.LeaveGroup, leave, Wire.Entry);
        Assert.True(leftAgain.Flag("duplicate"));
        Assert.Equal(left.Number("seq"), leftAgain.Number("seq"));
    }

    [Fact]
    public async Task A_retry_after_the_recall_returns_the_recalled_entry_and_no_second_one()
    {
        var person = await PersonAsync();
        var room = await person.GroupAsync();
        var body = new { room, text = "regretted", clientId = Unique.ClientId() };
        var seq = (await person.AskAsync(Wire.SendMessage, body, Wire.SendMessageAll)).Number("seq");
        await person.ChangeAsync(Wire.Recall, new { room, target = seq }, Wire.Entry);
        var again = await person.AskAsync(Wire.SendMessage, body, Wire.SendMessageAll);
        Assert.True(again.Flag("duplicate"));
        Assert.Equal(seq, again.Number("seq"));
        Assert.Equal(seq + 1, (await person.HistoryAsync(room)).Number("head"));
        await person.AskAsync(Wire.SendMessage, new { room, text = "other", body.clientId }, Wire.IdempotencyConflict);
    }

    [Fact]
    public async Task A_retry_of_CREATE_GROUP_finds_the_group_it_made()
    {
        var person = await PersonAsync();
        var body = new { name = $"g{Unique.Word()}", clientId = Unique.ClientId() };
        var first = await person.AskAsync(Wire.CreateGroup, body, Wire.GroupCreated);
        var again = await person.AskAsync(Wire.CreateGroup, body, Wire.GroupCreated);
        Assert.True(again.Flag("duplicate"));
        Assert.Equal(first.Child("room").Text("id"), again.Child("room").Text("id"));
        Assert.Equal(2, (await ReturnAsync(person)).Sync.Rooms.Count());
    }

    [Fact]
    public async Task A_retry_of_ADD_FRIEND_is_a_success_and_not_already_a_friend()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var body = new { account = ben.Id, clientId = Unique.ClientId() };
        var first = await anna.AskAsync(Wire.AddFriend, body, Wire.AddFriendSuccess);
        var again = await anna.AskAsync(Wire.AddFriend, body, Wire.AddFriendSuccess);
        Assert.True(again.Flag("duplicate"));
        Assert.Equal(first.Number("revision"), again.Number("revision"));
        await ben.EventAsync(Wire.AddFriendRemind, item => item.Child("item").Text("key") == anna.Id);
        await ben.FenceAsync();
        Assert.Single(ben.Frames, frame => frame.Code == Wire.AddFriendRemind);
    }

    [Fact]
    public async Task A_refused_request_is_not_remembered()
    {
        var (owner, person) = (await PersonAsync(), await PersonAsync());
        var room = await owner.GroupAsync();
        var body = new { room, text = "later", clientId = Unique.ClientId() };
        await person.AskAsync(Wire.SendMessage, body, Wire.NotFound);
        await owner.BringAsync(room, person);
        Assert.False((await person.AskAsync(Wire.SendMessage, body, Wire.SendMessageAll)).Flag("duplicate"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0123456789abcdef0123456789abcde")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("0123456789abcdef0123456789abcdeg")]
    public async Task A_change_without_a_proper_client_id_is_wrong(string? clientId)
    {
        var person = await PersonAsync();
        await person.AskAsync(Wire.SendMessage, new { room = person.Lobby, text = "x", clientId }, Wire.WrongMessage);
    }
}

public sealed class ExactlyOnceTestsNative(SharedServer server) : ExactlyOnceTests(server, ChannelKind.Native);

public sealed class ExactlyOnceTestsWebSocket(SharedServer server) : ExactlyOnceTests(server, ChannelKind.WebSocket);
