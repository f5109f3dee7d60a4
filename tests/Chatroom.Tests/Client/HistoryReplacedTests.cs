using Chatroom.Client;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Tests.Client;

/// <summary>The server comes back from a backup while the client stays open.</summary>
public sealed class HistoryReplacedTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chatroom-client-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_is_gone_is_no_longer_shown_and_what_has_its_number_now_is()
    {
        await using var scene = new Scene();
        (await scene.SignInAsync(Scene.State(3, position: 3), Scene.Text(1), Scene.Text(2), Scene.Text(3, text: "gone"))).Cut();
        var (_, login) = await ComeBackRestoredAsync(scene, Scene.State(3, position: 2, unread: 1), Scene.Text(1), Scene.Text(2), Scene.Text(3, text: "other") with { Time = 9 });

        Assert.Equal("before", login.Have!.History);
        Assert.Equal(["text 1", "text 2", "other"], scene.View.Entries.Select(row => row.Text));
        Assert.Equal((2, 1), (scene.View.Position, scene.View.Unread));
        Assert.Single(scene.Changes.OfType<HistoryReplaced>());
    }

    [Fact]
    public async Task Only_what_is_later_than_all_that_was_held_is_told_as_missed()
    {
        await using var scene = new Scene();
        (await scene.SignInAsync(null, Scene.Text(1), Scene.Text(2), Scene.Text(3))).Cut();
        await ComeBackRestoredAsync(scene, null, Scene.Text(1), Scene.Text(2) with { Time = 4 }, Scene.Text(3) with { Time = 5 });
        Assert.Equal([(2L, false), (3L, false)], scene.Changes.OfType<EntryArrived>().Select(change => (change.Entry.Seq, change.Live)));
    }

    [Fact]
    public async Task What_comes_afterwards_follows_on()
    {
        await using var scene = new Scene();
        (await scene.SignInAsync(null, Scene.Text(1), Scene.Text(2), Scene.Text(3))).Cut();
        var (connection, _) = await ComeBackRestoredAsync(scene, null, Scene.Text(1));
        connection.Send(Code.Entry, Scene.Text(2, text: "new"));
        await scene.Client.UntilAsync(() => scene.View.Entries.Count == 2);
        Assert.Equal("new", scene.View.Entries[^1].Text);
        Assert.Equal(1, scene.View.Unread);
        connection.Cut();

        var (_, login) = await ComeBackRestoredAsync(scene, Scene.State(2));
        Assert.Equal(("after", 2L), (login.Have!.History, login.Have.Rooms![Scene.Room]));
        Assert.Single(scene.Changes.OfType<HistoryReplaced>());
    }

    [Fact]
    public async Task An_edit_of_what_is_gone_meets_nothing_else()
    {
        await using var scene = new Scene();
        (await scene.SignInAsync(null, Scene.Text(1), Scene.Text(2, Scene.Me))).Cut();
        await scene.Client.UntilAsync(ConnectionPhase.WaitingToRetry);
        var edit = scene.Client.Edit(Scene.Room, 2, "better");
        var text = scene.Client.SendText(Destination.Room(Scene.Room), "kept", replyTo: 2);

        var (connection, _) = await ComeBackRestoredAsync(scene, null, Scene.Text(1), Scene.Text(2, Scene.Me, "another"));
        var sent = await connection.ExpectAsync<SendMessageRequest>(Code.SendMessage);
        Assert.Equal(("kept", null, text.ClientId), (sent.Body.Text, sent.Body.ReplyTo, sent.Body.ClientId));
        var refused = await Assert.ThrowsAsync<ChatException>(() => edit.Acknowledged.WaitAsync(Patience.Limit));
        Assert.Equal(Code.NotFound, refused.Code);

        // Trying again does not help it.
        var again = scene.Client.Retry(edit);
        await Assert.ThrowsAsync<ChatException>(() => again.Acknowledged.WaitAsync(Patience.Limit));
        Assert.False(connection.HasRequest);
    }

    [Fact]
    public async Task A_reply_that_an_earlier_run_of_the_program_left_answers_nothing_else()
    {
        await using (var before = new Scene(new FolderStore(_folder)))
        {
            (await before.SignInAsync(null, Scene.Text(1), Scene.Text(2))).Cut();
            await before.Client.UntilAsync(ConnectionPhase.WaitingToRetry);
            _ = before.Client.SendText(Destination.Room(Scene.Room), "kept", replyTo: 2);
        }

        await using var after = new Scene(new FolderStore(_folder)) { History = "after" };
        var resuming = after.Client.ResumeAsync();
        var connection = await after.Server.AcceptAsync();
        await after.AnswerLoginAsync(connection, null, Scene.Text(1), Scene.Text(2, text: "another"));
        await resuming.WaitAsync(Patience.Limit);
        var sent = await connection.ExpectAsync<SendMessageRequest>(Code.SendMessage);
        Assert.Equal(("kept", null), (sent.Body.Text, sent.Body.ReplyTo));
    }

    [Fact]
    public async Task A_reply_in_the_same_history_stays_one()
    {
        await using var scene = new Scene();
        (await scene.SignInAsync(null, Scene.Text(1), Scene.Text(2))).Cut();
        await scene.Client.UntilAsync(ConnectionPhase.WaitingToRetry);
        _ = scene.Client.SendText(Destination.Room(Scene.Room), "kept", replyTo: 2);
        var connection = await scene.ReconnectAsync(Scene.State(2));
        Assert.Equal(2, (await connection.ExpectAsync<SendMessageRequest>(Code.SendMessage)).Body.ReplyTo);
    }

    [Theory]
    [InlineData(2, 5)]
    [InlineData(3, 4)]
    public async Task A_state_earlier_than_before_under_the_same_name_is_asked_for_anew(long head, long revision)
    {
        await using var scene = new Scene { Revision = 5 };
        (await scene.SignInAsync(null, Scene.Text(1), Scene.Text(2), Scene.Text(3, text: "gone"))).Cut();
        var connection = await scene.ComeBackAsync();
        scene.Revision = revision;
        Assert.NotNull((await scene.AnswerLoginAsync(connection, Scene.State(head))).Have);

        connection = await scene.ComeBackAsync();
        Assert.Null((await scene.AnswerLoginAsync(connection, null, Scene.Text(1), Scene.Text(2))).Have);
        await scene.Client.UntilAsync(ConnectionPhase.Online);
        Assert.Equal(["text 1", "text 2"], scene.View.Entries.Select(row => row.Text));
    }

    private static async Task<(ScriptedConnection Connection, LoginRequest Login)> ComeBackRestoredAsync(Scene scene, RoomState? state, params Entry[] entries)
    {
        scene.History = "after";
        var connection = await scene.ComeBackAsync();
        var login = await scene.AnswerLoginAsync(connection, state, entries);
        await scene.Client.UntilAsync(ConnectionPhase.Online);
        return (connection, login);
    }
}
