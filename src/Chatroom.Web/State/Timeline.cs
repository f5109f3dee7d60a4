using Chatroom.Client;
using Chatroom.Protocol.Messages;
using Chatroom.Web.Browser;

namespace Chatroom.Web.State;

/// <summary>One row as it is drawn.</summary>
/// <param name="Grouped">Goes on with the author of the row before: no avatar, no name.</param>
/// <param name="Day">Set on the first row of a day.</param>
/// <param name="IsNew">The first one that had not been read when the room was opened.</param>
public sealed record TimelineRow(MessageView View, bool Grouped, string? Day, bool IsNew);

/// <summary>Rows that are drawn and dropped together. The object changes with its rows, so an unchanged one is not drawn again.</summary>
public sealed record Chunk(long Number, IReadOnlyList<TimelineRow> Rows);

/// <summary>
/// The piece of a room's rows that is in the document: about 300 at most. Rows are cut into chunks by their seq, at places that never move, so that a new
/// message draws its own chunk only.
/// </summary>
public sealed class Timeline(RoomView room)
{
    private const int ChunkSize = 32;
    private const int FirstChunks = 3;
    private const int Step = 3;
    private const int MostChunks = 10;
    private const long GroupWithinMs = 5 * 60 * 1000;

    private readonly long _readTo = room.Position;
    private readonly bool _hadUnread = room.Unread > 0;
    private readonly HashSet<long> _unfolded = [];
    private List<Chunk> _chunks = [];
    private IReadOnlyList<MessageView>? _built;
    private string _language = "";
    private int _today;

    // Numbers of the first and last chunk drawn; null: the room's newest.
    private long? _first;
    private long? _last;
    private Task _loading = Task.CompletedTask;

    public RoomView Room => room;

    public bool IsPrivate => room.Kind == RoomKinds.Private;

    public bool HasNewest => _last is null;

    /// <summary>The first row drawn is the first that there is.</summary>
    public bool IsAtBeginning => !room.HasOlder && (room.Entries.Count == 0 || _chunks.Count == 0 || _chunks[0].Rows[0].View.Seq == room.Entries[0].Seq);

    public bool IsLoading => !_loading.IsCompleted;

    /// <summary>The last row drawn; the person's pending ones go on with it.</summary>
    public MessageView? LastRow => _chunks.Count > 0 ? _chunks[^1].Rows[^1].View : null;

    /// <summary>Rows of a blocked person are folded until asked for.</summary>
    public bool IsFolded(MessageView view) => view.IsFromBlocked && !_unfolded.Contains(view.Seq);

    public void Unfold(long seq)
    {
        _unfolded.Add(seq);
        DrawAnew();
    }

    /// <summary>What the same rows say has changed: names that were not known.</summary>
    public void DrawAnew() => (_built, _chunks) = (null, []);

    /// <summary>What is to be drawn now.</summary>
    public IReadOnlyList<Chunk> Chunks(bool following)
    {
        var rows = room.Entries;
        if (_language != Dates.Language || _today != Dates.DayKey(Now()))
        {
            // What a row says depends on both: chunks whose rows are the same are drawn anew too.
            (_built, _chunks, _language, _today) = (null, [], Dates.Language, Dates.DayKey(Now()));
        }

        if (!ReferenceEquals(rows, _built))
        {
            _built = rows;
            Build(rows, following);
        }

        return _chunks;
    }

    /// <summary>Draws older rows, fetching them when they are not here. True when something changed.</summary>
    public async Task<bool> OlderAsync()
    {
        if (IsLoading || _chunks.Count == 0)
        {
            return false;
        }

        var rows = room.Entries;
        if (rows.Count > 0 && NumberOf(rows[0]) >= _first && room.HasOlder)
        {
            var loading = room.LoadOlderAsync(100);
            _loading = loading;
            if (await loading == 0)
            {
                return false;
            }
        }

        var first = _first;
        _first = Math.Max(0, (_first ?? 0) - Step);
        Bound(keepOld: true);
        _built = null;
        return first != _first;
    }

    /// <summary>Draws newer rows again that were dropped. True when something changed.</summary>
    public bool Newer()
    {
        if (_last is not { } last || room.Entries.Count == 0)
        {
            return false;
        }

        _last = last + Step >= NumberOf(room.Entries[^1]) ? null : last + Step;
        Bound(keepOld: false);
        _built = null;
        return true;
    }

    public void ToNewest()
    {
        (_first, _last, _built) = (null, null, null);
        room.TrimOlder();
    }

    /// <summary>Draws the rows around a seq.</summary>
    public void Around(long seq)
    {
        var (number, newest) = (seq / ChunkSize, room.Entries.Count > 0 ? NumberOf(room.Entries[^1]) : 0);
        if (_first <= number && !(number > _last))
        {
            return;
        }

        _first = Math.Max(0, number - Step);
        _last = number + Step >= newest ? null : number + Step;
        _built = null;
    }

    private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private static long NumberOf(MessageView row) => row.Seq / ChunkSize;

    // Far rows are dropped at the other end.
    private void Bound(bool keepOld)
    {
        var newest = room.Entries.Count > 0 ? NumberOf(room.Entries[^1]) : 0;
        var (first, last) = (_first ?? 0, _last ?? newest);
        if (last - first < MostChunks)
        {
            return;
        }

        if (keepOld)
        {
            _last = first + MostChunks - 1;
        }
        else
        {
            _first = last - MostChunks + 1;
        }
    }

    private void Build(IReadOnlyList<MessageView> rows, bool following)
    {
        if (rows.Count == 0)
        {
            _chunks = [];
            return;
        }

        var newest = NumberOf(rows[^1]);
        _first ??= Math.Max(0, newest - FirstChunks + 1);
        if (_last is null && newest - _first >= MostChunks)
        {
            // Rows came: who follows the end needs no old ones; who reads old ones needs no end.
            if (following)
            {
                _first = newest - MostChunks + 1;
            }
            else
            {
                _last = _first + MostChunks - 1;
            }
        }

        var (at, previous) = (Find(rows, _first.Value * ChunkSize), _chunks.ToDictionary(chunk => chunk.Number));
        var chunks = new List<Chunk>();
        while (at < rows.Count && !(NumberOf(rows[at]) > _last))
        {
            var number = NumberOf(rows[at]);
            var made = new List<TimelineRow>();
            for (; at < rows.Count && NumberOf(rows[at]) == number; at++)
            {
                made.Add(Row(rows, at));
            }

            chunks.Add(previous.TryGetValue(number, out var old) && Same(old.Rows, made) ? old : new Chunk(number, made));
        }

        _chunks = chunks;
    }

    private TimelineRow Row(IReadOnlyList<MessageView> rows, int at)
    {
        var (row, before) = (rows[at], at > 0 ? rows[at - 1] : null);
        var newDay = before is null ? !room.HasOlder : Dates.DayKey(before.Entry.Time) != Dates.DayKey(row.Entry.Time);
        var isNew = _hadUnread && row.Seq > _readTo && (before is null || before.Seq <= _readTo);
        return new TimelineRow(row, !newDay && !isNew && before is not null && GoesOnWith(before, row), newDay ? Dates.Day(row.Entry.Time) : null, isNew);
    }

    private static bool GoesOnWith(MessageView before, MessageView row) => row.Origin != Origin.System && before.Origin != Origin.System
        && before.Entry.Sender == row.Entry.Sender && row.Entry.Time - before.Entry.Time < GroupWithinMs && before.IsFromBlocked == row.IsFromBlocked;

    private static bool Same(IReadOnlyList<TimelineRow> old, List<TimelineRow> made)
    {
        if (old.Count != made.Count)
        {
            return false;
        }

        for (var i = 0; i < made.Count; i++)
        {
            if (!ReferenceEquals(old[i].View, made[i].View) || old[i].Grouped != made[i].Grouped || old[i].IsNew != made[i].IsNew || old[i].Day != made[i].Day)
            {
                return false;
            }
        }

        return true;
    }

    private static int Find(IReadOnlyList<MessageView> rows, long seq)
    {
        int low = 0, high = rows.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = rows[middle].Seq < seq ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
