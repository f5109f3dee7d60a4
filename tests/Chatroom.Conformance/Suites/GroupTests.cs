using System.Text.Json.Nodes;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

public abstract class GroupTests(SharedServer server, ChannelKind kind) : ConformanceTest(server, kind)
{
    [Fact]
    public async Task A_private_group_is_entered_by_invitation_only()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync();
        await ben.ChangeAsync(Wire.JoinGroup, new { room }, Wire.NotFound);
        await anna.ChangeAsync(Wire.Invite, new { room, name = ben.Name }, Wire.Ok);
        var invitation = await ben.ItemAsync("invitation", item => item.Text("key") == room);
        Assert.Equal((room, anna.Id), (invitation.Child("group").Text("id"), invitation.Child("person").Text("id")));
        var joined = (await ben.ChangeAsync(Wire.JoinGroup, new { room }, Wire.Joined)).Child("room");
        Assert.Equal(("group", "member", 2L), (joined.Text("kind"), joined.Text("role"), joined.Number("memberCount")));
        await ben.ItemAsync("invitation", item => item.Text("key") == room && item.Flag("deleted"));
        var entry = await anna.EntryAsync(room, 2);
        Assert.Equal(("join", ben.Id, Wire.Entry), (entry.Body.Text("kind"), entry.Body.Text("subject"), entry.Code));
    }

    [Fact]
    public async Task A_declined_invitation_is_gone()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync();
        await anna.ChangeAsync(Wire.Invite, new { room, account = ben.Id }, Wire.Ok);
        await ben.ChangeAsync(Wire.DeclineInvitation, new { room }, Wire.Ok);
        await ben.ChangeAsync(Wire.JoinGroup, new { room }, Wire.NotFound);
        await ben.ChangeAsync(Wire.DeclineInvitation, new { room }, Wire.NotFound);
    }

    [Fact]
    public async Task A_public_group_is_listed_and_entered_by_id_or_name()
    {
        var (anna, ben, carl) = (await PersonAsync(), await PersonAsync(), await PersonAsync());
        var (room, name) = await anna.PublicGroupAsync();
        var hidden = await anna.GroupAsync();
        await ben.ChangeAsync(Wire.JoinGroup, new { room }, Wire.Joined);
        var joined = await carl.ChangeAsync(Wire.JoinGroup, new { name = name.ToUpperInvariant() }, Wire.Joined);
        Assert.Equal(room, joined.Child("room").Text("id"));
        var listed = await ListedAsync(ben);
        Assert.Equal((name, 3L, true), (listed[room].Text("name"), listed[room].Number("memberCount"), listed[room].Flag("member")));
        Assert.DoesNotContain(hidden, listed.Keys);
    }

    [Fact]
    public async Task Names_are_checked_and_public_ones_are_unique()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var (_, name) = await anna.PublicGroupAsync();
        await ben.ChangeAsync(Wire.CreateGroup, new { name = name.ToUpperInvariant(), @public = true }, Wire.NameTaken);
        await ben.ChangeAsync(Wire.CreateGroup, new { name }, Wire.GroupCreated);
        await ben.ChangeAsync(Wire.CreateGroup, new { name = "" }, Wire.InvalidName);
        await ben.ChangeAsync(Wire.CreateGroup, new { name = "zero\u200bwidth" }, Wire.InvalidName);
        var room = (await ben.PublicGroupAsync()).Room;
        await ben.ChangeAsync(Wire.RenameGroup, new { room, text = name }, Wire.NameTaken);
    }

    [Fact]
    public async Task Newcomers_of_a_private_group_see_what_comes_from_their_join_on()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync();
        var before = (await anna.SayAsync(room, "before")).Number("seq");
        var joined = await anna.BringAsync(room, ben);
        Assert.Equal(before + 1, joined.Number("first"));
        Assert.Equal(0, joined.Number("unread"));
        await anna.SayAsync(room, "after");
        var page = await ben.HistoryAsync(room);
        Assert.Equal([before + 1, before + 2], page.List("entries").Select(entry => entry.Number("seq")));
        Assert.False(page.Flag("before"));
        Assert.Empty((await ben.HistoryAsync(room, before: before + 1)).List("entries"));
        await ben.ChangeAsync(Wire.React, new { room, target = before, emoji = "👍" }, Wire.InvalidTarget, Wire.NotFound);
        await ben.ChangeAsync(Wire.SendMessage, new { room, text = "x", replyTo = before }, Wire.InvalidTarget, Wire.WrongMessage, Wire.NotFound);
    }

    [Fact]
    public async Task With_history_all_newcomers_see_everything()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var (room, _) = await anna.PublicGroupAsync("all");
        await anna.SayAsync(room, "before");
        await ben.ChangeAsync(Wire.JoinGroup, new { room }, Wire.Joined);
        Assert.Contains((await ben.HistoryAsync(room)).List("entries"), entry => entry.OptText("text") == "before");
    }

    [Fact]
    public async Task A_former_member_reads_nothing_and_gets_nothing_and_a_rejoin_does_not_open_the_gap()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben);
        var tablet = await DeviceAsync(ben);
        await ben.SayAsync(room, "inside");
        await ben.ChangeAsync(Wire.LeaveGroup, new { room }, Wire.Entry);
        await tablet.ItemAsync("room", item => item.Text("key") == room && item.Flag("deleted"));
        await anna.SayAsync(room, "gap");
        await ben.AskAsync(Wire.GetAllChatHistory, new { room }, Wire.NotFound);
        await ben.ChangeAsync(Wire.SendMessage, new { room, text = "x" }, Wire.NotFound);
        Assert.DoesNotContain((await ReturnAsync(ben)).Sync.Rooms, one => one.Text("id") == room);
        await anna.BringAsync(room, ben);
        var texts = (await ben.HistoryAsync(room)).List("entries").Select(entry => entry.OptText("text"));
        await tablet.FenceAsync();
        Assert.DoesNotContain("gap", texts);
        Assert.DoesNotContain(ben.Frames.Concat(tablet.Frames), frame => frame.Body.ToJsonString().Contains("\"gap\"") && Acts.IsEntry(frame.Code));
    }

    [Fact]
    public async Task A_member_who_is_removed_is_out_at_once()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben);
        var entry = await anna.ChangeAsync(Wire.RemoveMember, new { room, name = ben.Name }, Wire.Entry);
        Assert.Equal(("remove", ben.Id), (entry.Text("kind"), entry.Text("subject")));
        await ben.ItemAsync("room", item => item.Text("key") == room && item.Flag("deleted"));
        await anna.SayAsync(room, "without Ben");
        await ben.ChangeAsync(Wire.SendMessage, new { room, text = "x" }, Wire.NotFound);
        await ben.FenceAsync();
        Assert.DoesNotContain(ben.EntriesOf(room), one => one.OptText("text") == "without Ben");
    }

    [Fact]
    public async Task The_last_owner_stays_until_there_is_another()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben);
        await anna.ChangeAsync(Wire.LeaveGroup, new { room }, Wire.LastOwner);
        await anna.ChangeAsync(Wire.SetRole, new { room, account = anna.Id, role = "member" }, Wire.LastOwner);
        var entry = await anna.ChangeAsync(Wire.SetRole, new { room, account = ben.Id, role = "owner" }, Wire.Entry);
        Assert.Equal(("role", ben.Id, "owner"), (entry.Text("kind"), entry.Text("subject"), entry.Text("role")));
        await ben.ItemAsync("room", item => item.Text("key") == room && item["room"].OptText("role") == "owner");
        await anna.ChangeAsync(Wire.LeaveGroup, new { room }, Wire.Entry);
    }

    [Fact]
    public async Task Moderators_remove_lower_roles_only()
    {
        var (anna, ben, carl, dora) = (await PersonAsync(), await PersonAsync(), await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben, carl, dora);
        await anna.ChangeAsync(Wire.SetRole, new { room, account = ben.Id, role = "moderator" }, Wire.Entry);
        await anna.ChangeAsync(Wire.SetRole, new { room, account = carl.Id, role = "moderator" }, Wire.Entry);
        await ben.ChangeAsync(Wire.RemoveMember, new { room, account = anna.Id }, Wire.Forbidden);
        await ben.ChangeAsync(Wire.RemoveMember, new { room, account = carl.Id }, Wire.Forbidden);
        await dora.ChangeAsync(Wire.RemoveMember, new { room, account = ben.Id }, Wire.Forbidden);
        await ben.ChangeAsync(Wire.RemoveMember, new { room, account = dora.Id }, Wire.Entry);
        await ben.ChangeAsync(Wire.SetRole, new { room, account = carl.Id, role = "member" }, Wire.Forbidden);
        await anna.ChangeAsync(Wire.SetRole, new { room, account = carl.Id, role = "emperor" }, Wire.WrongMessage);
    }

    [Fact]
    public async Task Name_topic_and_options_change_as_entries()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben);
        var name = $"g{Unique.Word()}";
        var rename = await anna.ChangeAsync(Wire.RenameGroup, new { room, text = name }, Wire.Entry);
        Assert.Equal(("rename", name), (rename.Text("kind"), rename.Text("text")));
        await ben.EntryAsync(room, rename.Number("seq"));
        var topic = await anna.ChangeAsync(Wire.SetTopic, new { room, text = "what it is about" }, Wire.Entry);
        Assert.Equal(("topic", "what it is about"), (topic.Text("kind"), topic.Text("text")));
        await anna.ChangeAsync(Wire.SetTopic, new { room, text = new string('x', 1_024) }, Wire.Entry);
        await anna.ChangeAsync(Wire.SetTopic, new { room, text = new string('x', 1_025) }, Wire.TextTooLarge, Wire.WrongMessage);
        var options = await anna.ChangeAsync(Wire.SetGroupOptions, new { room, @public = true, history = "all" }, Wire.Entry);
        Assert.Equal(("options", true, "all"), (options.Text("kind"), options.Flag("public"), options.Text("history")));
        Assert.Equal(name, (await ListedAsync(ben))[room].Text("name"));
    }

    [Fact]
    public async Task The_pages_of_members_hold_everyone_once_with_roles()
    {
        var owner = await PersonAsync();
        var members = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => PersonAsync()));
        var room = await owner.GroupAsync(members);
        var got = new Dictionary<string, string>();
        string? cursor = null;
        do
        {
            var page = await members[0].AskAsync(Wire.ListMembers, new { room, cursor, limit = 3 }, Wire.Members);
            Assert.Equal(7, page.Number("total"));
            Assert.InRange(page.List("members").Count, 1, 3);
            foreach (var member in page.List("members"))
            {
                got.Add(member.Text("id"), member.Text("role"));
            }

            cursor = page.OptText("next");
        }
        while (cursor is not null);

        Assert.Equal(members.Select(member => member.Id).Append(owner.Id).Order(), got.Keys.Order());
        Assert.Equal("owner", got[owner.Id]);
        Assert.Equal(6, got.Values.Count(role => role == "member"));
    }

    private static async Task<Dictionary<string, JsonObject>> ListedAsync(RawClient client)
    {
        var listed = new Dictionary<string, JsonObject>();
        string? cursor = null;
        do
        {
            var page = await client.AskAsync(Wire.ListGroups, new { cursor, limit = 50 }, Wire.Groups);
            foreach (var group in page.List("groups"))
            {
                listed[group.Text("id")] = group;
            }

            cursor = page.OptText("next");
        }
        while (cursor is not null);

        return listed;
    }
}

public sealed class GroupTestsNative(SharedServer server) : GroupTests(server, ChannelKind.Native);

public sealed class GroupTestsWebSocket(SharedServer server) : GroupTests(server, ChannelKind.WebSocket);
