using System.Text.Json.Nodes;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

public abstract class PresenceTests(SharedServer server, ChannelKind kind) : ConformanceTest(server, kind)
{
    [Fact]
    public async Task Who_comes_for_a_moment_is_not_shown_as_online()
    {
        var (witness, visitor) = (await PersonAsync(), await PersonAsync());
        await witness.EventAsync(Wire.LoginUsername, body => body.List("accounts").Any(one => one.Text("id") == visitor.Id));
        await witness.SeeOffAsync(visitor);
        var quiet = await OpenAsync();
        var answer = await quiet.LoginAsync(new { version = 3, token = visitor.Token, quiet = true });
        Assert.Equal(Wire.LoginSuccess, answer.Code);
        await witness.ChangeAsync(Wire.SendMessage, new { to = visitor.Name, text = "there?" }, Wire.SendMessagePrivateStored);
        await quiet.WaitAsync(frame => frame.Code == Wire.SendMessagePrivate, "the private message");
    }

    [Fact]
    public async Task Who_comes_and_goes_is_told_to_the_others()
    {
        var witness = await PersonAsync();
        var guest = await PersonAsync();
        var came = await witness.EventAsync(Wire.LoginUsername, body => body.List("accounts").Any(one => one.Text("id") == guest.Id));
        Assert.Equal(guest.Name, came.Body.List("accounts").Single(one => one.Text("id") == guest.Id).Text("name"));
        Assert.True(came.Body.Number("count") >= came.Body.List("accounts").Count);
        Assert.True(came.Body.Number("total") >= 1);
        await guest.DisposeAsync();
        await witness.EventAsync(Wire.LogoutInfo, body => body.List("accounts").Any(one => one.Text("id") == guest.Id));
    }

    [Fact]
    public async Task A_second_device_neither_comes_nor_goes()
    {
        var witness = await PersonAsync();
        var guest = await PersonAsync();
        await witness.EventAsync(Wire.LoginUsername, body => Tells(body, guest));
        var second = await DeviceAsync(guest);
        await second.DisposeAsync();
        await guest.DisposeAsync();
        await witness.EventAsync(Wire.LogoutInfo, body => Tells(body, guest));
        Assert.Single(witness.Frames, frame => frame.Code == Wire.LoginUsername && Tells(frame.Body, guest));
        Assert.Single(witness.Frames, frame => frame.Code == Wire.LogoutInfo && Tells(frame.Body, guest));
    }

    [Fact]
    public async Task Many_who_come_at_once_are_told_with_counts_that_add_up()
    {
        var witness = await PersonAsync();
        var guests = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => PersonAsync()));
        foreach (var guest in guests)
        {
            await witness.EventAsync(Wire.LoginUsername, body => Tells(body, guest));
        }

        var notices = witness.Frames.Where(frame => frame.Code == Wire.LoginUsername).ToList();
        Assert.All(notices, notice => Assert.Equal(Math.Min(100, notice.Body.Number("count")), notice.Body.List("accounts").Count));
    }

    [Fact]
    public async Task The_pages_of_who_is_online_hold_everyone_once()
    {
        var people = await Task.WhenAll(Enumerable.Range(0, 7).Select(_ => PersonAsync()));
        var got = new List<string>();
        string? cursor = null;
        do
        {
            var page = await people[0].AskAsync(Wire.GetAllUsers, new { cursor, limit = 3 }, Wire.GetSuccess);
            Assert.InRange(page.List("online").Count, 0, 3);
            Assert.True(page.Number("total") >= people.Length);
            got.AddRange(page.List("online").Select(one => one.Text("id")));
            cursor = page.OptText("next");
        }
        while (cursor is not null);

        Assert.Equal(got.Distinct().Count(), got.Count);
        Assert.All(people, person => Assert.Contains(person.Id, got));
    }

    [Fact]
    public async Task Sign_in_tells_the_total_and_the_friends_who_are_online()
    {
        var (person, online, away) = (await PersonAsync(), await PersonAsync(), await PersonAsync());
        await person.ChangeAsync(Wire.AddFriend, new { account = online.Id }, Wire.AddFriendSuccess);
        await person.ChangeAsync(Wire.AddFriend, new { account = away.Id }, Wire.AddFriendSuccess);
        await person.SeeOffAsync(away);
        var presence = (await ReturnAsync(person)).Sync.Presence;
        Assert.True(presence.Number("total") >= 2);
        Assert.Equal([online.Id], presence.Texts("friends"));
        Assert.InRange(presence.List("online").Count, 1, 100);
    }

    private static bool Tells(JsonObject body, RawClient who) => body.List("accounts").Any(one => one.Text("id") == who.Id);
}

public sealed class PresenceTestsNative(SharedServer server) : PresenceTests(server, ChannelKind.Native);

public sealed class PresenceTestsWebSocket(SharedServer server) : PresenceTests(server, ChannelKind.WebSocket);
