using System.Text;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Tests.Support;

namespace Chatroom.Tests.Model;

internal sealed partial class Walk
{
    private static void Check(Frame reply, Outcome expected, Person me)
    {
        Assert.True(reply.Code == expected.Code, $"expected {expected.Code}, got {reply.Code}: {Encoding.UTF8.GetString(reply.Body.Span)}");
        if (expected.Line is { } line)
        {
            var entry = WireJson.Read<Entry>(reply.Body.Span);
            if (expected.Room!.Id.Length == 0)
            {
                expected.Room.Id = entry.Room;
            }

            Assert.Equal((expected.Room.Id, line.Seq, line.Kind, line.Sender.Id), (entry.Room, entry.Seq, entry.Kind, entry.Sender));
            return;
        }

        if (expected.Room is { } room)
        {
            var state = reply.Code is Code.PrivateHistory or Code.PrivateHistoryEmpty
                ? WireJson.Read<PrivateChat>(reply.Body.Span).Room
                : WireJson.Read<RoomJoined>(reply.Body.Span).Room;
            if (room.Id.Length == 0)
            {
                room.Id = state.Id;
            }

            CompareState(me, room, state);
        }
    }

    private static void CompareState(Person reader, Room room, RoomState state)
    {
        var role = room.Kind == Kind.Group ? room.Open(reader)!.Role : "member";
        Assert.Equal(
            (room.Id, room.Kind.ToString().ToLowerInvariant(), room.Name, role, room.Head, room.First(reader)),
            (state.Id, state.Kind, state.Name, state.Role, state.Head, state.First));
        Assert.Equal(
            (reader.Positions.GetValueOrDefault(room), room.Unread(reader), room.Present.Count()),
            (state.Position, state.Unread, state.MemberCount));
        Assert.Equal(room.Kind == Kind.Private ? room.Peer(reader).Id : null, state.Peer?.Id);
    }

    private async Task CompareAsync()
    {
        var online = devices.SelectMany(d => d).Where(d => d.Client is not null).ToList();
        await Task.WhenAll(online.Select(d => d.Client!.BarrierAsync()));
        foreach (var device in online)
        {
            Compare(device);
        }
    }

    private void Compare(Device device)
    {
        var (me, view) = (device.Owner, device.View);
        foreach (var room in rules.RoomsOf(me))
        {
            var log = view.Logs.GetValueOrDefault(room.Id) ?? new RoomLog();
            Assert.True(log.Top == room.Head, $"{me} has {room.Id} up to {log.Top} of {room.Head}");
            if (room.Head > 0)
            {
                Compare(me, room, log, log.Entries.Keys.First());
            }
        }

        Assert.Equal(rules.RoomsOf(me).Where(r => r.Head > 0).Select(r => r.Id).Order(StringComparer.Ordinal), view.Logs.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(me.Friends.Select(f => (f.Key.Id, f.Value.Id)).Order(), view.Items(ItemKinds.Friend).Select(i => (i.Key, i.By!)).Order());
        Assert.Equal(me.Blocked.Select(b => b.Id).Order(StringComparer.Ordinal), view.Items(ItemKinds.Block).Select(i => i.Key).Order(StringComparer.Ordinal));
        Assert.Equal(
            rules.Rooms.Where(r => r.Invited.ContainsKey(me)).Select(r => (r.Id, r.Invited[me].Id)).Order(),
            view.Items(ItemKinds.Invitation).Select(i => (i.Key, i.Person!.Id)).Order());
    }

    private static void Compare(Person me, Room room, RoomLog log, long from)
    {
        var visible = room.Log.Where(l => l.Seq >= from && room.Sees(me, l.Seq)).ToList();
        Assert.Equal(visible.Select(l => l.Seq), log.Entries.Keys);
        foreach (var line in visible)
        {
            var seen = log.Entries[line.Seq];
            var expected = room.LookOf(line, me);

            // A device that had the text when its person was away from the room was not told of the recall.
            if (expected.Recalled && !seen.Recalled && !room.Sees(me, line.RecalledBy!.Value))
            {
                continue;
            }

            Assert.Equal(expected, seen.Look());
            Assert.Equal((line.Target, line.On, line.Subject?.Id, line.Role), (seen.Entry.Target, seen.Entry.On, seen.Entry.Subject, seen.Entry.Role));
        }
    }

    private async Task PageAsync(Device device, Room room, int limit)
    {
        var me = device.Owner;
        if (room.Open(me) is null)
        {
            Assert.Equal(Code.NotFound, (await device.Client!.AskAsync(Code.GetAllChatHistory, new HistoryRequest { Room = room.Id })).Code);
            return;
        }

        var down = new RoomLog();
        long? before = null;
        for (var more = true; more;)
        {
            var page = await device.Client!.PageAsync(new HistoryRequest { Room = room.Id, Before = before, Limit = limit });
            Assert.Equal(room.Head, page.Head);
            Assert.True(page.Entries.Count <= limit);
            down.Add(page);
            (more, before) = (page.Before is true, page.Entries.Count > 0 ? page.Entries[0].Seq : null);
        }

        var up = new RoomLog();
        long after = 0;
        for (var more = true; more;)
        {
            var page = await device.Client!.PageAsync(new HistoryRequest { Room = room.Id, After = after, Limit = limit });
            up.Add(page);
            Assert.True(page.Entries.Count > 0 || page.After is not true);
            (more, after) = (page.After is true, up.Top);
        }

        CompareAll(me, room, down);
        CompareAll(me, room, up);
    }

    private static void CompareAll(Person me, Room room, RoomLog log)
    {
        Compare(me, room, log, 1);
        foreach (var line in room.Log.Where(l => l.RecalledBy is not null && room.Sees(me, l.Seq)))
        {
            Assert.Null(log.Entries[line.Seq].Entry.Text);
            Assert.True(log.Entries[line.Seq].Recalled);
        }
    }

    /// <summary>Everyone signs in once more, as on a new device, and pages through everything.</summary>
    private async Task CompareFreshAsync()
    {
        foreach (var person in rules.People)
        {
            var device = new Device(person);
            await ConnectAsync(device, null);
            await using var client = device.Client!;
            await client.BarrierAsync();
            Compare(device);
            foreach (var room in rules.RoomsOf(person))
            {
                await PageAsync(device, room, 50);
            }
        }
    }
}
