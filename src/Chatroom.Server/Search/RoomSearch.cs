using Chatroom.Protocol.Messages;
using Chatroom.Server.Commands;
using Chatroom.Server.Diagnostics;
using Chatroom.Server.Rooms;
using Chatroom.Server.Sealing;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Search;

/// <summary>A message that was found.</summary>
/// <param name="Seq">Of the entry that has the words: the message itself, or its newest edit.</param>
/// <param name="Time">Of that entry, but never above that of a hit found before it in its room, even if the clock was set back: UTC ms.</param>
internal sealed record Hit(RoomSearch Room, long Seq, long Time, EntryRow Message, EntryBody Body, bool Edited, IReadOnlyList<TextRange> Marks);

/// <summary>
/// One room being looked through from its newest entry back, a step at a time: by the index where a segment is in it and the query allows, else by opening one entry
/// after the other. Whatever the index says, only what the text itself shows is a hit.
/// </summary>
internal sealed class RoomSearch
{
    private const int EntriesOfAStep = 64;
    private const int UsualBytes = 512;

    // More of them tell little more, and each costs a bucket in each segment.
    private const int MostTerms = 8;

    private readonly ChatCore core;
    private readonly Readable room;
    private readonly SearchQuery query;
    private readonly long? sender;
    private readonly HashSet<long> indexed;
    private long before;
    private long newest = long.MaxValue;
    private readonly Dictionary<long, long> newestEdits = [];
    private int bucketsOpened;
    private Queue<long>? candidates;
    private long candidatesOf = -1;
    private IReadOnlyList<(int Bucket, uint Tag)>? places;

    /// <param name="before">Only entries below this seq.</param>
    /// <param name="sender">Only what this account wrote; null: all.</param>
    public RoomSearch(ChatCore core, Readable room, SearchQuery query, long before, long? sender)
    {
        (this.core, this.room, this.query, this.sender) = (core, room, query, sender);
        indexed = query.Required.Count == 0 ? [] : [.. room.Store.SearchSegments(room.Room.Id)];
        this.before = Math.Min(before, room.Room.Head + 1);
        Settle();
    }

    public long Id => room.Room.Id;

    /// <summary>Everything that may be seen has been looked through.</summary>
    public bool IsOver => before <= 1;

    /// <summary>Entries below this seq have not been looked at.</summary>
    public long Before => before;

    /// <summary>No hit to come is newer than this: UTC ms.</summary>
    public long Newest => newest;

    /// <summary>Looks a little further back.</summary>
    /// <returns>What it cost, in entries of usual length.</returns>
    public int Step(List<Hit> hits)
    {
        var segment = SearchSegment.Of(before - 1);
        var rows = indexed.Contains(segment) ? Candidates(segment) : All(segment);
        foreach (var row in rows)
        {
            newest = Math.Min(newest, row.Time);
            if (TryLook(row) is { } hit)
            {
                hits.Add(hit);
            }
        }

        Settle();
        var cost = 1 + bucketsOpened + rows.Sum(row => 1 + ((row.SealedBody?.Length ?? 0) / UsualBytes));
        bucketsOpened = 0;
        return cost;
    }

    private IReadOnlyList<EntryRow> All(long segment)
    {
        var (from, to) = room.Visible.Intervals.Last(i => i.From < before);
        var rows = room.Store.EntriesBefore(Id, Math.Min(before, to == long.MaxValue ? to : to + 1), Math.Max(from, SearchSegment.First(segment)), EntriesOfAStep);
        before = rows.Count < EntriesOfAStep ? Math.Max(from, SearchSegment.First(segment)) : rows[0].Seq;
        return [.. rows.Reverse()];
    }

    private IReadOnlyList<EntryRow> Candidates(long segment)
    {
        if (candidatesOf != segment)
        {
            if (Find(segment) is not { } found)
            {
                indexed.Remove(segment);
                return [];
            }

            (candidates, candidatesOf) = (found, segment);
        }

        var rows = new List<EntryRow>();
        while (rows.Count < EntriesOfAStep && candidates!.TryDequeue(out var seq))
        {
            if (room.Store.Entry(Id, seq) is { } row)
            {
                rows.Add(row);
            }
        }

        before = candidates!.Count == 0 ? SearchSegment.First(segment) : candidates.Peek() + 1;
        return rows;
    }

    // Seqs of the segment that have all the terms, the newest first; null when the index cannot be read, which is repaired in the background.
    private Queue<long>? Find(long segment)
    {
        IReadOnlyList<int>? common = null;
        foreach (var (bucket, tag) in places ??= [.. query.Required.Take(MostTerms).Select(core.Vault.SearchPlace)])
        {
            if (common is { Count: 0 })
            {
                break;
            }

            try
            {
                bucketsOpened++;
                var value = room.Store.SearchBucket(Id, segment, bucket) ?? throw new SealingException("A piece of the search index is missing.");
                var found = SegmentIndex.Find(core.Vault.OpenSearchBucket(Id, segment, bucket, value), tag);
                common = [.. common is null ? found : common.Intersect(found)];
            }
            catch (Exception e) when (e is SealingException or InvalidDataException)
            {
                core.Search.Repair(Id, segment, e);
                return null;
            }
        }

        return new Queue<long>(common!.OrderDescending().Select(place => (segment * SearchSegment.Entries) + place).Where(seq => seq < before && room.Visible.Contains(seq)));
    }

    // One that does not open is no reason not to find the others; verify names it.
    private Hit? TryLook(EntryRow row)
    {
        try
        {
            return Look(row);
        }
        catch (SealingException e)
        {
            core.Log.EntryDamaged(Ids.Room(Id), row.Seq, e);
            return null;
        }
    }

    private Hit? Look(EntryRow row)
    {
        if (row.SealedBody is null || (sender is { } wanted && row.Sender != wanted) || row.Kind is not (EntryKind.Text or EntryKind.Edit or EntryKind.File))
        {
            return null;
        }

        var body = core.Vault.OpenEntry(row);
        if (SearchIndex.TextOf(row, body) is not { } text || query.Match(text) is not { } marks)
        {
            return null;
        }

        // Only the newest wording of those that the person may see is there to be found.
        var target = row.Kind == EntryKind.Edit ? row.Target!.Value : row.Seq;
        if (row.Kind != EntryKind.File && NewestWording(target) != row.Seq)
        {
            return null;
        }

        if (row.Kind != EntryKind.Edit)
        {
            return new Hit(this, row.Seq, Math.Min(row.Time, newest), row, body, Edited: false, marks);
        }

        return room.Visible.Contains(target) && room.Store.Entry(Id, target) is { SealedBody: not null } message
            ? new Hit(this, row.Seq, Math.Min(row.Time, newest), message, core.Vault.OpenEntry(message) with { Text = body.Text, Mentions = body.Mentions }, Edited: true, marks)
            : null;
    }

    private long NewestWording(long target)
    {
        if (!newestEdits.TryGetValue(target, out var seq))
        {
            newestEdits[target] = seq = room.Store.Edits(Id, target).Where(room.Visible.Contains).DefaultIfEmpty(target).First();
        }

        return seq;
    }

    // On to the next entry that may be seen.
    private void Settle()
    {
        while (before > 1 && !room.Visible.Contains(before - 1))
        {
            before = room.Visible.Intervals.Where(i => i.To < before - 1).Select(i => i.To + 1).DefaultIfEmpty(1).Max();
        }

        if (!IsOver && room.Store.Entry(Id, before - 1) is { } next)
        {
            newest = Math.Min(newest, next.Time);
        }
    }
}
