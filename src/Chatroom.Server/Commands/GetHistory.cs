using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Rooms;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>GET_ALL_CHAT_HISTORY: the newest page, the page before a seq, or after one.</summary>
internal static class GetHistory
{
    public static Task<Reply> Handle(Request<HistoryRequest> request)
    {
        var (core, body) = (request.Core, request.Body);
        var limit = Math.Clamp(body.Limit ?? core.Options.HistoryPage, 1, WireLimits.PageSize);
        return MemberReads.In(core, request.Caller, body.Room, room => Reply.Of(Code.History, body.After is { } after && body.Before is null
            ? Pages.After(core, room, after, limit, Pages.FrameBytes)
            : Pages.Before(core, room, body.Before ?? long.MaxValue, limit, Pages.FrameBytes)));
    }
}

/// <summary>Pages of a room's log inside what a member may see, bounded in entries and bytes.</summary>
internal static class Pages
{
    /// <summary>Bytes of entries in one frame: the rest of the frame is for amendments.</summary>
    public const int FrameBytes = 160 * 1024;

    private const int AmendmentBytes = WireLimits.ServerBody - FrameBytes - 2048;

    /// <summary>The last entries below <paramref name="before"/>.</summary>
    /// <param name="atLeastOne">An entry larger than <paramref name="bytes"/> is given alone rather than not at all.</param>
    public static HistoryPage Before(ChatCore core, Readable room, long before, int limit, int bytes, bool atLeastOne = true)
    {
        var rows = new List<EntryRow>();
        var size = 0;
        var full = false;
        foreach (var (from, to) in room.Visible.Intervals.Reverse())
        {
            var part = room.Store.EntriesBefore(room.Room.Id, Math.Min(before, to == long.MaxValue ? to : to + 1), from, limit - rows.Count);
            for (var i = part.Count - 1; i >= 0 && !full; i--)
            {
                size += EntryViews.Size(part[i]);
                full = size > bytes && (rows.Count > 0 || !atLeastOne);
                if (!full)
                {
                    rows.Insert(0, part[i]);
                }
            }

            if (full || rows.Count == limit)
            {
                break;
            }
        }

        var amendments = Fit(core, room, rows, half => rows.RemoveRange(0, half));
        return Page(core, room, rows, amendments, after: rows.Count > 0 ? rows[^1].Seq < room.Room.Head : before <= room.Room.Head);
    }

    /// <summary>The first entries above <paramref name="after"/>.</summary>
    /// <inheritdoc cref="Before"/>
    public static HistoryPage After(ChatCore core, Readable room, long after, int limit, int bytes, bool atLeastOne = true)
    {
        var rows = new List<EntryRow>();
        var size = 0;
        var full = false;
        foreach (var (from, to) in room.Visible.Intervals)
        {
            foreach (var row in room.Store.EntriesAfter(room.Room.Id, Math.Max(after, from - 1), to, limit - rows.Count))
            {
                size += EntryViews.Size(row);
                full = size > bytes && (rows.Count > 0 || !atLeastOne);
                if (full)
                {
                    break;
                }

                rows.Add(row);
            }

            if (full || rows.Count == limit)
            {
                break;
            }
        }

        var amendments = Fit(core, room, rows, half => rows.RemoveRange(rows.Count - half, half));
        return Page(core, room, rows, amendments, after: full || (rows.Count > 0 && rows[^1].Seq < room.Room.Head));
    }

    /// <summary>Edits and reactions of small entries can be large: what does not fit the frame is left to another page.</summary>
    /// <param name="drop">Takes so many rows off the far end of the page.</param>
    private static List<Amendment>? Fit(ChatCore core, Readable room, List<EntryRow> rows, Action<int> drop)
    {
        while (true)
        {
            var amendments = core.Entries.Amendments(room.Store, rows, rows.Count == 0 ? 0 : rows[^1].Seq, room.Membership.Account, room.Visible);
            if (rows.Count < 2 || EntryViews.Size(amendments) <= AmendmentBytes)
            {
                return amendments;
            }

            drop(rows.Count / 2);
        }
    }

    private static HistoryPage Page(ChatCore core, Readable room, List<EntryRow> rows, List<Amendment>? amendments, bool after) => new()
    {
        Room = Ids.Room(room.Room.Id),
        Entries = [.. rows.Select(r => core.Entries.View(room.Store, r))],
        Amendments = amendments,
        Head = room.Room.Head,
        Before = rows.Count > 0 && rows[0].Seq > room.Visible.First ? true : null,
        After = after ? true : null,
    };
}
