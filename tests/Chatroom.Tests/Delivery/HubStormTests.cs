using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Tests.Model;
using Chatroom.Tests.Support;

namespace Chatroom.Tests.Delivery;

/// <summary>
/// Commits and sign-ins at the same time. A device's view refuses an event before SYNC_DONE, an entry or item that comes twice or out of order, so what
/// is left to see at the end is that nothing is missing.
/// </summary>
public sealed class HubStormTests
{
    private const int Rounds = 25;
    private const int Sends = 40;

    [Fact]
    public async Task Nothing_is_missing_or_doubled_between_the_answer_to_login_and_the_events()
    {
        await using var bench = await ServerBench.StartAsync();
        var names = new[] { "alice", "bob", "carol" };
        var writers = new List<MemoryClient>();
        foreach (var name in names)
        {
            writers.Add(await bench.JoinAsync(name));
        }

        var kept = names.ToDictionary(n => n, _ => new DeviceView());
        for (var round = 0; round < Rounds; round++)
        {
            var writing = writers.Select((w, i) => WriteAsync(w, writers[(i + 1) % writers.Count].Account)).ToList();
            var fresh = names.Select(n => (Name: n, View: new DeviceView())).ToList();
            var signing = fresh.Concat(names.Select(n => (Name: n, View: kept[n]))).Select(d => SignInAsync(bench, d.Name, d.View)).ToList();
            var clients = await Task.WhenAll(signing);
            await Task.WhenAll(writing);
            var head = (await writers[0].PageAsync(new HistoryRequest { Room = "lobby", Limit = 1 })).Head;
            await Task.WhenAll(clients.Select(c => c.BarrierAsync()));
            foreach (var view in fresh.Select(f => f.View).Concat(kept.Values))
            {
                var log = view.Logs["lobby"].Entries;
                Assert.Equal(head, log.Keys.Last());
                Assert.Equal(head - log.Keys.First() + 1, log.Count);
                Assert.Single(view.Items(ItemKinds.Block));
            }

            foreach (var client in clients)
            {
                await client.LeaveAsync();
            }
        }

        foreach (var writer in writers)
        {
            await writer.LeaveAsync();
        }
    }

    [Fact]
    public async Task Signing_in_and_being_removed_at_once_leaves_no_ear_in_the_group()
    {
        await using var bench = await ServerBench.StartAsync();
        await using var alice = await bench.JoinAsync("alice");
        await using (var bob = await bench.JoinAsync("bob"))
        {
        }

        var create = new CreateGroupRequest { Name = "tea", Public = true, ClientId = MemoryClient.NewId() };
        var room = (await alice.AskAsync<CreateGroupRequest, RoomJoined>(Code.CreateGroup, create, Code.GroupCreated)).Room.Id;
        for (var round = 0; round < Rounds; round++)
        {
            await using (var joiner = bench.Connect())
            {
                await joiner.LoginAsync("bob");
                await joiner.AskAsync<JoinGroupRequest, RoomJoined>(Code.JoinGroup, new JoinGroupRequest { Room = room, ClientId = MemoryClient.NewId() }, Code.Joined);
            }

            var view = new DeviceView();
            var signing = SignInAsync(bench, "bob", view);
            var remove = new MemberRequest { Room = room, Name = "bob", ClientId = MemoryClient.NewId() };
            var removed = await alice.AskAsync<MemberRequest, Entry>(Code.RemoveMember, remove, Code.Entry);
            await using var late = await signing;
            await alice.SayAsync(room, "Is bob gone?");
            await late.BarrierAsync();
            Assert.All(late.Events.Where(e => Codes.IsEntry(e.Code)), e => Assert.True(WireJson.Read<Entry>(e.Body.Span).Seq <= removed.Seq));
        }
    }

    private static async Task WriteAsync(MemoryClient writer, string other)
    {
        var replies = new List<Task<IReadOnlyList<Frame>>>();
        for (var i = 0; i < Sends; i++)
        {
            replies.Add(i % 2 == 0
                ? writer.SendAsync(Code.SendMessage, new SendMessageRequest { Room = "lobby", Text = "storm", ClientId = MemoryClient.NewId() })
                : writer.SendAsync(i % 4 == 3 ? Code.Block : Code.Unblock, new PersonRequest { Account = other, ClientId = MemoryClient.NewId() }));
        }

        foreach (var reply in await Task.WhenAll(replies))
        {
            Assert.False(Codes.IsError(reply[0].Code), $"{reply[0].Code}");
        }
    }

    private static async Task<MemoryClient> SignInAsync(ServerBench bench, string name, DeviceView view)
    {
        var client = bench.Connect(view.Take);
        await client.LoginAsync(new LoginRequest
        {
            Version = 3,
            Token = view.Token,
            Name = view.Token is null ? name : null,
            Password = view.Token is null ? MemoryClient.Password : null,
            Have = view.Have,
        });
        return client;
    }
}
