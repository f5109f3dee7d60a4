using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

// The answer to LOGIN, frame by frame; within the sequence.
public sealed partial class ChatClient
{
    private long _revision;

    private LoginRequest Complete(LoginRequest login, Synchronization sync)
    {
        // A password may be another account's: what is held is told only for the token that it came with.
        var known = _revision > 0 && login.Name is null && login.Token == _token;
        if (known)
        {
            // What was used last is told first: the server takes 500.
            foreach (var room in Rooms.OrderByDescending(room => room.Log.LastOrDefault()?.Time ?? 0).Take(WireLimits.SyncPositions))
            {
                sync.Had.Add(room.Id, room.Last);
            }
        }

        return login with
        {
            Version = 3,
            Device = _options.DeviceName,
            Quiet = _options.Quiet ? true : null,
            Client = _options.ClientName,
            Page = _options.PageSize,
            Have = known ? new SyncHave { Revision = _revision, Rooms = sync.Had } : null,
        };
    }

    private bool TakeAnswer(Link link, Synchronization sync, Frame frame, TaskCompletionSource done)
    {
        if (Codes.IsError(frame.Code))
        {
            done.TrySetException(ChatException.From(frame));
            return true;
        }

        switch (frame.Code)
        {
            case Code.LoginSuccess:
                Welcome(link, sync, WireJson.Read<LoginSuccess>(frame.Body.Span));
                break;
            case Code.AccountChanged:
                TakeItems(WireJson.Read<AccountChanged>(frame.Body.Span), sync.SeenRevision);
                break;
            case Code.Rooms:
                foreach (var state in WireJson.Read<RoomList>(frame.Body.Span).Rooms)
                {
                    sync.Named.Add(state.Id);
                    TakeRoom(state);
                }

                break;
            case Code.Presence:
                TakePresence(WireJson.Read<PresencePage>(frame.Body.Span));
                break;
            case Code.History:
                TakePage(sync, WireJson.Read<HistoryPage>(frame.Body.Span));
                break;
            case Code.SyncDone:
                FinishSync(sync, WireJson.Read<SyncDone>(frame.Body.Span));
                done.TrySetResult();
                return true;
        }

        return false;
    }

    private void Welcome(Link link, Synchronization sync, LoginSuccess welcome)
    {
        if (Account is { } before && before.Id != welcome.Account.Id)
        {
            Become(null);
        }

        _link = link;
        _live = false;
        sync.SeenRevision = welcome.SeenRevision;
        sync.IsNewToken = welcome.Token is not null || _token != sync.Token;
        _token = welcome.Token ?? sync.Token;
        Account = welcome.Account;
        Server = welcome.Server;
        SetConnection(new ConnectionState(ConnectionPhase.Syncing));
    }

    private void TakePage(Synchronization sync, HistoryPage page)
    {
        if (FindRoom(page.Room) is not { } room)
        {
            return;
        }

        long? had = sync.Had.TryGetValue(page.Room, out var told) ? told : null;
        var follows = page.Entries.Count == 0 || page.Entries[0].Seq <= room.Last + 1;
        if (page.Gap != true && room.Held > 0 && (had is not null || follows))
        {
            AppendPage(room, page);
        }
        else
        {
            ReplaceByPage(room, page, had);
        }
    }

    private void FinishSync(Synchronization sync, SyncDone end)
    {
        foreach (var room in Rooms.Where(room => !sync.Named.Contains(room.Id)).ToArray())
        {
            RemoveRoom(room);
        }

        _revision = Math.Max(_revision, end.Revision);
        _live = true;
        Raise(new Synchronized());
    }

    private void GoOnline(Link link)
    {
        if (!link.IsOpen)
        {
            return;
        }

        SetConnection(new ConnectionState(ConnectionPhase.Online));
        _queue.Open(link);
        foreach (var room in Rooms)
        {
            Repair(room);
            if (room.WantedPosition > room.Position)
            {
                _ = Report(SendPositionAsync(room.Id, room.WantedPosition, _disposed.Token));
            }
        }
    }

    /// <summary>Starts over as another account, or as none.</summary>
    private void Become(AccountInfo? account)
    {
        if (Account is not null && Account.Id == account?.Id)
        {
            return;
        }

        foreach (var item in _queue.Clear())
        {
            item.GivenUp(new ObjectDisposedException(nameof(ChatClient), "Another account signed in."));
        }

        _sends.Clear();
        _items.Clear();
        _left.Clear();
        (_revision, _token, _link) = (0, null, null);
        (Account, Rooms, Outbox) = (account, [], []);
        (Friends, Blocks, Invitations, Devices, Settings) = ([], [], [], [], new("everyone"));
        Online = new(0, new Dictionary<string, AccountInfo>());
    }
}
