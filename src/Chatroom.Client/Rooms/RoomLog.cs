using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

/// <summary>
/// A contiguous piece of a room's log, folded. Changed within the client's sequence only; read from anywhere, hence the lock.
/// A page asked for "after" or "before" what is held is adjacent by definition, even where seqs are missing between: those the person may not see.
/// </summary>
internal sealed class RoomLog(string me, Func<string, bool> isBlocked)
{
    private readonly Lock _gate = new();
    private readonly List<Slot> _slots = [];
    private IReadOnlyList<MessageView>? _rows;
    private IReadOnlyList<Entry>? _entries;

    /// <summary>Everything visible up to this seq that is newer than the oldest entry held is held.</summary>
    public long Last { get; private set; }

    /// <summary>Seq of the oldest entry held; <see cref="Last"/> + 1 when none is.</summary>
    public long First => _slots.Count > 0 ? _slots[0].Entry.Seq : Last + 1;

    public int Count => _slots.Count;

    public IReadOnlyList<MessageView> Rows
    {
        get
        {
            lock (_gate)
            {
                return _rows ??= _slots.Where(slot => slot.IsRow).Select(slot => slot.View(me, isBlocked)).ToArray();
            }
        }
    }

    public IReadOnlyList<Entry> Entries
    {
        get
        {
            lock (_gate)
            {
                return _entries ??= _slots.Select(slot => slot.Entry).ToArray();
            }
        }
    }

    public MessageView? FindRow(long seq)
    {
        lock (_gate)
        {
            return Find(seq)?.View(me, isBlocked);
        }
    }

    public Slot? Find(long seq)
    {
        int low = 0, high = _slots.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var found = _slots[middle].Entry.Seq;
            if (found == seq)
            {
                return _slots[middle];
            }

            (low, high) = found < seq ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }

    /// <summary>Holds nothing, and takes what comes after <paramref name="last"/> as adjacent.</summary>
    public void Reset(long last)
    {
        lock (_gate)
        {
            _slots.Clear();
            Last = last;
            Touch();
        }
    }

    /// <summary>Puts one entry at the new end.</summary>
    public void Append(Entry entry)
    {
        lock (_gate)
        {
            Add(entry);
            Touch();
        }
    }

    /// <summary>Puts a page at the new end; entries already held are skipped.</summary>
    /// <returns>The entries that were new.</returns>
    public IReadOnlyList<Entry> Append(HistoryPage page)
    {
        lock (_gate)
        {
            var fresh = page.Entries.Where(entry => entry.Seq > Last).OrderBy(entry => entry.Seq).ToArray();
            foreach (var entry in fresh)
            {
                Add(entry);
            }

            foreach (var amendment in page.Amendments ?? [])
            {
                Find(amendment.Target)?.Amend(amendment, page.Head, me);
            }

            if (page.After != true)
            {
                Last = Math.Max(Last, page.Head);
            }

            Touch();
            return fresh;
        }
    }

    /// <summary>Puts a page at the old end.</summary>
    public int Prepend(HistoryPage page)
    {
        lock (_gate)
        {
            var first = First;
            var older = page.Entries.Where(entry => entry.Seq < first).OrderBy(entry => entry.Seq).Select(entry => new Slot(entry)).ToArray();
            _slots.InsertRange(0, older);
            foreach (var amendment in page.Amendments ?? [])
            {
                if (amendment.Target < first)
                {
                    Find(amendment.Target)?.Amend(amendment, page.Head, me);
                }
            }

            // What was held may be about the older ones: newer than the amendments, or not told by them.
            foreach (var slot in _slots)
            {
                if (!slot.IsRow && slot.Entry.Target < first)
                {
                    FoldIn(slot.Entry);
                }
            }

            Touch();
            return older.Length;
        }
    }

    /// <summary>Drops the oldest entries until <paramref name="keep"/> are left.</summary>
    public void Trim(int keep)
    {
        lock (_gate)
        {
            if (_slots.Count > keep)
            {
                _slots.RemoveRange(0, _slots.Count - keep);
                Touch();
            }
        }
    }

    /// <summary>Rows are to be made anew: the list of blocked people has changed.</summary>
    public void Refresh()
    {
        lock (_gate)
        {
            _slots.ForEach(slot => slot.Forget());
            Touch();
        }
    }

    private void Add(Entry entry)
    {
        var slot = new Slot(entry);
        _slots.Add(slot);
        Last = entry.Seq;
        if (!slot.IsRow)
        {
            FoldIn(entry);
        }
    }

    private void FoldIn(Entry change)
    {
        if (change.Target is not { } target)
        {
            return;
        }

        Find(target)?.Fold(change, me);
        if (change.Kind == EntryKinds.Recall)
        {
            foreach (var edit in _slots.Where(slot => slot.Entry.Kind == EntryKinds.Edit && slot.Entry.Target == target))
            {
                edit.Erase();
            }
        }
    }

    private void Touch() => (_rows, _entries) = (null, null);
}
