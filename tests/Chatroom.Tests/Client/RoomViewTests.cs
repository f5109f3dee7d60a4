using Chatroom.Client;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Tests.Client;

public sealed class RoomViewTests
{
    [Fact]
    public async Task Live_entries_are_told_once_and_in_order()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync();
        foreach (var seq in (long[])[1, 2, 2, 1, 3])
        {
            connection.Send(Code.SendMessageAll, Scene.Text(seq));
        }

        await scene.Client.UntilAsync(() => scene.View.Head == 3);
        Assert.Equal([1, 2, 3], scene.View.Entries.Select(row => row.Seq));
        Assert.Equal([1, 2, 3], scene.Changes.OfType<EntryArrived>().Select(change => change.Entry.Seq));
        Assert.Equal(3, scene.View.Unread);
    }

    [Fact]
    public async Task A_missing_entry_is_fetched_before_later_ones_are_shown()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync(null, Scene.Text(1));
        connection.Send(Code.SendMessageAll, Scene.Text(4));
        var asked = await connection.ExpectAsync<HistoryRequest>(Code.GetAllChatHistory);
        Assert.Equal(1, asked.Body.After);
        Assert.Equal(1, scene.View.GapAfter);
        Assert.Equal([1], scene.View.Entries.Select(row => row.Seq));
        connection.Send(Code.SendMessageAll, Scene.Text(5));
        connection.Send(Code.History, Scene.Page(4, Scene.Text(2), Scene.Text(3), Scene.Text(4)), asked.RequestId);

        await scene.Client.UntilAsync(() => scene.View is { GapAfter: null, Head: 5 });
        Assert.Equal([1, 2, 3, 4, 5], scene.View.Entries.Select(row => row.Seq));
        Assert.Equal([2, 3, 4, 5], scene.Changes.OfType<EntryArrived>().Select(change => change.Entry.Seq));
        Assert.Equal(4, scene.View.Unread);
        await Support.Until.TrueAsync(() => !scene.View.IsRepairing);
        Assert.False(connection.HasRequest);
    }

    [Fact]
    public async Task A_room_first_heard_of_by_an_entry_has_older_ones_when_its_state_says_so()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync();
        connection.Send(Code.Entry, new Entry { Room = "room2", Seq = 7, Kind = EntryKinds.Join, Sender = Scene.Me, Time = 7 });
        await scene.Client.UntilAsync(() => scene.Client.Room("room2") is not null);
        connection.Send(Code.AccountChanged, new AccountChanged
        {
            Revision = 2,
            Items = [new AccountItem { Kind = ItemKinds.Room, Key = "room2", Revision = 2, Time = 1, Room = Scene.State(7) with { Id = "room2", First = 1 } }],
        });
        await scene.Client.UntilAsync(() => scene.Client.Room("room2")!.HasOlder);
    }

    [Fact]
    public async Task A_room_without_a_page_in_the_catching_up_brings_itself_to_its_head()
    {
        await using var scene = new Scene();
        var first = await scene.SignInAsync(null, Scene.Text(1));
        first.Cut();
        var second = await scene.ReconnectAsync(Scene.State(3, 0, 3));
        var asked = await second.ExpectAsync<HistoryRequest>(Code.GetAllChatHistory);
        Assert.Equal(1, asked.Body.After);
        second.Send(Code.History, Scene.Page(3, Scene.Text(2), Scene.Text(3)), asked.RequestId);
        await scene.Client.UntilAsync(() => scene.View.GapAfter is null);
        Assert.Equal([1, 2, 3], scene.View.Entries.Select(row => row.Seq));
        Assert.Equal(3, scene.View.Unread);
    }

    [Fact]
    public async Task Unread_counts_what_others_say_after_the_position()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync(Scene.State(2, 1, 1), Scene.Text(1), Scene.Text(2));
        Assert.Equal(1, scene.View.Unread);
        connection.Send(Code.SendMessageAll, Scene.Text(3));
        connection.Send(Code.SendMessageAll, Scene.Text(4, Scene.Me));
        connection.Send(Code.Entry, new Entry { Room = Scene.Room, Seq = 5, Kind = EntryKinds.Join, Sender = "carol", Subject = "carol", Time = 5 });
        connection.Send(Code.SendMessageAll, Scene.Text(6));
        await scene.Client.UntilAsync(() => scene.View.Head == 6);
        Assert.Equal(3, scene.View.Unread);

        connection.Send(Code.Entry, Scene.About(7, EntryKinds.Recall, 3, targetSender: "bob"));
        connection.Send(Code.Entry, Scene.About(8, EntryKinds.Recall, 4, Scene.Me, targetSender: Scene.Me));
        connection.Send(Code.Entry, Scene.About(9, EntryKinds.Recall, 1, targetSender: "bob"));
        await scene.Client.UntilAsync(() => scene.View.Head == 9);
        Assert.Equal(2, scene.View.Unread);
    }

    [Fact]
    public async Task A_position_as_of_an_earlier_head_still_counts_what_came_after_it()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync();
        for (var seq = 1; seq <= 5; seq++)
        {
            connection.Send(Code.SendMessageAll, Scene.Text(seq));
        }

        connection.Send(Code.Entry, Scene.About(6, EntryKinds.Recall, 5, targetSender: "bob"));
        SendPosition(connection, 2, 1, 3);
        await scene.Client.UntilAsync(() => scene.View.Position == 2);
        Assert.Equal(2, scene.View.Unread);

        SendPosition(connection, 6, 0, 6, 3);
        await scene.Client.UntilAsync(() => scene.View.Position == 6);
        Assert.Equal(0, scene.View.Unread);
    }

    [Fact]
    public async Task Reading_while_offline_is_told_to_the_server_later()
    {
        await using var scene = new Scene();
        var first = await scene.SignInAsync(Scene.State(2, 0, 2), Scene.Text(1), Scene.Text(2));
        first.Cut();
        await scene.Client.UntilAsync(ConnectionPhase.WaitingToRetry);
        await scene.Client.MarkReadAsync(Scene.Room);
        var second = await scene.ReconnectAsync(Scene.State(2, 0, 2));
        Assert.Equal(2, (await second.ExpectAsync<MarkReadRequest>(Code.MarkRead)).Body.Seq);
    }

    [Fact]
    public async Task Edits_reactions_pins_and_recalls_are_folded_into_their_targets()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync(null, Scene.Text(1), Scene.Text(2), Scene.Text(3, Scene.Me));
        connection.Send(Code.Entry, Scene.About(4, EntryKinds.Edit, 1, text: "better"));
        connection.Send(Code.Entry, Scene.About(5, EntryKinds.Edit, 1, text: "best"));
        connection.Send(Code.Entry, Scene.About(6, EntryKinds.Reaction, 2, emoji: "👍", on: true));
        connection.Send(Code.Entry, Scene.About(7, EntryKinds.Reaction, 2, Scene.Me, emoji: "👍", on: true));
        connection.Send(Code.Entry, Scene.About(8, EntryKinds.Reaction, 2, emoji: "👍", on: true));
        connection.Send(Code.Entry, Scene.About(9, EntryKinds.Reaction, 2, emoji: "🎂", on: true));
        connection.Send(Code.Entry, Scene.About(10, EntryKinds.Reaction, 2, emoji: "🎂", on: false));
        connection.Send(Code.Entry, Scene.About(11, EntryKinds.Pin, 2, on: true));
        await scene.Client.UntilAsync(() => scene.View.Head == 11);
        Assert.Equal([1, 2, 3], scene.View.Entries.Select(row => row.Seq));
        Assert.Equal(11, scene.View.Log.Count);
        Assert.Equal(("best", true), (scene.View.Find(1)!.Text, scene.View.Find(1)!.IsEdited));
        var reaction = Assert.Single(scene.View.Find(2)!.Reactions);
        Assert.Equal(("👍", 2, true), (reaction.Emoji, reaction.Count, reaction.Mine));
        Assert.True(scene.View.Find(2)!.IsPinned);
        Assert.Equal([Origin.Other, Origin.Other, Origin.Own], scene.View.Entries.Select(row => row.Origin));

        connection.Send(Code.Entry, Scene.About(12, EntryKinds.Recall, 1, targetSender: "bob"));
        connection.Send(Code.Entry, Scene.About(13, EntryKinds.Pin, 2, on: false));
        await scene.Client.UntilAsync(() => scene.View.Head == 13);
        Assert.Equal((true, null, false), (scene.View.Find(1)!.IsRecalled, scene.View.Find(1)!.Text, scene.View.Find(1)!.IsEdited));
        Assert.DoesNotContain(scene.View.Log, entry => entry.Text is "text 1" or "better" or "best");
        Assert.False(scene.View.Find(2)!.IsPinned);
    }

    [Fact]
    public async Task Amendments_of_a_page_are_not_counted_twice()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync(null, Scene.Text(11), Scene.About(12, EntryKinds.Reaction, 1, emoji: "👍", on: true));
        var loading = scene.View.LoadOlderAsync();
        var asked = await connection.ExpectAsync<HistoryRequest>(Code.GetAllChatHistory);
        Assert.Equal(11, asked.Body.Before);

        // Committed after the page was read, and come before it.
        connection.Send(Code.Entry, Scene.About(13, EntryKinds.Reaction, 1, "carol", emoji: "👍", on: true));
        connection.Send(Code.Entry, Scene.About(14, EntryKinds.Edit, 2, text: "newest"));
        connection.Send(
            Code.History,
            Scene.Page(12, Scene.Text(1), Scene.Text(2), Scene.About(3, EntryKinds.Pin, 2, on: true)) with
            {
                Amendments =
                [
                    new Amendment { Target = 1, Reactions = [new ReactionCount { Emoji = "👍", Count = 150, By = ["dave"] }], Pinned = true },
                    new Amendment { Target = 2, Edit = Scene.About(9, EntryKinds.Edit, 2, text: "older") },
                ],
            },
            asked.RequestId);
        Assert.Equal(3, await loading.WaitAsync(Patience.Limit));
        Assert.False(scene.View.Find(2)!.IsPinned);
        Assert.Equal([1, 2, 11], scene.View.Entries.Select(row => row.Seq));
        Assert.Equal(151, Assert.Single(scene.View.Find(1)!.Reactions).Count);
        Assert.True(scene.View.Find(1)!.IsPinned);
        Assert.Equal("newest", scene.View.Find(2)!.Text);
        Assert.False(scene.View.HasOlder);
        Assert.Equal(0, await scene.View.LoadOlderAsync());
    }

    [Fact]
    public async Task The_window_drops_its_oldest_entries_beyond_the_bound()
    {
        await using var scene = new Scene(null, options => options with { WindowEntries = 16 });
        var connection = await scene.SignInAsync();
        for (var seq = 1; seq <= 100; seq++)
        {
            connection.Send(Code.SendMessageAll, Scene.Text(seq));
        }

        await scene.Client.UntilAsync(() => scene.View.Head == 100);
        Assert.InRange(scene.View.Entries.Count, 16, 18);
        Assert.Equal(100, scene.View.Entries[^1].Seq);
        Assert.True(scene.View.HasOlder);
        Assert.Equal(100, scene.View.Unread);
    }

    [Fact]
    public async Task Unknown_kinds_are_kept_as_placeholders()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync();
        connection.Send(Code.Entry, Scene.Text(1) with { Kind = "poll" });
        await scene.Client.UntilAsync(() => scene.View.Head == 1);
        Assert.True(Assert.Single(scene.View.Entries).IsUnknown);
        Assert.Equal(1, scene.View.Unread);
    }

    [Fact]
    public async Task What_a_blocked_person_says_is_marked_and_unmarked()
    {
        await using var scene = new Scene();
        var connection = await scene.SignInAsync(null, Scene.Text(1));
        Block(connection, 2, false);
        await scene.Client.UntilAsync(() => scene.Client.Blocks.Count == 1);
        Assert.True(scene.View.Entries[0].IsFromBlocked);
        Block(connection, 3, true);
        await scene.Client.UntilAsync(() => scene.Client.Blocks.Count == 0);
        Assert.False(scene.View.Entries[0].IsFromBlocked);
    }

    private static void Block(ScriptedConnection connection, long revision, bool deleted) => connection.Send(Code.AccountChanged, new AccountChanged
    {
        Revision = revision,
        Items =
        [
            new AccountItem { Kind = ItemKinds.Block, Key = "bob", Revision = revision, Deleted = deleted ? true : null, Person = new AccountInfo { Id = "bob" } },
        ],
    });

    private static void SendPosition(ScriptedConnection connection, long position, long unread, long head, long revision = 2) =>
        connection.Send(Code.AccountChanged, new AccountChanged
        {
            Revision = revision,
            Items = [new AccountItem { Kind = ItemKinds.Position, Key = Scene.Room, Revision = revision, Position = position, Unread = unread, Head = head }],
        });
}
