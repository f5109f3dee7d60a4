using System.Text.Json.Nodes;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

public abstract class FriendTests(SharedServer server, ChannelKind kind) : ConformanceTest(server, kind)
{
    [Fact]
    public async Task Adding_a_friend_is_told_to_the_other_at_once()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        await anna.AskAsync(Wire.ShowAllFriends, null, Wire.FriendsNone);
        var added = await anna.ChangeAsync(Wire.AddFriend, new { name = ben.Name.ToUpperInvariant() }, Wire.AddFriendSuccess);
        Assert.Equal(ben.Id, added.Child("friend").Text("id"));
        var reminder = (await ben.EventAsync(Wire.AddFriendRemind, body => body.Child("item").Text("key") == anna.Id)).Body.Child("item");
        Assert.Equal(("friend", anna.Id), (reminder.Text("kind"), reminder.Text("by")));
        var item = await ben.ItemAsync("friend", one => one.Text("key") == anna.Id);
        Assert.Equal(reminder.Number("revision"), item.Number("revision"));
        Assert.Equal(anna.Name, item.Child("person").Text("name"));
        await anna.ItemAsync("friend", one => one.Text("key") == ben.Id && one.Text("by") == anna.Id && one.Number("revision") == added.Number("revision"));
        Assert.Equal([ben.Id], (await anna.AskAsync(Wire.ShowAllFriends, null, Wire.Friends)).List("friends").Select(one => one.Text("id")));
        Assert.Equal([anna.Id], (await ben.AskAsync(Wire.ShowAllFriends, null, Wire.Friends)).List("friends").Select(one => one.Text("id")));
    }

    [Fact]
    public async Task Who_was_away_learns_of_a_new_friend_at_the_next_sign_in_and_only_then()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        await anna.SeeOffAsync(ben);
        await anna.ChangeAsync(Wire.AddFriend, new { account = ben.Id }, Wire.AddFriendSuccess);
        var device = await ReturnAsync(ben);
        var first = device.Sync;
        await device.FenceAsync();
        var item = first.Items.Single(one => one.Text("kind") == "friend");
        Assert.Equal(anna.Id, item.Text("by"));
        Assert.True(item.Number("revision") > first.Success.Number("seenRevision"));
        var second = (await ReturnAsync(ben)).Sync;
        Assert.True(item.Number("revision") <= second.Success.Number("seenRevision"));
    }

    [Fact]
    public async Task What_cannot_be_added_is_said_by_its_own_code()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        await anna.ChangeAsync(Wire.AddFriend, new { account = ben.Id }, Wire.AddFriendSuccess);
        await anna.ChangeAsync(Wire.AddFriend, new { account = ben.Id }, Wire.AddFriendAlready);
        await ben.ChangeAsync(Wire.AddFriend, new { name = anna.Name }, Wire.AddFriendAlready);
        await anna.ChangeAsync(Wire.AddFriend, new { name = anna.Name }, Wire.AddFriendError);
        await anna.ChangeAsync(Wire.AddFriend, new { name = $"n{Unique.Word()}" }, Wire.NoSuchUser);
        await anna.ChangeAsync(Wire.AddFriend, new { account = "nobody" }, Wire.NoSuchUser);
        await anna.ChangeAsync(Wire.AddFriend, new { }, Wire.WrongMessage, Wire.NoSuchUser);
    }

    [Fact]
    public async Task Two_who_add_each_other_at_the_same_instant_are_friends_once()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var replies = await Task.WhenAll(
            anna.RequestAsync(Wire.AddFriend, new { account = ben.Id, clientId = Unique.ClientId() }),
            ben.RequestAsync(Wire.AddFriend, new { account = anna.Id, clientId = Unique.ClientId() }));
        Assert.Equal([Wire.AddFriendSuccess, Wire.AddFriendAlready], replies.Select(reply => reply.Code).Order());
        Assert.Single((await anna.AskAsync(Wire.ShowAllFriends, null, Wire.Friends)).List("friends"));
    }

    [Fact]
    public async Task Removing_a_friend_removes_it_for_both_on_all_devices()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var tablet = await DeviceAsync(anna);
        await anna.ChangeAsync(Wire.AddFriend, new { account = ben.Id }, Wire.AddFriendSuccess);
        var body = new { account = ben.Id, clientId = Unique.ClientId() };
        await anna.AskAsync(Wire.RemoveFriend, body, Wire.Ok);
        await tablet.ItemAsync("friend", item => item.Text("key") == ben.Id && item.Flag("deleted"));
        await ben.ItemAsync("friend", item => item.Text("key") == anna.Id && item.Flag("deleted"));
        await ben.AskAsync(Wire.ShowAllFriends, null, Wire.FriendsNone);
        Assert.True((await anna.AskAsync(Wire.RemoveFriend, body, Wire.Ok)).Flag("duplicate"));
        await anna.ChangeAsync(Wire.RemoveFriend, new { account = ben.Id }, Wire.NotFound);
    }

    [Fact]
    public async Task Someone_who_blocked_and_someone_who_accepts_friends_only_give_the_very_same_answer()
    {
        var (person, blocker, reserved) = (await PersonAsync(), await PersonAsync(), await PersonAsync());
        await blocker.ChangeAsync(Wire.Block, new { account = person.Id }, Wire.Ok);
        await reserved.ChangeAsync(Wire.SetSettings, new { accept = "friends" }, Wire.Ok);
        await reserved.ItemAsync("settings", item => item.Text("accept") == "friends");
        foreach (var (code, field) in new[] { (Wire.SendMessage, "to"), (Wire.AddFriend, "name"), (Wire.PrivateInit, "name") })
        {
            var answers = new List<string>();
            foreach (var other in new[] { blocker, reserved })
            {
                var body = new JsonObject { [field] = other.Name };
                if (code == Wire.SendMessage)
                {
                    body["text"] = "hello?";
                }

                answers.Add((await person.ChangeAsync(code, body, Wire.NotAccepting)).ToJsonString());
            }

            Assert.Equal(answers[0], answers[1]);
        }
    }

    [Fact]
    public async Task What_a_blocked_person_sent_is_stored_nowhere()
    {
        var (person, blocker) = (await PersonAsync(), await PersonAsync());
        var room = await person.PrivateAsync(blocker);
        var head = (await person.ChangeAsync(Wire.SendMessage, new { room, text = "before" }, Wire.SendMessagePrivate)).Number("seq");
        await blocker.ChangeAsync(Wire.Block, new { name = person.Name }, Wire.Ok);
        await person.ChangeAsync(Wire.SendMessage, new { room, text = "during" }, Wire.NotAccepting);
        await person.ChangeAsync(Wire.SendMessage, new { to = blocker.Name, text = "during" }, Wire.NotAccepting);
        await person.ChangeAsync(Wire.SendEmoji, new { room, emoji = "😀" }, Wire.NotAccepting);
        Assert.Equal(head, (await person.HistoryAsync(room)).Number("head"));
        Assert.Equal(head, (await blocker.HistoryAsync(room)).Number("head"));
        await blocker.FenceAsync();
        Assert.DoesNotContain(blocker.Frames, frame => frame.Body.ToJsonString().Contains("during"));
        await blocker.ChangeAsync(Wire.Unblock, new { account = person.Id }, Wire.Ok);
        await blocker.ItemAsync("block", item => item.Text("key") == person.Id && item.Flag("deleted"));
        Assert.Equal(head + 1, (await person.ChangeAsync(Wire.SendMessage, new { room, text = "after" }, Wire.SendMessagePrivate)).Number("seq"));
    }

    [Fact]
    public async Task The_blocked_person_is_not_told()
    {
        var (person, blocker) = (await PersonAsync(), await PersonAsync());
        await blocker.ChangeAsync(Wire.Block, new { account = person.Id }, Wire.Ok);
        await blocker.ItemAsync("block", item => item.Child("person").Text("id") == person.Id);
        await person.FenceAsync();
        Assert.DoesNotContain(person.Frames, frame => frame.Code == Wire.AccountChanged && frame.Request == 0 && frame.Body.ToJsonString().Contains(blocker.Id));
        await blocker.ChangeAsync(Wire.Block, new { account = blocker.Id }, Wire.AddFriendError);
        await blocker.ChangeAsync(Wire.Block, new { account = "nobody" }, Wire.NoSuchUser);
    }
}

public sealed class FriendTestsNative(SharedServer server) : FriendTests(server, ChannelKind.Native);

public sealed class FriendTestsWebSocket(SharedServer server) : FriendTests(server, ChannelKind.WebSocket);
