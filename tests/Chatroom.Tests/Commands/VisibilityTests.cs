using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Tests.Support;

namespace Chatroom.Tests.Commands;

/// <summary>What the model-based test found, as the smallest steps that show it.</summary>
public sealed class VisibilityTests
{
    [Fact]
    public async Task Who_comes_back_is_not_told_what_was_edited_while_they_were_away()
    {
        await using var bench = await ServerBench.StartAsync();
        await using var alice = await bench.JoinAsync("alice");
        await using var bob = await bench.JoinAsync("bob");
        var create = new CreateGroupRequest { Name = "tea", Public = true, History = "join", ClientId = MemoryClient.NewId() };
        var room = (await alice.AskAsync<CreateGroupRequest, RoomJoined>(Code.CreateGroup, create, Code.GroupCreated)).Room.Id;
        await JoinAsync(bob, room);
        var said = await alice.SayAsync(room, "before");
        await bob.AskAsync<RoomRequest, Entry>(Code.LeaveGroup, new RoomRequest { Room = room, ClientId = MemoryClient.NewId() }, Code.Entry);
        var edit = new EditRequest { Room = room, Target = said.Seq, Text = "between us", ClientId = MemoryClient.NewId() };
        await alice.AskAsync<EditRequest, Entry>(Code.Edit, edit, Code.Entry);
        await JoinAsync(bob, room);

        var bobs = await bob.PageAsync(new HistoryRequest { Room = room, Before = said.Seq + 1 });
        Assert.Contains(bobs.Entries, e => e.Seq == said.Seq);
        Assert.Null(bobs.Amendments);
        var alices = await alice.PageAsync(new HistoryRequest { Room = room, Before = said.Seq + 1 });
        Assert.Equal("between us", Assert.Single(alices.Amendments!).Edit!.Text);
    }

    [Fact]
    public async Task Who_was_blocked_pins_nothing_in_the_private_chat()
    {
        await using var bench = await ServerBench.StartAsync();
        await using var alice = await bench.JoinAsync("alice");
        await using var bob = await bench.JoinAsync("bob");
        var send = new SendMessageRequest { To = "bob", Text = "hello", ClientId = MemoryClient.NewId() };
        var said = await alice.AskAsync<SendMessageRequest, Entry>(Code.SendMessage, send, Code.SendMessagePrivate);
        Assert.Equal(Code.Ok, (await bob.AskAsync(Code.Block, new PersonRequest { Name = "alice", ClientId = MemoryClient.NewId() })).Code);
        Assert.Equal(Code.NotAccepting, (await alice.AskAsync(Code.Pin, new TargetRequest { Room = said.Room, Target = said.Seq, ClientId = MemoryClient.NewId() })).Code);
    }

    private static Task JoinAsync(MemoryClient client, string room) =>
        client.AskAsync<JoinGroupRequest, RoomJoined>(Code.JoinGroup, new JoinGroupRequest { Room = room, ClientId = MemoryClient.NewId() }, Code.Joined);
}
