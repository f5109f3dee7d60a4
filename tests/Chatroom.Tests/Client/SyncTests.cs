using Chatroom.Client;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Tests.Client;

public sealed class SyncTests
{
    [Fact]
    public async Task What_was_missed_in_a_room_without_entries_is_told()
    {
        await using var scene = new Scene();
        var first = await scene.SignInAsync();
        Assert.False(scene.View.HasOlder);
        first.Cut();
        await scene.ReconnectAsync(null, Scene.Text(1), Scene.Text(2));
        Assert.Equal([(1L, false), (2L, false)], scene.Changes.OfType<EntryArrived>().Select(change => (change.Entry.Seq, change.Live)));
    }

    [Fact]
    public async Task A_first_page_is_history_and_no_news()
    {
        await using var scene = new Scene();
        await scene.SignInAsync(null, Scene.Text(8), Scene.Text(9));
        Assert.Empty(scene.Changes.OfType<EntryArrived>());
        Assert.True(scene.View.HasOlder);
        Assert.Equal([8, 9], scene.View.Entries.Select(row => row.Seq));
    }

    [Fact]
    public async Task A_goodbye_during_the_sign_in_is_honoured()
    {
        await using var scene = new Scene();
        (await scene.SignInAsync()).Cut();
        var second = await scene.ComeBackAsync();
        await second.ExpectAsync<LoginRequest>(Code.Login);
        second.Send(Code.Bye, new Bye { Reason = (int)Code.ServerStopping, Text = "Stopping.", ReconnectAfterMs = 9000 });
        await scene.Client.UntilAsync(() => scene.Client.Connection is { Phase: ConnectionPhase.WaitingToRetry, Reason: Code.ServerStopping });
        Assert.True(scene.Client.Connection.RetryAt - scene.Clock.GetUtcNow() >= TimeSpan.FromSeconds(9));
    }

    [Fact]
    public async Task A_throttled_sign_in_waits_as_long_as_it_was_told()
    {
        await using var scene = new Scene();
        (await scene.SignInAsync()).Cut();
        var second = await scene.ComeBackAsync();
        var login = await second.ExpectAsync<LoginRequest>(Code.Login);
        second.Send(Code.TooManyRequests, new ErrorBody { Text = "Slowly.", RetryAfterMs = 7000 }, login.RequestId);
        await scene.Client.UntilAsync(() => scene.Client.Connection is { Phase: ConnectionPhase.WaitingToRetry, Cause: ChatException });
        Assert.True(scene.Client.Connection.RetryAt - scene.Clock.GetUtcNow() >= TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task A_private_chat_opened_comes_with_its_page()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync();
        var opening = scene.Client.People.OpenPrivateAsync(PersonRef.Named("bob"));
        var asked = await connection.ExpectAsync<PrivateInitRequest>(Code.PrivateInit);
        Assert.NotNull(asked.Body.ClientId);
        var state = Scene.State(4, 4) with { Id = "private1", Kind = RoomKinds.Private, Peer = new AccountInfo { Id = "bob", Name = "Bob" } };
        connection.Send(Code.PrivateHistory, new PrivateChat
        {
            Room = state,
            Page = new HistoryPage { Room = "private1", Head = 4, Entries = [Scene.Text(4) with { Room = "private1" }], Before = true },
        }, asked.RequestId);
        var room = await opening.WaitAsync(Patience.Limit);
        Assert.Equal([4], room.Entries.Select(row => row.Seq));
        Assert.False(connection.HasRequest);

        var sent = scene.Client.SendText(Destination.Person("bob"), "hi");
        await scene.Client.SettledAsync();
        Assert.Equal([sent], room.Pending);
        var message = await connection.ExpectAsync<SendMessageRequest>(Code.SendMessage);
        connection.Send(
            Code.SendMessagePrivateStored, Scene.Text(5, Scene.Me, "hi", message.Body.ClientId) with { Room = "private1" }, message.RequestId);
        await sent.Acknowledged.WaitAsync(Patience.Limit);
        Assert.Empty(room.Pending);
        Assert.Equal([4, 5], room.Entries.Select(row => row.Seq));
        Assert.Equal(0, room.Unread);
    }

    [Fact]
    public async Task A_text_too_large_for_any_frame_never_reaches_the_outbox()
    {
        await using var scene = new Scene();
        await scene.SignInAsync();
        var refused = Assert.Throws<ChatException>(() => scene.Client.SendText(Destination.Room(Scene.Room), new string('字', 5462)));
        Assert.Equal(Code.TextTooLarge, refused.Code);
        refused = Assert.Throws<ChatException>(() => scene.Client.SendText(Destination.Room(Scene.Room), new string('\u0001', 16384)));
        Assert.Equal(Code.WrongMessage, refused.Code);
        Assert.Empty(scene.Client.Outbox);
    }

    [Fact]
    public async Task A_sign_in_that_is_not_awaited_any_longer_is_given_up()
    {
        await using var scene = new Scene();
        using var impatience = new CancellationTokenSource();
        var signingIn = scene.Client.SignInAsync(Scene.Me, "correct horse", impatience.Token);
        var connection = await scene.Server.AcceptAsync();
        await connection.ExpectAsync<LoginRequest>(Code.Login);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => signingIn.WaitAsync(Patience.Limit));
        Assert.Equal(ConnectionPhase.Offline, scene.Client.Connection.Phase);
        Assert.True(connection.IsDisposed);
    }

    [Fact]
    public async Task Another_account_starts_from_nothing()
    {
        await using var scene = new Scene();
        await scene.SignInAsync(null, Scene.Text(1));
        var signingIn = scene.Client.SignInAsync("zoe", "correct horse");
        var connection = await scene.Server.AcceptAsync();
        var login = await connection.ExpectAsync<LoginRequest>(Code.Login);
        Assert.Null(login.Body.Have);
        scene.Begin(connection, login.RequestId, "token-2", account: "zoe");
        connection.Send(Code.SyncDone, new SyncDone { Revision = 1, Frames = 2 }, login.RequestId);
        await signingIn.WaitAsync(Patience.Limit);
        Assert.Equal("zoe", scene.Client.Account!.Id);
        Assert.Empty(scene.Client.Rooms);
    }
}
