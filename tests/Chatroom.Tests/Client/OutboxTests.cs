using Chatroom.Client;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Tests.Client;

public sealed class OutboxTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chatroom-client-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Unacknowledged_sends_survive_a_restart_of_the_program_in_their_order()
    {
        string?[] ids;
        await using (var before = new Scene(new FolderStore(_folder)))
        {
            var connection = await before.SignInAsync();
            Sent[] sends = [.. Enumerable.Range(1, 5).Select(n => before.Client.SendText(Destination.Room(Scene.Room), $"line {n}"))];
            ids = [.. sends.Select(sent => sent.ClientId)];
            var asked = await connection.ExpectAsync<SendMessageRequest>(Code.SendMessage);
            connection.Send(Code.SendMessageAll, Scene.Text(1, Scene.Me, "line 1", asked.Body.ClientId), asked.RequestId);
            await sends[0].Acknowledged.WaitAsync(Patience.Limit);
            await connection.ExpectAsync<SendMessageRequest>(Code.SendMessage);
        }

        await using var after = new Scene(new FolderStore(_folder));
        var resuming = after.Client.ResumeAsync();
        var second = await after.Server.AcceptAsync();
        Assert.Equal(ids[1..], after.Client.Outbox.Select(sent => sent.ClientId));
        await after.AnswerLoginAsync(second, Scene.State(1));
        Assert.True(await resuming.WaitAsync(Patience.Limit));
        Assert.Equal(ids[1..], after.View.Pending.Select(sent => sent.ClientId));
        for (var n = 2; n <= 5; n++)
        {
            var again = await second.ExpectAsync<SendMessageRequest>(Code.SendMessage);
            Assert.Equal((ids[n - 1], $"line {n}"), (again.Body.ClientId, again.Body.Text));
            second.Send(Code.SendMessageAll, Scene.Text(n, Scene.Me, again.Body.Text, again.Body.ClientId), again.RequestId);
        }

        await after.Client.UntilAsync(() => after.Client.Outbox.Count == 0);
        await after.Client.DisposeAsync();
        Assert.Empty(await new FolderStore(_folder).ListAsync("outbox/"));
    }

    [Fact]
    public async Task A_send_is_in_the_store_before_it_is_on_the_wire()
    {
        var store = new SlowStore();
        await using var scene = new Scene(store);
        var connection = await scene.SignInAsync();
        var writing = new TaskCompletionSource();
        store.Writing = writing.Task;
        var sent = scene.Client.SendText(Destination.Room(Scene.Room), "hello");
        await scene.Client.SettledAsync();
        Assert.Equal([sent], scene.View.Pending);
        _ = scene.Client.TypingAsync(Scene.Room);
        await connection.ExpectAsync<RoomRequest>(Code.Typing);
        Assert.False(connection.HasRequest);

        writing.SetResult();
        await connection.ExpectAsync<SendMessageRequest>(Code.SendMessage);
        Assert.EndsWith(sent.ClientId, Assert.Single(await store.ListAsync($"outbox/{Scene.Me}/")));
    }

    [Fact]
    public async Task A_send_that_cannot_be_stored_fails_and_is_not_sent()
    {
        var store = new SlowStore();
        await using var scene = new Scene(store);
        var connection = await scene.SignInAsync();
        store.Writing = Task.FromException(new IOException("Disk full."));
        var sent = scene.Client.SendText(Destination.Room(Scene.Room), "hello");
        await Assert.ThrowsAsync<IOException>(() => sent.Acknowledged.WaitAsync(Patience.Limit));
        _ = scene.Client.TypingAsync(Scene.Room);
        await connection.ExpectAsync<RoomRequest>(Code.Typing);
        Assert.False(connection.HasRequest);
        Assert.Equal(SendState.Failed, sent.State);
    }

    [Fact]
    public async Task A_throttled_send_waits_and_is_not_overtaken()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync();
        var first = scene.Client.SendText(Destination.Room(Scene.Room), "one");
        var second = scene.Client.SendText(Destination.Room(Scene.Room), "two");
        var elsewhere = scene.Client.SendText(Destination.Person("carol"), "hi");
        var asked = await connection.ExpectAsync<SendMessageRequest>(Code.SendMessage);
        Assert.Equal("hi", (await connection.ExpectAsync<SendMessageRequest>(Code.SendMessage)).Body.Text);
        connection.Send(Code.TooManyRequests, new ErrorBody { Text = "Slowly.", RetryAfterMs = 3000 }, asked.RequestId);
        connection.Send(Code.TypingNotice, new TypingNotice { Room = Scene.Room, Account = "bob" });
        await scene.Client.UntilAsync(() => scene.Changes.OfType<PersonTyping>().Any());

        scene.Clock.Advance(TimeSpan.FromMilliseconds(2999));
        scene.Client.SendText(Destination.Room(Scene.Room), "three");
        _ = scene.Client.TypingAsync(Scene.Room);
        await connection.ExpectAsync<RoomRequest>(Code.Typing);
        Assert.False(connection.HasRequest);
        Assert.Equal(SendState.Sending, first.State);
        scene.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var again = await connection.ExpectAsync<SendMessageRequest>(Code.SendMessage);
        Assert.Equal(("one", asked.Body.ClientId), (again.Body.Text, again.Body.ClientId));
        connection.Send(Code.SendMessageAll, Scene.Text(1, Scene.Me, "one", again.Body.ClientId), again.RequestId);
        Assert.Equal("two", (await connection.ExpectAsync<SendMessageRequest>(Code.SendMessage)).Body.Text);
        Assert.Equal([second.ClientId, elsewhere.ClientId], scene.Client.Outbox.Take(2).Select(sent => sent.ClientId));
    }

    [Fact]
    public async Task A_refused_send_fails_and_lets_the_next_one_go()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync();
        var first = scene.Client.SendText(Destination.Room(Scene.Room), "one");
        scene.Client.SendText(Destination.Room(Scene.Room), "two");
        var asked = await connection.ExpectAsync<SendMessageRequest>(Code.SendMessage);
        connection.Send(Code.TextTooLarge, new ErrorBody { Text = "Too large.", Field = "text" }, asked.RequestId);
        Assert.Equal("two", (await connection.ExpectAsync<SendMessageRequest>(Code.SendMessage)).Body.Text);
        var error = await Assert.ThrowsAsync<ChatException>(() => first.Acknowledged);
        Assert.Equal((Code.TextTooLarge, "text"), (error.Code, error.Field));
        Assert.Equal(SendState.Failed, first.State);
        Assert.Contains(first, scene.View.Pending);

        var retried = scene.Client.Retry(first);
        await scene.Client.SettledAsync();
        Assert.DoesNotContain(first, scene.View.Pending);
        Assert.Equal(first.ClientId, retried.ClientId);
        Assert.Equal(SendState.Sending, retried.State);
    }

    [Fact]
    public async Task A_refused_text_is_still_there_after_a_restart_until_it_is_discarded()
    {
        var store = new MemoryStore();
        static ChatClientOptions Keep(ChatClientOptions options) => options with { KeepRefused = true };
        await using (var scene = new Scene(store, Keep))
        {
            var connection = await scene.SignInAsync();
            scene.Client.SendText(Destination.Room(Scene.Room), "one");
            var asked = await connection.ExpectAsync<SendMessageRequest>(Code.SendMessage);
            connection.Send(Code.NotAccepting, new ErrorBody { Text = "No." }, asked.RequestId);
            await scene.Client.UntilAsync(() => scene.View.Pending is [{ State: SendState.Failed }]);
        }

        await using (var scene = new Scene(store, Keep))
        {
            var connection = await scene.SignInAsync();
            await scene.Client.UntilAsync(() => scene.View.Pending is [{ State: SendState.Failed, Text: "one", Error: ChatException { Code: Code.NotAccepting } }]);
            _ = scene.Client.TypingAsync(Scene.Room);
            await connection.ExpectAsync<RoomRequest>(Code.Typing);
            Assert.False(connection.HasRequest);
            scene.Client.Discard(scene.View.Pending[0]);
            await scene.Client.UntilAsync(() => scene.View.Pending.Count == 0);
        }

        Assert.Empty(await store.ListAsync("outbox/"));
    }

    [Fact]
    public async Task Any_change_waits_for_the_next_connection_and_keeps_its_client_id()
    {
        await using var scene = new Scene();
        var first = await scene.SignInAsync();
        var creating = scene.Client.Groups.CreateAsync("Readers");
        var asked = await first.ExpectAsync<CreateGroupRequest>(Code.CreateGroup);
        first.Cut();
        var second = await scene.ReconnectAsync();
        var again = await second.ExpectAsync<CreateGroupRequest>(Code.CreateGroup);
        Assert.Equal(asked.Body.ClientId, again.Body.ClientId);
        var made = Scene.State(1) with { Id = "room2", Name = "Readers" };
        second.Send(Code.GroupCreated, new RoomJoined { Room = made, Duplicate = true }, again.RequestId);
        Assert.Equal("room2", (await creating.WaitAsync(Patience.Limit)).Id);
        await scene.Client.UntilAsync(() => scene.Client.Room("room2") is not null);
    }

    [Fact]
    public async Task Reading_fails_with_the_connection()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync();
        var asking = scene.Client.People.OnlineAsync();
        await connection.ExpectAsync<PageRequest>(Code.GetAllUsers);
        connection.Cut();
        await Assert.ThrowsAsync<ConnectionLostException>(() => asking.WaitAsync(Patience.Limit));
        await scene.Client.UntilAsync(ConnectionPhase.WaitingToRetry);
        await Assert.ThrowsAsync<ConnectionLostException>(() => scene.Client.People.OnlineAsync());
    }

    [Fact]
    public async Task Nothing_is_sent_in_the_name_of_nobody()
    {
        await using var scene = new Scene();
        Assert.Equal(Code.NotSignedIn, Assert.Throws<ChatException>(() => scene.Client.SendText(Destination.Room(Scene.Room), "hello")).Code);
        var refused = await Assert.ThrowsAsync<ChatException>(() => scene.Client.Groups.CreateAsync("Readers"));
        Assert.Equal(Code.NotSignedIn, refused.Code);
    }

    [Fact]
    public async Task Signing_out_forgets_token_and_outbox()
    {
        var store = new FolderStore(_folder);
        await using var scene = new Scene(store);
        var connection = await scene.SignInAsync();
        var sent = scene.Client.SendText(Destination.Room(Scene.Room), "never");
        await connection.ExpectAsync<SendMessageRequest>(Code.SendMessage);
        var leaving = scene.Client.SignOutAsync();
        var logout = await connection.ExpectAsync<Empty>(Code.Logout);
        connection.Send(Code.Ok, new OkBody(), logout.RequestId);
        await leaving.WaitAsync(Patience.Limit);
        await Assert.ThrowsAsync<ChatException>(() => sent.Acknowledged);
        Assert.Empty(await store.ListAsync(""));
        Assert.Null(scene.Client.Account);
        Assert.Equal(ConnectionPhase.SignedOut, scene.Client.Connection.Phase);
    }
}
