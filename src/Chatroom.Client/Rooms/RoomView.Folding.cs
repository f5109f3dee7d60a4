using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

// What the client does to a room; within the sequence only.
public sealed partial class RoomView
{
    // Entries that came before those that precede them; at most this many, for the rest is paged anyway.
    private const int AheadLimit = 500;

    private readonly SortedDictionary<long, Entry> _ahead = [];
    private int _keep;

    // The count given by the server is as of this seq: entries up to it are in it already.
    private long _countedTo;

    // The state is as of this seq: system entries up to it are folded into it already.
    private long _statedTo;

    internal long Last => _log.Last;

    internal int Held => _log.Count;

    /// <summary>Wanted position, not yet known to have reached the server; 0 for none.</summary>
    internal long WantedPosition { get; set; }

    /// <summary>A repair is under way.</summary>
    internal bool IsRepairing { get; set; }

    /// <summary>The newest page is to be fetched: the room appeared while online.</summary>
    internal bool WantsNewest { get; set; }

    internal bool NeedsRepair => IsMember && (WantsNewest || _log.Last < Head);

    /// <summary>Takes the room's state as the server sees it now.</summary>
    internal void Apply(RoomState state)
    {
        (_state, _statedTo) = (state, state.Head);
        IsMember = true;
        Head = Math.Max(Head, state.Head);
        if (_log.Count == 0)
        {
            // Nothing is held: there is nothing that older entries would have to be adjacent to.
            _log.Reset(Math.Max(_log.Last, state.Head));
            HasOlder = state.First <= _log.Last;
        }
        else
        {
            // The room was first heard of by an entry, which tells of itself only.
            HasOlder |= state.First < _log.First;
        }

        foreach (var entry in _log.Entries)
        {
            Fold(entry);
        }

        Count(state.Position, state.Unread, state.Head);
    }

    /// <summary>Holds nothing, and knows nothing of what there is: the next state tells.</summary>
    internal void StartOver()
    {
        _log.Reset(0);
        _ahead.Clear();
        (Head, _countedTo, _statedTo) = (0, 0, 0);
        (Position, Unread, WantedPosition) = (0, 0, 0);
        (HasOlder, WantsNewest, _keep) = (false, false, _client.WindowEntries);
        _client.RoomTouched(this);
    }

    /// <summary>Takes what a system entry newer than the state says about the room itself.</summary>
    private void Fold(Entry entry)
    {
        if (entry.Seq <= _statedTo)
        {
            return;
        }

        _statedTo = entry.Seq;
        _state = entry.Kind switch
        {
            EntryKinds.Rename => _state with { Name = entry.Text },
            EntryKinds.Topic => _state with { Topic = string.IsNullOrEmpty(entry.Text) ? null : entry.Text },
            EntryKinds.Options => _state with { Public = entry.Public ?? _state.Public, History = entry.History ?? _state.History },
            EntryKinds.Join => _state with { MemberCount = _state.MemberCount + 1 },
            EntryKinds.Leave or EntryKinds.Remove => _state with { MemberCount = Math.Max(0, _state.MemberCount - 1) },
            EntryKinds.Role when entry.Subject == _client.AccountId && entry.Role is { } role => _state with { Role = role },
            _ => _state,
        };
    }

    /// <summary>Takes position and unread count as of <paramref name="head"/>, and counts what came after that.</summary>
    internal void Count(long position, long unread, long head)
    {
        (Position, Unread, _countedTo) = (position, unread, head);
        if (WantedPosition <= position)
        {
            WantedPosition = 0;
        }

        foreach (var entry in _log.Entries)
        {
            CountOne(entry);
        }
    }

    /// <summary>Takes an entry that was just committed.</summary>
    /// <returns>The entries that now are at the new end, in order: none when it was held already, or must wait for earlier ones.</returns>
    internal IReadOnlyList<Entry> Receive(Entry entry)
    {
        Head = Math.Max(Head, entry.Seq);
        if (entry.Seq <= _log.Last)
        {
            return [];
        }

        if (entry.Seq > _log.Last + 1)
        {
            if (_ahead.Count < AheadLimit)
            {
                _ahead[entry.Seq] = entry;
            }

            return [];
        }

        Append(entry);
        List<Entry> added = [entry];
        TakeAhead(added);
        Trim(_keep + _keep / 8);
        return added;
    }

    /// <summary>Takes a page adjacent to the new end.</summary>
    internal IReadOnlyList<Entry> Append(HistoryPage page)
    {
        Head = Math.Max(Head, page.Head);
        var added = _log.Append(page).ToList();
        foreach (var entry in added)
        {
            CountOne(entry);
            Fold(entry);
        }

        TakeAhead(added);
        Trim(_keep + _keep / 8);
        return added;
    }

    /// <summary>Forgets what is held and begins with a page of newest entries.</summary>
    /// <param name="held">Seq up to which entries were held; null: what is held now.</param>
    /// <returns>Those of the page that are newer than all held before.</returns>
    internal IReadOnlyList<Entry> Replace(HistoryPage page, long? held)
    {
        var last = held ?? (_log.Count > 0 ? _log.Last : long.MaxValue);
        _log.Reset(page.Entries.Count > 0 ? page.Entries[0].Seq - 1 : page.Head);
        HasOlder = page.Before == true;
        _keep = _client.WindowEntries;
        WantsNewest = false;
        return Append(page).Where(entry => entry.Seq > last).ToArray();
    }

    /// <summary>Whether entries up to <paramref name="seq"/> may be skipped without the count being wrong.</summary>
    internal bool IsCounted(long seq) => seq <= _countedTo;

    /// <summary>Takes a page adjacent to the old end; ignored when the window has been replaced meanwhile.</summary>
    internal int Prepend(HistoryPage page, long before)
    {
        if (_log.First != before)
        {
            return 0;
        }

        var added = _log.Prepend(page);
        HasOlder = page.Before == true && added > 0;
        _keep = Math.Max(_keep, _log.Count);
        return added;
    }

    internal long FirstHeld => _log.First;

    internal void Refresh() => _log.Refresh();

    private void Append(Entry entry)
    {
        _log.Append(entry);
        CountOne(entry);
        Fold(entry);
    }

    private void TakeAhead(List<Entry> added)
    {
        while (_ahead.Count > 0)
        {
            var (seq, entry) = _ahead.First();
            if (seq > _log.Last + 1)
            {
                return;
            }

            _ahead.Remove(seq);
            if (seq > _log.Last)
            {
                Append(entry);
                added.Add(entry);
            }
        }
    }

    private bool Trim(int keep)
    {
        if (_log.Count <= keep)
        {
            return false;
        }

        _log.Trim(_keep);
        HasOlder = true;
        return true;
    }

    private void CountOne(Entry entry)
    {
        if (entry.Seq <= _countedTo)
        {
            return;
        }

        var me = _client.AccountId;
        if (entry.Counts == true && entry.Sender != me && entry.Seq > Position && _log.Find(entry.Seq)?.ArrivedRecalled != true)
        {
            Unread++;
        }

        // The target was counted, by the server or here, unless it came here as recalled already.
        if (entry.Kind == EntryKinds.Recall && entry.Target > Position && entry.TargetSender is { } sender && sender != me
            && !(entry.Target > _countedTo && _log.Find(entry.Target.Value)?.ArrivedRecalled == true))
        {
            Unread = Math.Max(0, Unread - 1);
        }
    }
}
