using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

// What comes about rooms; within the sequence.
public sealed partial class ChatClient
{
    // Rooms the person is no longer in: their last entries may still come, and a return goes on with the same view.
    private readonly Dictionary<string, RoomView> _left = new(StringComparer.Ordinal);

    // Events come since SYNC_DONE; before it, what comes was missed.
    private bool _live;

    /// <summary>Tells that something in a room has changed.</summary>
    internal void RoomTouched(RoomView room) => Raise(new RoomChanged(room));

    /// <summary>Puts a page at a room's new end.</summary>
    internal int AppendPage(RoomView room, HistoryPage page) => Tell(room, room.Append(page), page.Entries);

    /// <summary>Begins a room anew with its newest page.</summary>
    /// <param name="held">Seq up to which entries were held before; those after it are told as new. Null: what the room holds now.</param>
    internal int ReplaceByPage(RoomView room, HistoryPage page, long? held = null) => Tell(room, room.Replace(page, held), page.Entries);

    /// <summary>Takes a private chat that a reply has told of, with its newest page.</summary>
    private void Adopt(PrivateChat chat)
    {
        var room = TakeRoom(chat.Room, wantsNewest: false);
        if (room.Held == 0)
        {
            ReplaceByPage(room, chat.Page);
        }
    }

    private RoomView? FindRoom(string id) => Room(id) ?? _left.GetValueOrDefault(id);

    private RoomView TakeRoom(RoomState state, bool wantsNewest = true)
    {
        if (Room(state.Id) is { } known)
        {
            known.Apply(state);
            SortRooms(Rooms);
            RoomTouched(known);
            return known;
        }

        if (!_left.Remove(state.Id, out var room))
        {
            room = new RoomView(this, state);
        }

        room.Apply(state);
        room.WantsNewest = wantsNewest && room.Held == 0 && _live;
        SortRooms(Rooms.Append(room));
        ListPending(room);
        Raise(new RoomAdded(room));
        if (_live)
        {
            Repair(room);
        }

        return room;
    }

    private void RemoveRoom(RoomView room)
    {
        room.IsMember = false;
        _left[room.Id] = room;
        Rooms = Rooms.Where(other => other != room).ToArray();
        Raise(new RoomRemoved(room));
    }

    private void SortRooms(IEnumerable<RoomView> rooms) => Rooms = rooms
        .OrderBy(room => room.Kind != RoomKinds.Lobby)
        .ThenBy(room => room.Name ?? room.Peer?.Name, StringComparer.OrdinalIgnoreCase)
        .ThenBy(room => room.Id, StringComparer.Ordinal)
        .ToArray();

    private void TakeEntry(Code code, Entry entry)
    {
        // The answer to a retry is the first result: its place in the log is not here, and has come or will come by itself.
        if (entry.Duplicate == true)
        {
            Acknowledge(entry);
            return;
        }

        var room = FindRoom(entry.Room);
        if (room is null)
        {
            // The entry came before the account item that tells of the room; what is not known yet comes with that.
            room = TakeRoom(new RoomState
            {
                Id = entry.Room,
                Kind = code is Code.SendMessagePrivate or Code.SendMessagePrivateStored ? RoomKinds.Private : RoomKinds.Group,
                Role = Roles.Member,
                Head = entry.Seq - 1,
                First = entry.Seq,
                Position = entry.Seq - 1,
                Unread = 0,
                MemberCount = 0,
            }, wantsNewest: false);
        }

        Tell(room, room.Receive(entry), [entry]);
        Repair(room);
    }

    private int Tell(RoomView room, IReadOnlyList<Entry> added, IReadOnlyList<Entry> come)
    {
        // A send whose answer was lost with the connection is acknowledged by its entry as well.
        foreach (var entry in come)
        {
            Acknowledge(entry);
        }

        foreach (var entry in added)
        {
            Raise(new EntryArrived(room, entry, _live));
        }

        if (room.IsMember && added.Any(entry => entry.Kind == EntryKinds.Rename))
        {
            SortRooms(Rooms);
        }

        RoomTouched(room);
        return added.Count;
    }

    private void Repair(RoomView room)
    {
        if (room.NeedsRepair && !room.IsRepairing && Connection.Phase == ConnectionPhase.Online && _link is { IsOpen: true })
        {
            room.IsRepairing = true;
            _ = Report(RepairAsync(room));
        }
    }

    private async Task RepairAsync(RoomView room)
    {
        var again = true;
        try
        {
            await RepairPatientlyAsync(room).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not ConnectionLostException)
        {
            again = false;
            throw;
        }
        finally
        {
            await InSequence(() =>
            {
                room.IsRepairing = false;
                if (again)
                {
                    // A gap, or a connection, may have come in the very moment of ending.
                    Repair(room);
                }
            }).ConfigureAwait(false);
        }
    }

    private async Task RepairPatientlyAsync(RoomView room)
    {
        while (true)
        {
            try
            {
                await room.RepairAsync().ConfigureAwait(false);
                return;
            }
            catch (ChatException error) when (error.RetryAfter is { } wait)
            {
                await Task.Delay(wait, _options.TimeProvider, _disposed.Token).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Watches work nobody awaits. A lost connection is made good by the next sign-in; all else is told.</summary>
    private async Task Report(Task work)
    {
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (work.Exception?.InnerException is { } error and not ConnectionLostException)
        {
            _sequence.Post(() => Raise(new ProblemOccurred(error)));
        }
    }
}
