using Chatroom.Client;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Tests.Client;

/// <summary>What a room is called, and who is in it, follows the room's own log.</summary>
public sealed class RoomStateTests
{
    [Fact]
    public async Task Name_topic_and_options_follow_live_entries_at_once()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync(Scene.State(3));
        connection.Send(Code.Entry, System(4, EntryKinds.Rename) with { Text = "Operations" });
        connection.Send(Code.Entry, System(5, EntryKinds.Topic) with { Text = "On call: bob" });
        connection.Send(Code.Entry, System(6, EntryKinds.Options) with { Public = true });
        connection.Send(Code.Entry, System(7, EntryKinds.Options) with { History = "all" });
        await scene.Client.UntilAsync(() => scene.View.Head == 7);
        Assert.Equal(("Operations", "On call: bob", true, "all"), (scene.View.Name, scene.View.Topic, scene.View.IsPublic, scene.View.History));

        connection.Send(Code.Entry, System(8, EntryKinds.Topic) with { Text = "" });
        await scene.Client.UntilAsync(() => scene.View.Head == 8);
        Assert.Null(scene.View.Topic);
    }

    [Fact]
    public async Task Members_are_counted_as_they_come_and_go()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync(Scene.State(3));
        connection.Send(Code.Entry, System(4, EntryKinds.Join) with { Subject = "carol" });
        connection.Send(Code.Entry, System(5, EntryKinds.Join) with { Subject = "dave" });
        await scene.Client.UntilAsync(() => scene.View.Head == 5);
        Assert.Equal(4, scene.View.MemberCount);

        connection.Send(Code.Entry, System(6, EntryKinds.Leave) with { Subject = "dave" });
        connection.Send(Code.Entry, System(7, EntryKinds.Remove) with { Subject = "carol" });
        connection.Send(Code.Entry, System(7, EntryKinds.Remove) with { Subject = "carol" });
        connection.Send(Code.Entry, System(8, EntryKinds.Topic) with { Text = "behind them" });
        await scene.Client.UntilAsync(() => scene.View.Head == 8);
        Assert.Equal(2, scene.View.MemberCount);
    }

    [Fact]
    public async Task Only_the_persons_own_role_is_theirs()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync(Scene.State(3));
        connection.Send(Code.Entry, System(4, EntryKinds.Role) with { Subject = Scene.Me, Role = Roles.Moderator });
        connection.Send(Code.Entry, System(5, EntryKinds.Role) with { Subject = "carol", Role = Roles.Owner });
        await scene.Client.UntilAsync(() => scene.View.Head == 5);
        Assert.Equal(Roles.Moderator, scene.View.Role);
    }

    [Fact]
    public async Task A_state_holds_what_came_before_it_already()
    {
        await using var scene = new Scene();
        var first = await scene.SignInAsync(Scene.State(3), System(3, EntryKinds.Join) with { Subject = "carol" });
        Assert.Equal(2, scene.View.MemberCount);
        first.Cut();

        var state = Scene.State(5) with { Name = "Newest", MemberCount = 7 };
        await scene.ReconnectAsync(state, System(4, EntryKinds.Rename) with { Text = "Older" }, System(5, EntryKinds.Leave) with { Subject = "carol" });
        await scene.Client.UntilAsync(() => scene.View.GapAfter is null);
        Assert.Equal(("Newest", 7), (scene.View.Name, scene.View.MemberCount));
    }

    [Fact]
    public async Task A_renamed_room_takes_its_place_among_the_others()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync(Scene.State(3));
        connection.Send(Code.AccountChanged, new AccountChanged
        {
            Revision = 2,
            Items = [new AccountItem { Kind = ItemKinds.Room, Key = "room2", Revision = 2, Time = 1, Room = Scene.State(0) with { Id = "room2", Name = "Sails" } }],
        });
        await scene.Client.UntilAsync(() => scene.Client.Rooms.Count == 2);
        connection.Send(Code.Entry, System(4, EntryKinds.Rename) with { Text = "Tides" });
        await scene.Client.UntilAsync(() => scene.View.Name == "Tides");
        Assert.Equal(["Sails", "Tides"], scene.Client.Rooms.Select(room => room.Name));
    }

    private static Entry System(long seq, string kind) => new() { Room = Scene.Room, Seq = seq, Kind = kind, Sender = "bob", Time = seq };
}
