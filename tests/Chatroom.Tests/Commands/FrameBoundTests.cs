using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Tests.Model;
using Chatroom.Tests.Support;

namespace Chatroom.Tests.Commands;

/// <summary>
/// Nothing that people write makes the server send a frame above its bound, which would cut off whoever asks for it. The channel in memory refuses such
/// a frame as a client does.
/// </summary>
public sealed class FrameBoundTests
{
    private const int Many = 60;

    [Fact]
    public async Task Short_messages_with_long_edits_are_paged_without_a_loss()
    {
        await using var bench = await ServerBench.StartAsync();
        await using var alice = await bench.JoinAsync("alice");
        var longest = new string('"', WireLimits.TextBytes);
        for (var i = 0; i < Many; i++)
        {
            await alice.SayAsync("lobby", "short");
        }

        for (var i = 0; i < Many; i++)
        {
            await alice.AskAsync<EditRequest, Entry>(Code.Edit, new EditRequest { Room = "lobby", Target = 2 + i, Text = longest, ClientId = MemoryClient.NewId() }, Code.Entry);
        }

        var down = new RoomLog();
        for (long? before = 2 + Many; before is not null;)
        {
            var page = await alice.PageAsync(new HistoryRequest { Room = "lobby", Before = before, Limit = WireLimits.PageSize });
            down.Add(page);
            before = page.Before is true ? page.Entries[0].Seq : null;
        }

        Assert.Equal(Enumerable.Range(1, 1 + Many).Select(i => (long)i), down.Entries.Keys);
        Assert.All(down.Entries.Values.Skip(1), e => Assert.Equal(longest, e.Text));

        var up = new RoomLog();
        for (var more = true; more;)
        {
            var page = await alice.PageAsync(new HistoryRequest { Room = "lobby", After = up.Top, Limit = WireLimits.PageSize });
            up.Add(page);
            more = page.After is true;
        }

        Assert.Equal(1 + (2 * Many), up.Entries.Count);

        await alice.AskAsync<TargetRequest, Entry>(Code.Pin, new TargetRequest { Room = "lobby", Target = 2, ClientId = MemoryClient.NewId() }, Code.Entry);
        for (var i = 3; i < 20; i++)
        {
            await alice.AskAsync(Code.Pin, new TargetRequest { Room = "lobby", Target = i, ClientId = MemoryClient.NewId() });
        }

        Assert.NotEmpty((await alice.AskAsync<RoomRequest, PinList>(Code.ListPins, new RoomRequest { Room = "lobby" }, Code.Pins)).Entries);
        await using var fresh = bench.Connect();
        await fresh.LoginAsync("alice");
    }

    [Fact]
    public async Task Many_invitations_with_long_topics_do_not_keep_their_guest_out()
    {
        const int Groups = 150;
        await using var bench = await ServerBench.StartAsync();
        await using var alice = await bench.JoinAsync("alice");
        await using var setup = await bench.JoinAsync("bob");
        await setup.LeaveAsync();
        for (var i = 0; i < Groups; i++)
        {
            var create = new CreateGroupRequest { Name = $"group {i}", Topic = new string('"', 1024), Public = true, ClientId = MemoryClient.NewId() };
            var room = (await alice.AskAsync<CreateGroupRequest, RoomJoined>(Code.CreateGroup, create, Code.GroupCreated)).Room.Id;
            Assert.Equal(Code.Ok, (await alice.AskAsync(Code.Invite, new MemberRequest { Room = room, Name = "bob", ClientId = MemoryClient.NewId() })).Code);
        }

        var (guest, owner) = (new DeviceView(), new DeviceView());
        await using var bob = bench.Connect(guest.Take);
        await bob.LoginAsync("bob");
        Assert.Equal(Groups, guest.Items(ItemKinds.Invitation).Count());
        await using var again = bench.Connect(owner.Take);
        await again.LoginAsync("alice");
        Assert.Equal(1 + Groups, owner.States.Count);

        var listed = 0;
        for (var (cursor, more) = ((string?)null, true); more;)
        {
            var page = await bob.AskAsync<PageRequest, GroupPage>(Code.ListGroups, new PageRequest { Cursor = cursor, Limit = WireLimits.PageSize }, Code.Groups);
            listed += page.Groups.Count;
            (cursor, more) = (page.Next, page.Next is not null);
        }

        Assert.Equal(Groups, listed);
    }

    [Fact]
    public async Task A_message_with_countless_reactions_is_still_in_history()
    {
        await using var bench = await ServerBench.StartAsync();
        await using var alice = await bench.JoinAsync("alice");
        var said = await alice.SayAsync("lobby", "react!");
        var people = new List<MemoryClient>();
        for (var i = 0; i < 15; i++)
        {
            people.Add(await bench.JoinAsync($"person{i}"));
        }

        var replies = new List<Task<IReadOnlyList<Frame>>>();
        for (var i = 0; i < 1500; i++)
        {
            // Any two pictographs with a joiner between them are one emoji.
            var emoji = char.ConvertFromUtf32(0x1F300 + (i % 40)) + "\u200d" + char.ConvertFromUtf32(0x1F400 + (i / 40)) + "\u200d" + string.Join("\u200d", Enumerable.Repeat("😀", 18));
            replies.Add(people[i / 100].SendAsync(Code.React, new TargetRequest { Room = "lobby", Target = said.Seq, Emoji = emoji, ClientId = MemoryClient.NewId() }));
        }

        Assert.All(await Task.WhenAll(replies), r => Assert.Equal(Code.Entry, r[0].Code));
        var page = await alice.PageAsync(new HistoryRequest { Room = "lobby", Before = said.Seq + 1 });
        Assert.NotEmpty(Assert.Single(page.Amendments!).Reactions!);
        foreach (var person in people)
        {
            await person.DisposeAsync();
        }
    }
}
