using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

// The answer to LOGIN, frame by frame; within the sequence.
public sealed partial class ChatClient
{
    private long _revision;

    // What is held is of this history of the server; null while nothing is held, and with a server that names none.
    private string? _history;

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
            Have = known ? new SyncHave { History = _history, Revision = _revision, Rooms = sync.Had } : null,
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
                var welcome = WireJson.Read<LoginSuccess>(frame.Body.Span);
                Welcome(link, sync, welcome);
                if (welcome.Revision < _revision)
                {
                    return WentBack(done);
                }

                break;
            case Code.AccountChanged:
                TakeItems(WireJson.Read<AccountChanged>(frame.Body.Span), sync.SeenRevision);
                break;
            case Code.Rooms:
                foreach (var state in WireJson.Read<RoomList>(frame.Body.Span).Rooms)
                {
                    if (state.Head < FindRoom(state.Id)?.Head)
                    {
                        return WentBack(done);
                    }

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
        if (welcome.Server.History != _history && _revision > 0)
        {
            StartOver(sync);
        }

        _history = welcome.Server.History;
        SetConnection(new ConnectionState(ConnectionPhase.Syncing));
    }

    private void TakePage(Synchronization sync, HistoryPage page)
    {
        if (FindRoom(page.Room) is not { } room)
        {
            return;
        }

        long? had = sync.Had.TryGetValue(page.Room, out var told) ? told : sync.HeldUntil.TryGetValue(page.Room, out var until) ? SeqAt(page, until) : null;
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

    /// <summary>The seq up to which a page's entries are not newer than <paramref name="time"/>, in UTC ms.</summary>
    private static long SeqAt(HistoryPage page, long time) => page.Entries.TakeWhile(entry => entry.Time <= time).LastOrDefault()?.Seq ?? 0;

    /// <summary>The server does not know of what it told before, though it calls its history by the same name: everything is asked for anew.</summary>
    private bool WentBack(TaskCompletionSource done)
    {
        StartOver(sync: null);
        done.TrySetException(new ConnectionLostException("The server is at an earlier state than before: a copy of its data was put back."));
        return true;
    }

    /// <summary>Forgets what is held of a history that is no more.</summary>
    private void StartOver(Synchronization? sync)
    {
        foreach (var room in Rooms.Concat(_left.Values))
        {
            if (room.Log.LastOrDefault() is { } last)
            {
                sync?.HeldUntil.Add(room.Id, last.Time);
            }

            room.StartOver();
        }

        _items.Clear();
        ListAll();
        _revision = 0;
        sync?.Had.Clear();
        Raise(new HistoryReplaced());
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
        foreach (var sent in _sends.Values.ToArray())
        {
            Detach(sent);
        }

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
        (_revision, _history, _token, _link) = (0, null, null, null);
        (Account, Rooms, Outbox) = (account, [], []);
        (Friends, Blocks, Invitations, Devices, Settings) = ([], [], [], [], new("everyone"));
        Online = new(0, new Dictionary<string, AccountInfo>());
    }
}
