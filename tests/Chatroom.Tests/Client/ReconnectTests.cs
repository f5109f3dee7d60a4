using Chatroom.Client;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Tests.Client;

public sealed class ReconnectTests
{
    [Fact]
    public async Task A_send_whose_answer_was_lost_goes_out_again_once_with_the_same_client_id()
    {
        await using var scene = new Scene();
        var first = await scene.SignInAsync();
        var sent = scene.Client.SendText(Destination.Room(Scene.Room), "hello");
        var asked = await first.ExpectAsync<SendMessageRequest>(Code.SendMessage);
        first.Cut();

        var second = await scene.ReconnectAsync();
        var again = await second.ExpectAsync<SendMessageRequest>(Code.SendMessage);
        Assert.Equal(asked.Body.ClientId, again.Body.ClientId);
        Assert.Equal("hello", again.Body.Text);
        second.Send(Code.SendMessageAll, Scene.Text(1, Scene.Me, "hello", again.Body.ClientId), again.RequestId);
        Assert.Equal(1, (await sent.Acknowledged.WaitAsync(Patience.Limit)).Seq);
        second.Cut();

        var third = await scene.ReconnectAsync(Scene.State(1));
        _ = scene.Client.TypingAsync(Scene.Room);
        await third.ExpectAsync<RoomRequest>(Code.Typing);
        Assert.Equal(SendState.Sent, sent.State);
        Assert.Single(scene.View.Entries);
        Assert.Empty(scene.View.Pending);
        Assert.Empty(scene.Client.Outbox);
    }

    [Fact]
    public async Task A_send_whose_entry_comes_with_the_catching_up_does_not_go_out_again()
    {
        await using var scene = new Scene();
        var first = await scene.SignInAsync();
        var sent = scene.Client.SendText(Destination.Room(Scene.Room), "hello");
        var asked = await first.ExpectAsync<SendMessageRequest>(Code.SendMessage);
        first.Cut();

        var second = await scene.ReconnectAsync(Scene.State(1), Scene.Text(1, Scene.Me, "hello", asked.Body.ClientId));
        await sent.Acknowledged.WaitAsync(Patience.Limit);
        _ = scene.Client.TypingAsync(Scene.Room);
        await second.ExpectAsync<RoomRequest>(Code.Typing);
        Assert.False(second.HasRequest);
    }

    [Fact]
    public async Task A_duplicate_answer_acknowledges_and_moves_nothing()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync(null, Scene.Text(1), Scene.Text(2));
        var sent = scene.Client.SendText(Destination.Room(Scene.Room), "hello");
        var asked = await connection.ExpectAsync<SendMessageRequest>(Code.SendMessage);
        connection.Send(Code.SendMessageAll, Scene.Text(9, Scene.Me, "hello", asked.Body.ClientId) with { Duplicate = true }, asked.RequestId);

        await sent.Acknowledged.WaitAsync(Patience.Limit);
        await scene.Client.SettledAsync();
        Assert.Equal(2, scene.View.Head);
        Assert.Equal(2, scene.View.Entries.Count);
        Assert.Null(scene.View.GapAfter);
    }

    [Fact]
    public async Task The_client_tells_what_it_holds_and_resumes_after_it()
    {
        await using var scene = new Scene();
        var first = await scene.SignInAsync(null, Scene.Text(1), Scene.Text(2));
        first.Cut();

        var second = await scene.ComeBackAsync();
        var login = await scene.AnswerLoginAsync(second, null, Scene.Text(3), Scene.Text(4));
        await scene.Client.UntilAsync(ConnectionPhase.Online);
        Assert.Equal("token-1", login.Token);
        Assert.Null(login.Password);
        Assert.Equal(2, login.Have!.Rooms![Scene.Room]);
        Assert.Equal(1, login.Have.Revision);
        Assert.Equal([1, 2, 3, 4], scene.View.Entries.Select(row => row.Seq));
        Assert.Equal([(3L, false), (4L, false)], scene.Changes.OfType<EntryArrived>().Select(change => (change.Entry.Seq, change.Live)));
    }

    [Fact]
    public async Task A_gap_too_large_to_resume_begins_the_window_anew()
    {
        await using var scene = new Scene();
        var first = await scene.SignInAsync(null, Scene.Text(1), Scene.Text(2));
        first.Cut();

        var second = await scene.ComeBackAsync();
        var login = await second.ExpectAsync<LoginRequest>(Code.Login);
        scene.Begin(second, login.RequestId, null);
        second.Send(Code.Rooms, new RoomList { Rooms = [Scene.State(500)] }, login.RequestId);
        second.Send(Code.History, Scene.Page(500, Scene.Text(499), Scene.Text(500)) with { Gap = true }, login.RequestId);
        second.Send(Code.SyncDone, new SyncDone { Revision = 1, Frames = 4 }, login.RequestId);
        await scene.Client.UntilAsync(ConnectionPhase.Online);
        Assert.Equal([499, 500], scene.View.Entries.Select(row => row.Seq));
        Assert.True(scene.View.HasOlder);
        Assert.Null(scene.View.GapAfter);
    }

    [Fact]
    public async Task A_room_not_named_any_more_is_left()
    {
        await using var scene = new Scene();
        var first = await scene.SignInAsync();
        var room = scene.View;
        first.Cut();

        var second = await scene.ComeBackAsync();
        var login = await second.ExpectAsync<LoginRequest>(Code.Login);
        scene.Begin(second, login.RequestId, null);
        second.Send(Code.SyncDone, new SyncDone { Revision = 1, Frames = 2 }, login.RequestId);
        await scene.Client.UntilAsync(ConnectionPhase.Online);
        Assert.Empty(scene.Client.Rooms);
        Assert.False(room.IsMember);
    }

    [Fact]
    public async Task Silence_is_answered_by_a_ping_and_then_by_a_new_connection()
    {
        await using var scene = new Scene();
        var first = await scene.SignInAsync();
        scene.Clock.Advance(TimeSpan.FromSeconds(15));
        var ping = await first.ExpectAsync<Empty>(Code.Ping);
        first.Send(Code.Pong, new Empty(), ping.RequestId);
        first.Send(Code.TypingNotice, new TypingNotice { Room = Scene.Room, Account = "bob" });
        await scene.Client.UntilAsync(() => scene.Changes.OfType<PersonTyping>().Any());

        scene.Clock.Advance(TimeSpan.FromSeconds(12));
        await scene.Client.SettledAsync();
        scene.Clock.Advance(TimeSpan.FromSeconds(3));
        await first.ExpectAsync<Empty>(Code.Ping);
        scene.Clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(ConnectionPhase.Online, scene.Client.Connection.Phase);
        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        await scene.Client.UntilAsync(ConnectionPhase.WaitingToRetry);
        Assert.True(first.IsDisposed);
    }

    [Fact]
    public async Task Waits_grow_within_the_bounds_of_their_jitter()
    {
        await using var scene = new Scene(null, options => options with { BackOff = new BackOff { Random = () => 0 } });
        var connection = await scene.SignInAsync();
        scene.Server.Refusal = new IOException("No route.");
        connection.Cut();
        foreach (var whole in (double[])[0.5, 1, 2, 4, 8, 16, 30, 30])
        {
            await scene.Client.UntilAsync(() => scene.Client.Connection is { Phase: ConnectionPhase.WaitingToRetry } state && state.RetryAt > scene.Clock.GetUtcNow());
            Assert.Equal(whole / 2, (scene.Client.Connection.RetryAt!.Value - scene.Clock.GetUtcNow()).TotalSeconds);
            scene.Clock.Advance(TimeSpan.FromSeconds(whole / 2));
        }
    }

    [Theory]
    [InlineData(0, 0.0, 250)]
    [InlineData(0, 0.999999, 500)]
    [InlineData(3, 0.5, 3000)]
    [InlineData(50, 0.999999, 30000)]
    public void A_wait_lies_between_half_and_the_whole(int failures, double random, double milliseconds)
    {
        var backOff = new BackOff { Random = () => random };
        Assert.Equal(milliseconds, backOff.Wait(failures).TotalMilliseconds, 1.0);
        Assert.Equal(milliseconds + 5000, backOff.Wait(failures, TimeSpan.FromSeconds(5)).TotalMilliseconds, 1.0);
    }

    [Fact]
    public async Task A_server_that_stops_is_not_asked_before_the_time_it_named()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync();
        connection.Send(Code.Bye, new Bye { Reason = (int)Code.ServerStopping, Text = "Back soon.", ReconnectAfterMs = 60_000 });
        await scene.Client.UntilAsync(ConnectionPhase.WaitingToRetry);
        Assert.InRange(scene.Client.Connection.RetryAt!.Value - scene.Clock.GetUtcNow(), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(61));
        Assert.Equal(Code.ServerStopping, scene.Client.Connection.Reason);
    }

    [Fact]
    public async Task A_device_that_was_signed_out_does_not_come_back()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync();
        connection.Send(Code.Bye, new Bye { Reason = (int)Code.SignedOut, Text = "Signed out elsewhere." });
        await scene.Client.UntilAsync(ConnectionPhase.SignedOut);
        scene.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, scene.Server.Connections);
        Assert.False(await scene.Client.ResumeAsync());
    }

    [Fact]
    public async Task A_token_no_longer_good_ends_the_attempts()
    {
        await using var scene = new Scene();
        var first = await scene.SignInAsync();
        first.Cut();
        var second = await scene.ComeBackAsync();
        var login = await second.ExpectAsync<LoginRequest>(Code.Login);
        second.Send(Code.TokenInvalid, new ErrorBody { Text = "Revoked." }, login.RequestId);
        await scene.Client.UntilAsync(ConnectionPhase.SignedOut);
        Assert.Equal(Code.TokenInvalid, scene.Client.Connection.Reason);
    }

    [Fact]
    public async Task A_wrong_password_is_told_and_not_tried_again()
    {
        await using var scene = new Scene();
        var signingIn = scene.Client.SignInAsync(Scene.Me, "wrong horse");
        var connection = await scene.Server.AcceptAsync();
        var login = await connection.ExpectAsync<LoginRequest>(Code.Login);
        connection.Send(Code.LoginWrongPassword, new ErrorBody { Text = "Wrong." }, login.RequestId);
        var refused = await Assert.ThrowsAsync<ChatException>(() => signingIn.WaitAsync(Patience.Limit));
        Assert.Equal(Code.LoginWrongPassword, refused.Code);
        scene.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, scene.Server.Connections);
    }

    [Fact]
    public async Task A_changed_certificate_stops_the_client()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync();
        scene.Server.Refusal = new UntrustedServerException("host", 7443, new string('b', 64), new string('a', 64));
        connection.Cut();
        await scene.Client.UntilAsync(ConnectionPhase.WaitingToRetry);
        scene.Clock.Advance(TimeSpan.FromSeconds(1));
        await scene.Client.UntilAsync(ConnectionPhase.Failed);
        Assert.True(Assert.IsType<UntrustedServerException>(scene.Client.Connection.Cause).IsChanged);
        scene.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, scene.Server.Connections);
    }
}
