using Chatroom.Client;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Tests.Client;

/// <summary>Several clients of one account on one store, as tabs of a browser are.</summary>
public abstract class OutboxSlotContract
{
    /// <summary>Another program's view of the store.</summary>
    protected abstract IClientStore Open();

    [Fact]
    public async Task Each_of_two_clients_keeps_what_it_sends_and_leaves_the_others_alone()
    {
        await using var first = new Scene(Open());
        var one = await first.SignInAsync();
        first.Client.SendText(Destination.Room(Scene.Room), "from the first");
        await one.ExpectAsync<SendMessageRequest>(Code.SendMessage);

        await using var second = new Scene(Open());
        var two = await second.SignInAsync();
        Assert.Empty(second.Client.Outbox);
        second.Client.SendText(Destination.Room(Scene.Room), "from the second");
        Assert.Equal("from the second", (await two.ExpectAsync<SendMessageRequest>(Code.SendMessage)).Body.Text);
        await second.Client.AdoptAsync();
        await first.Client.AdoptAsync();
        Assert.Equal("from the first", Assert.Single(first.Client.Outbox).Text);
        Assert.Equal("from the second", Assert.Single(second.Client.Outbox).Text);
        Assert.Equal(2, (await Open().ListAsync("outbox/")).Count);
    }

    [Fact]
    public async Task The_next_client_sends_what_two_ended_ones_left_each_in_its_order()
    {
        var ids = await LeaveAsync();
        await using var next = new Scene(Open());
        var connection = await next.SignInAsync();
        await DrainAsync(next, connection, ids);
        Assert.Empty(await Open().ListAsync("outbox/"));
    }

    [Fact]
    public async Task A_running_client_takes_over_when_asked_to_and_each_item_goes_to_one_client_only()
    {
        await using var first = new Scene(Open());
        await using var second = new Scene(Open());
        var one = await first.SignInAsync();
        var two = await second.SignInAsync();
        var ids = await LeaveAsync();
        await Task.WhenAll(first.Client.AdoptAsync(), second.Client.AdoptAsync());
        Sent[] taken = [.. first.Client.Outbox, .. second.Client.Outbox];
        Assert.Equal(ids.Order(StringComparer.Ordinal), taken.Select(sent => sent.ClientId).Order(StringComparer.Ordinal));
        Assert.Equal(ids.Length, (await Open().ListAsync("outbox/")).Count);
        await DrainAsync(first, one, ids);
        await DrainAsync(second, two, ids);
        Assert.Empty(await Open().ListAsync("outbox/"));
    }

    [Fact]
    public async Task Coming_back_online_takes_over_what_others_left_meanwhile()
    {
        await using var scene = new Scene(Open());
        (await scene.SignInAsync()).Cut();
        await scene.Client.UntilAsync(ConnectionPhase.WaitingToRetry);
        var ids = await LeaveAsync();
        var connection = await scene.ReconnectAsync();
        await scene.Client.UntilAsync(() => scene.Client.Outbox.Count == ids.Length);
        await DrainAsync(scene, connection, ids);
    }

    [Fact]
    public async Task An_item_that_a_crash_left_in_two_slots_is_sent_once()
    {
        await LeaveAsync();
        var store = Open();
        var original = (await store.ListAsync("outbox/"))[0];
        var copy = $"outbox/{Scene.Me}/7/{original[(original.LastIndexOf('/') + 1)..]}";
        await store.WriteAsync(copy, (await store.ReadAsync(original))!);
        await using var scene = new Scene(Open());
        await scene.SignInAsync();
        Assert.Equal(4, scene.Client.Outbox.Count);
        Assert.Equal(4, (await Open().ListAsync("outbox/")).Count);
    }

    [Fact]
    public async Task When_no_slot_is_free_sends_go_out_and_are_kept_in_memory()
    {
        var store = Open();
        var held = new List<IAsyncDisposable?> { await store.TryLockAsync($"outbox-{Scene.Me}") };
        for (var number = 1; number < 32; number++)
        {
            held.Add(await store.TryLockAsync($"outbox-{Scene.Me}-{number}"));
        }

        Assert.DoesNotContain(null, held);
        await using var scene = new Scene(Open());
        var connection = await scene.SignInAsync();
        scene.Client.SendText(Destination.Room(Scene.Room), "hello");
        await connection.ExpectAsync<SendMessageRequest>(Code.SendMessage);
        Assert.Empty(await Open().ListAsync("outbox/"));

        // One ends: its slot is for the next send.
        await held[5]!.DisposeAsync();
        await scene.Client.AdoptAsync();
        scene.Client.SendText(Destination.Person("carol"), "again");
        await connection.ExpectAsync<SendMessageRequest>(Code.SendMessage);
        Assert.StartsWith($"outbox/{Scene.Me}/5/", Assert.Single(await Open().ListAsync("outbox/")));
        foreach (var one in held)
        {
            await one!.DisposeAsync();
        }
    }

    /// <summary>Two clients at once, that end with two sends each unacknowledged; the ids in the order of the sends.</summary>
    private async Task<string[]> LeaveAsync()
    {
        await using var one = new Scene(Open());
        await using var two = new Scene(Open());
        var first = await one.SignInAsync();
        var second = await two.SignInAsync();
        two.Clock.Advance(TimeSpan.FromMilliseconds(1));
        List<string> ids = [];
        foreach (var (scene, text) in new[] { (one, "a1"), (one, "a2"), (two, "b1"), (two, "b2") })
        {
            ids.Add(scene.Client.SendText(Destination.Room(Scene.Room), text).ClientId);
        }

        await first.ExpectAsync<SendMessageRequest>(Code.SendMessage);
        await second.ExpectAsync<SendMessageRequest>(Code.SendMessage);
        return [.. ids];
    }

    /// <summary>Acknowledges all that the client has; it must come in the order of the ids, and no id a second time.</summary>
    private static async Task DrainAsync(Scene scene, ScriptedConnection connection, string[] ids)
    {
        await scene.Client.InSequence(() => { });
        var expected = ids.Where(id => scene.Client.Outbox.Any(sent => sent.ClientId == id)).ToArray();
        for (var n = 0; n < expected.Length; n++)
        {
            var asked = await connection.ExpectAsync<SendMessageRequest>(Code.SendMessage);
            Assert.Equal(expected[n], asked.Body.ClientId);
            connection.Send(Code.SendMessageAll, Scene.Text(n + 1, Scene.Me, asked.Body.Text, asked.Body.ClientId), asked.RequestId);
        }

        await scene.Client.UntilAsync(() => scene.Client.Outbox.Count == 0);
        Assert.False(connection.HasRequest);
        await scene.Client.DisposeAsync();
    }
}

public sealed class MemoryOutboxSlotTests : OutboxSlotContract
{
    private readonly MemoryStore _store = new();

    protected override IClientStore Open() => _store;
}

public sealed class FolderOutboxSlotTests : OutboxSlotContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chatroom-client-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    protected override IClientStore Open() => new FolderStore(_folder);
}
