using Chatroom.Client;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Tests.Client;

public sealed class AccountTests
{
    [Fact]
    public async Task A_friend_added_while_away_is_news_when_no_device_has_seen_it()
    {
        await using var scene = new Scene();
        var signingIn = scene.Client.SignInAsync(Scene.Me, "correct horse");
        var connection = await scene.Server.AcceptAsync();
        var login = await connection.ExpectAsync<LoginRequest>(Code.Login);
        scene.Begin(connection, login.RequestId, "token-1", seen: 5);
        connection.Send(Code.AccountChanged, new AccountChanged
        {
            Revision = 8,
            Full = true,
            Items = [Friend("bob", 4, "bob"), Friend("carol", 6, "carol"), Friend("dave", 7, Scene.Me)],
        }, login.RequestId);
        connection.Send(Code.Rooms, new RoomList { Rooms = [] }, login.RequestId);
        connection.Send(
            Code.Presence, new PresencePage { Online = [new AccountInfo { Id = "erin", Name = "erin" }], Total = 7, Friends = ["carol"] }, login.RequestId);
        connection.Send(Code.SyncDone, new SyncDone { Revision = 8, Frames = 5 }, login.RequestId);
        await signingIn.WaitAsync(Patience.Limit);

        Assert.Equal(["bob", "carol", "dave"], scene.Client.Friends.Select(friend => friend.Person.Name));
        Assert.Equal([false, true, false], scene.Client.Friends.Select(friend => friend.IsOnline));
        Assert.Equal("carol", Assert.Single(scene.Changes.OfType<FriendAddedNotice>()).Person.Id);
        Assert.Equal(7, scene.Client.Online.Total);
    }

    [Fact]
    public async Task A_friend_added_while_online_is_told_once()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync();
        connection.Send(Code.AccountChanged, new AccountChanged { Revision = 2, Items = [Friend("bob", 2, "bob")] });
        connection.Send(Code.AddFriendRemind, new FriendReminder { Item = Friend("bob", 2, "bob") });
        connection.Send(Code.LoginUsername, new PresenceChange { Accounts = [new AccountInfo { Id = "bob", Name = "bob" }], Count = 1, Total = 2 });
        await scene.Client.UntilAsync(() => scene.Client.Online.Total == 2);
        Assert.Single(scene.Changes.OfType<FriendAddedNotice>());
        Assert.True(Assert.Single(scene.Client.Friends).IsOnline);

        connection.Send(Code.LogoutInfo, new PresenceChange { Accounts = [new AccountInfo { Id = "bob", Name = "bob" }], Count = 1, Total = 1 });
        connection.Send(Code.AccountChanged, new AccountChanged
        {
            Revision = 3,
            Items = [new AccountItem { Kind = ItemKinds.Friend, Key = "bob", Revision = 3, Deleted = true }],
        });
        await scene.Client.UntilAsync(() => scene.Client.Friends.Count == 0);
        Assert.Equal(1, scene.Client.Online.Total);
    }

    [Fact]
    public async Task Who_changes_between_old_and_new_clients_stays_and_does_not_come_again()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync();
        var bob = new AccountInfo { Id = "bob", Name = "bob", Classic = true };
        connection.Send(Code.LoginUsername, new PresenceChange { Accounts = [bob], Count = 1, Total = 2 });
        await scene.Client.UntilAsync(() => scene.Client.Online.Total == 2);
        connection.Send(Code.LoginUsername, new PresenceChange { Accounts = [bob with { Classic = null }], Count = 1, Total = 3, Stayed = true });
        await scene.Client.UntilAsync(() => scene.Client.Online.Total == 3);
        Assert.Null(scene.Client.Online.Known["bob"].Classic);
        Assert.Single(scene.Changes.OfType<PresenceChanged>().SelectMany(c => c.Came));
    }

    [Fact]
    public async Task A_room_joined_elsewhere_appears_with_its_newest_page_and_goes_when_left()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync();
        var state = Scene.State(7, 7) with { Id = "room2" };
        connection.Send(Code.AccountChanged, new AccountChanged
        {
            Revision = 2,
            Items = [new AccountItem { Kind = ItemKinds.Room, Key = "room2", Revision = 2, Room = state }],
        });
        var asked = await connection.ExpectAsync<HistoryRequest>(Code.GetAllChatHistory);
        Assert.Equal(("room2", null, null), (asked.Body.Room, asked.Body.After, asked.Body.Before));
        connection.Send(
            Code.History, new HistoryPage { Room = "room2", Head = 7, Entries = [Scene.Text(7) with { Room = "room2" }], Before = true }, asked.RequestId);
        await scene.Client.UntilAsync(() => scene.Client.Room("room2")?.Entries.Count == 1);
        var room = scene.Client.Room("room2")!;
        Assert.Equal(0, room.Unread);

        connection.Send(Code.AccountChanged, new AccountChanged
        {
            Revision = 3,
            Items = [new AccountItem { Kind = ItemKinds.Room, Key = "room2", Revision = 3, Deleted = true }],
        });
        await scene.Client.UntilAsync(() => !room.IsMember);
        Assert.Null(scene.Client.Room("room2"));
        connection.Send(Code.Entry, new Entry { Room = "room2", Seq = 8, Kind = EntryKinds.Leave, Sender = Scene.Me, Time = 8 });
        await scene.Client.UntilAsync(() => room.Head == 8);
        Assert.Null(scene.Client.Room("room2"));
    }

    [Fact]
    public async Task A_first_message_of_a_stranger_opens_the_private_chat()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync();
        connection.Send(Code.SendMessagePrivate, Scene.Text(1) with { Room = "private1" });
        await scene.Client.UntilAsync(() => scene.Client.Room("private1")?.Head == 1);
        Assert.Equal((RoomKinds.Private, 1), (scene.Client.Room("private1")!.Kind, scene.Client.Room("private1")!.Unread));
        var state = Scene.State(1, 0, 1) with { Id = "private1", Kind = RoomKinds.Private, Peer = new AccountInfo { Id = "bob", Name = "bob" } };
        connection.Send(Code.AccountChanged, new AccountChanged
        {
            Revision = 2,
            Items = [new AccountItem { Kind = ItemKinds.Room, Key = "private1", Revision = 2, Room = state }],
        });
        await scene.Client.UntilAsync(() => scene.Client.Room("private1")!.Peer is not null);
        Assert.Equal(1, scene.Client.Room("private1")!.Unread);
        Assert.Single(scene.Client.Room("private1")!.Entries);
    }

    [Fact]
    public async Task Registering_asks_again_with_the_same_client_id_when_the_connection_breaks()
    {
        await using var scene = new Scene();
        var registering = scene.Client.RegisterAsync(Scene.Me, "correct horse");
        var first = await scene.Server.AcceptAsync();
        var asked = await first.ExpectAsync<RegisterRequest>(Code.Register);
        first.Cut();
        while (scene.Server.Connections < 2)
        {
            // No further than to the next attempt, or the second connection would be given up as silent.
            scene.Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        var second = await scene.Server.AcceptAsync();
        var again = await second.ExpectAsync<RegisterRequest>(Code.Register);
        Assert.Equal(asked.Body.ClientId, again.Body.ClientId);
        second.Send(Code.RegisterSuccess, new RegisterSuccess { Account = new AccountInfo { Id = Scene.Me }, Duplicate = true }, again.RequestId);
        Assert.Equal(Scene.Me, (await registering.WaitAsync(Patience.Limit)).Id);
    }

    [Fact]
    public async Task A_handler_that_throws_disturbs_neither_others_nor_the_connection()
    {
        var told = new List<Exception>();
        await using var scene = new Scene(null, options => options with { HandlerFailed = told.Add });
        scene.Client.Changed += _ => throw new InvalidOperationException("Mine.");
        var connection = await scene.SignInAsync();
        connection.Send(Code.SendMessageAll, Scene.Text(1));
        await scene.Client.UntilAsync(() => scene.View.Head == 1);
        Assert.Equal(ConnectionPhase.Online, scene.Client.Connection.Phase);
        Assert.All(told, error => Assert.Equal("Mine.", error.Message));
        Assert.NotEmpty(told);
    }

    [Fact]
    public async Task Watching_gives_what_changes_from_the_call_on()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync();
        var watched = scene.Client.WatchAsync();
        connection.Send(Code.SendMessageAll, Scene.Text(1));
        await foreach (var change in watched)
        {
            if (change is EntryArrived arrived)
            {
                Assert.Equal((1L, true), (arrived.Entry.Seq, arrived.Live));
                break;
            }
        }
    }

    private static AccountItem Friend(string id, long revision, string by) => new()
    {
        Kind = ItemKinds.Friend,
        Key = id,
        Revision = revision,
        Person = new AccountInfo { Id = id, Name = id },
        By = by,
        Time = revision,
    };
}
