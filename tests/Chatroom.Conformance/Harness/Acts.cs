using System.Text.Json.Nodes;

namespace Chatroom.Conformance.Harness;

/// <summary>What people do, in one line each; a reply with another code than expected fails the test.</summary>
public static class Acts
{
    /// <summary>Sends a request and checks its reply's code; errors must carry a text for people.</summary>
    public static async Task<JsonObject> AskAsync(this RawClient client, int code, object? body, params int[] expected)
    {
        var reply = await client.RequestAsync(code, body);
        Assert.True(expected.Contains(reply.Code), $"Request {code} was answered {reply}, not {string.Join(" or ", expected)}.");
        if (reply.Code >= 900 && reply.Code != Wire.AddFriendSuccess)
        {
            Assert.NotEmpty(reply.Body.Text("text"));
        }

        return reply.Body;
    }

    /// <summary>The same with a client id, made here unless the body has one.</summary>
    public static Task<JsonObject> ChangeAsync(this RawClient client, int code, object body, params int[] expected)
    {
        var tree = RawFrame.TreeOf(body);
        tree["clientId"] ??= Unique.ClientId();
        return client.AskAsync(code, tree, expected);
    }

    /// <summary>Sends a text to the lobby or a group and returns its entry.</summary>
    public static Task<JsonObject> SayAsync(this RawClient client, string room, string text, long? replyTo = null) =>
        client.ChangeAsync(Wire.SendMessage, new { room, text, replyTo }, Wire.SendMessageAll);

    /// <summary>Creates a group and brings members in; returns its id.</summary>
    public static async Task<string> GroupAsync(this RawClient owner, params RawClient[] members)
    {
        var created = await owner.ChangeAsync(Wire.CreateGroup, new { name = $"g{Unique.Word()}" }, Wire.GroupCreated);
        var room = created.Child("room").Text("id");
        foreach (var member in members)
        {
            await owner.BringAsync(room, member);
        }

        return room;
    }

    /// <summary>Creates a group that is listed and open.</summary>
    public static async Task<(string Room, string Name)> PublicGroupAsync(this RawClient owner, string? history = null)
    {
        var name = $"g{Unique.Word()}";
        var created = await owner.ChangeAsync(Wire.CreateGroup, new { name, @public = true, history }, Wire.GroupCreated);
        return (created.Child("room").Text("id"), name);
    }

    /// <summary>Invites a person, who joins.</summary>
    public static async Task<JsonObject> BringAsync(this RawClient owner, string room, RawClient member)
    {
        await owner.ChangeAsync(Wire.Invite, new { room, account = member.Id }, Wire.Ok);
        return (await member.ChangeAsync(Wire.JoinGroup, new { room }, Wire.Joined)).Child("room");
    }

    public static Task<JsonObject> HistoryAsync(this RawClient client, string room, long? before = null, long? after = null, int? limit = null) =>
        client.AskAsync(Wire.GetAllChatHistory, new { room, before, after, limit }, Wire.History);

    /// <summary>Opens a private chat and returns its room id.</summary>
    public static async Task<string> PrivateAsync(this RawClient client, RawClient other) =>
        (await client.ChangeAsync(Wire.PrivateInit, new { account = other.Id }, Wire.PrivateHistory, Wire.PrivateHistoryEmpty))
        .Child("room").Text("id");

    /// <summary>The first account item, come or to come, that fits.</summary>
    public static async Task<JsonObject> ItemAsync(this RawClient client, string kind, Func<JsonObject, bool> fits)
    {
        bool Fits(JsonObject item) => item.Text("kind") == kind && fits(item);
        var frame = await client.EventAsync(Wire.AccountChanged, body => body.List("items").Any(Fits));
        return frame.Body.List("items").First(Fits);
    }

    /// <summary>The entry with this place, come or to come as an event.</summary>
    public static async Task<RawFrame> EntryAsync(this RawClient client, string room, long seq) =>
        await client.WaitAsync(
            frame => frame.Request == 0 && IsEntry(frame.Code) && frame.Body.Text("room") == room && frame.Body.Number("seq") == seq,
            $"entry {seq} of room {room}");

    /// <summary>All entries of a room that came as events, in order of arrival.</summary>
    public static IEnumerable<JsonObject> EntriesOf(this RawClient client, string room) =>
        client.Frames.Where(frame => frame.Request == 0 && IsEntry(frame.Code) && frame.Body.Text("room") == room).Select(frame => frame.Body);

    /// <summary>After this, everything the server had for the connection before has come.</summary>
    public static Task FenceAsync(this RawClient client) => client.AskAsync(Wire.Ping, new { }, Wire.Pong);

    /// <summary>
    /// Closes the connection of someone who signed in after the witness, and waits until the server has noticed. That they came must have
    /// been told before: a notice may merge coming and going to nothing.
    /// </summary>
    public static async Task SeeOffAsync(this RawClient witness, RawClient leaving)
    {
        await witness.EventAsync(Wire.LoginUsername, body => body.List("accounts").Any(one => one.Text("id") == leaving.Id));
        await leaving.DisposeAsync();
        await witness.EventAsync(Wire.LogoutInfo, body => body.List("accounts").Any(one => one.Text("id") == leaving.Id));
    }

    public static bool IsEntry(int code) =>
        code is Wire.SendMessageAll or Wire.SendMessagePrivate or Wire.SendMessagePrivateStored or Wire.SendEmojiSuccess
            or Wire.SendFileSuccess or Wire.Entry;

    /// <summary>Unread of a room as a fresh sign-in counts it.</summary>
    public static long UnreadOf(this RawClient client, string room) => client.Sync.Room(room).Number("unread");
}
