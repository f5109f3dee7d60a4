using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Tests.Support;

namespace Chatroom.Tests.Model;

internal sealed partial class Walk
{
    private async Task ActAsync(Operation step, Person me, Device device)
    {
        var mine = rules.RoomsOf(me).ToList();
        var anywhere = step.Act is Act.Join or Act.Decline || step.Value % 5 == 0;
        var room = anywhere ? rules.Rooms[step.Room % rules.Rooms.Count] : mine[step.Room % mine.Count];
        var other = rules.People[step.Value % rules.People.Count];
        var emoji = Emojis[step.Value % Emojis.Length];
        long target = 1 + (step.Target % Math.Max(1, (int)room.Head + 1));
        switch (step.Act)
        {
            case Act.Text:
                await PostAsync(me, device, room, null, NextText(), null, null);
                return;
            case Act.Burst:
                await BurstAsync(me, device, room, 20 * (1 + (step.Value % 4)));
                return;
            case Act.Emoji:
                await PostAsync(me, device, room, null, null, emoji, null);
                return;
            case Act.Reply:
                await PostAsync(me, device, room, null, NextText(), null, Message(room, step.Target));
                return;
            case Act.Private:
                await PostAsync(me, device, null, other, NextText(), null, null);
                return;
            case Act.Edit:
                await ChangeAsync(me, device, room, Code.Edit, "edit", Message(room, step.Target), NextText());
                return;
            case Act.Recall:
                await ChangeAsync(me, device, room, Code.Recall, "recall", Message(room, step.Target));
                return;
            case Act.React or Act.Unreact:
                await ChangeAsync(me, device, room, Code.React, "reaction", Message(room, step.Target), emoji: emoji, on: step.Act == Act.React);
                return;
            case Act.Pin or Act.Unpin:
                await ChangeAsync(me, device, room, Code.Pin, "pin", Message(room, step.Target), on: step.Act == Act.Pin);
                return;
            case Act.MarkRead:
                await MarkReadAsync(me, device, room, target);
                return;
            case Act.Page:
                await PageAsync(device, room, 1 + (step.Value % 7));
                return;
            case Act.Retry or Act.RetryOther:
                await RetryAsync(me, device, step.Target, step.Act == Act.RetryOther);
                return;
            case Act.Away:
                await AwayAsync(me, device, room, step.Value % 3);
                return;
            case Act.Create:
                var all = step.Target % 2 == 0;
                var group = new CreateGroupRequest { Name = $"group {step.Room}", Public = step.Value % 2 == 0, History = all ? "all" : "join" };
                await DoAsync(me, device, Code.CreateGroup, id => group with { ClientId = id }, rules.Create(me, group.Name, group.Public is true, all));
                return;
            case Act.Join:
                await DoAsync(me, device, Code.JoinGroup, id => new JoinGroupRequest { Room = room.Id, ClientId = id }, rules.Join(me, room));
                return;
            case Act.Leave:
                await DoAsync(me, device, Code.LeaveGroup, id => new RoomRequest { Room = room.Id, ClientId = id }, rules.Leave(me, room));
                return;
            case Act.Decline:
                await DoAsync(me, device, Code.DeclineInvitation, id => new RoomRequest { Room = room.Id, ClientId = id }, rules.Decline(me, room));
                return;
            case Act.Invite:
                await DoAsync(me, device, Code.Invite, id => new MemberRequest { Room = room.Id, Account = other.Id, ClientId = id }, rules.Invite(me, room, other));
                return;
            case Act.Remove:
                await DoAsync(me, device, Code.RemoveMember, id => new MemberRequest { Room = room.Id, Name = other.Name, ClientId = id }, rules.Remove(me, room, other));
                return;
            case Act.Role:
                var role = (step.Target % 3) switch { 0 => "owner", 1 => "moderator", _ => "member" };
                await DoAsync(me, device, Code.SetRole, id => new MemberRequest { Room = room.Id, Account = other.Id, Role = role, ClientId = id }, rules.SetRole(me, room, other, role));
                return;
            default:
                await PeopleAsync(step.Act, me, device, other);
                return;
        }
    }

    // Someone leaves, a message they had seen is changed meanwhile, and they come back: rare by chance, and where visible intervals matter.
    private async Task AwayAsync(Person me, Device device, Room room, int what)
    {
        if (room.Kind != Kind.Group || room.Present.FirstOrDefault(p => p != me) is not { } author)
        {
            return;
        }

        var other = devices[author.Index][0];
        await ConnectAsync(other, null);
        await PostAsync(author, other, room, null, NextText(), null, null);
        var seq = room.Head;
        await DoAsync(me, device, Code.LeaveGroup, id => new RoomRequest { Room = room.Id, ClientId = id }, rules.Leave(me, room));
        var (code, kind) = what switch { 0 => (Code.Edit, "edit"), 1 => (Code.Recall, "recall"), _ => (Code.React, "reaction") };
        await ChangeAsync(author, other, room, code, kind, seq, code == Code.Edit ? NextText() : null, code == Code.React ? Emojis[0] : null, code == Code.React ? true : null);
        await DoAsync(me, device, Code.JoinGroup, id => new JoinGroupRequest { Room = room.Id, ClientId = id }, rules.Join(me, room));
        if (room.Open(me) is not null)
        {
            await PageAsync(device, room, 1 + what);
        }
    }

    private async Task PeopleAsync(Act act, Person me, Device device, Person other)
    {
        PersonRequest Who(string id) => new() { Name = other.Name, ClientId = id };
        var (code, expected) = act switch
        {
            Act.Block => (Code.Block, rules.Block(me, other, on: true)),
            Act.Unblock => (Code.Unblock, rules.Block(me, other, on: false)),
            Act.Befriend => (Code.AddFriend, rules.Befriend(me, other)),
            Act.Unfriend => (Code.RemoveFriend, rules.Unfriend(me, other)),
            _ => (Code.PrivateInit, rules.PrivateInit(me, other)),
        };
        if (act == Act.PrivateInit)
        {
            await DoAsync(me, device, code, id => new PrivateInitRequest { Account = other.Id, ClientId = id }, expected);
            return;
        }

        await DoAsync(me, device, code, Who, expected);
    }

    // Mostly messages: a change of a change is refused anyhow, and one in a while is enough.
    private static long Message(Room room, int choice)
    {
        var messages = room.Log.Where(l => l.Counts).Select(l => l.Seq).ToList();
        return messages.Count == 0 || choice % 8 == 7 ? 1 + choice : messages[^(1 + (choice % messages.Count))];
    }

    private async Task PostAsync(Person me, Device device, Room? room, Person? to, string? text, string? emoji, long? replyTo)
    {
        // Where the answer says whether the other was told now, the model needs to know who is there before it answers.
        var outcome = rules.Post(me, room, to, text, emoji, replyTo);
        if (outcome.Code == Code.SendMessagePrivate && !IsOnline(outcome.Room!.Peer(me)))
        {
            outcome = outcome with { Code = Code.SendMessagePrivateStored };
        }

        var where = room?.Id;
        if (text is null)
        {
            await DoAsync(me, device, Code.SendEmoji, id => new SendEmojiRequest { Room = where, To = to?.Name, Emoji = emoji, ClientId = id }, outcome);
            return;
        }

        await DoAsync(me, device, Code.SendMessage, id => new SendMessageRequest { Room = where, To = to?.Name, Text = text, ReplyTo = replyTo, ClientId = id }, outcome,
            id => new SendMessageRequest { Room = where, To = to?.Name, Text = text + ", differently", ReplyTo = replyTo, ClientId = id });
    }

    private async Task BurstAsync(Person me, Device device, Room room, int count)
    {
        var sent = new List<(Task<IReadOnlyList<Frame>> Reply, Outcome Expected)>();
        for (var i = 0; i < count; i++)
        {
            var text = NextText();
            var request = new SendMessageRequest { Room = room.Id, Text = text, ClientId = MemoryClient.NewId() };
            var expected = rules.Post(me, room, null, text, null, null);
            if (expected.Code == Code.SendMessagePrivate && !IsOnline(room.Peer(me)))
            {
                expected = expected with { Code = Code.SendMessagePrivateStored };
            }

            sent.Add((device.Client!.SendAsync(Code.SendMessage, request), expected));
        }

        foreach (var (reply, expected) in sent)
        {
            Check((await reply)[0], expected, me);
        }
    }

    private Task ChangeAsync(Person me, Device device, Room room, Code code, string kind, long target, string? text = null, string? emoji = null, bool? on = null)
    {
        var outcome = rules.Change(me, room, kind, target, text, emoji, on);
        return code == Code.Edit
            ? DoAsync(me, device, code, id => new EditRequest { Room = room.Id, Target = target, Text = text, ClientId = id }, outcome)
            : DoAsync(me, device, code, id => new TargetRequest { Room = room.Id, Target = target, Emoji = emoji, On = on, ClientId = id }, outcome);
    }

    private async Task MarkReadAsync(Person me, Device device, Room room, long seq)
    {
        var (outcome, moved) = rules.MarkRead(me, room, seq);
        foreach (var each in devices[me.Index])
        {
            each.View.Positions.Clear();
        }

        Check(await device.Client!.AskAsync(Code.MarkRead, new MarkReadRequest { Room = room.Id, Seq = seq }), outcome, me);
        foreach (var each in devices[me.Index].Where(d => d.Client is not null))
        {
            await each.Client!.BarrierAsync();
            Assert.Equal(moved ? 1 : 0, each.View.Positions.Count);
            if (moved)
            {
                var item = each.View.Positions[0];
                Assert.Equal((room.Id, me.Positions[room], room.Unread(me), room.Head), (item.Key, item.Position, item.Unread, item.Head));
            }
        }
    }

    private async Task RetryAsync(Person me, Device device, int choice, bool differently)
    {
        var mine = made.Where(m => m.By == me && (m.CanDiffer || !differently)).ToList();
        if (mine.Count == 0)
        {
            return;
        }

        var before = mine[choice % mine.Count];
        var reply = await before.Again(device.Client!, differently);
        if (differently)
        {
            Assert.Equal(Code.IdempotencyConflict, reply.Code);
            return;
        }

        var first = before.First.Code == Code.SendMessagePrivateStored ? Code.SendMessagePrivate : before.First.Code;
        Assert.Equal(first, reply.Code);
        Assert.Contains("\"duplicate\":true", System.Text.Encoding.UTF8.GetString(reply.Body.Span));
        if (before.First.Line is { } line)
        {
            Assert.Equal((before.First.Room!.Id, line.Seq), (WireJson.Read<Entry>(reply.Body.Span).Room, WireJson.Read<Entry>(reply.Body.Span).Seq));
        }
    }

    private async Task DoAsync<T>(Person me, Device device, Code code, Func<string, T> request, Outcome expected, Func<string, T>? other = null)
    {
        var id = MemoryClient.NewId();
        Check(await device.Client!.AskAsync(code, request(id)), expected, me);
        if (!Codes.IsError(expected.Code))
        {
            made.Add(new Made(me, expected, (client, differently) => client.AskAsync(code, differently ? other!(id) : request(id)), other is not null));
        }
    }
}
