using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Rooms;
using Chatroom.Server.Search;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>
/// SEARCH: messages with all of the words, the newest first over all rooms looked in. It does a bounded amount of work and tells where to go on, so that no
/// search holds up the server, however much there is.
/// </summary>
internal static class Search
{
    // So that the places to go on from fit a request.
    private const int MostRooms = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private const int MostLimit = 50;

    // Entries opened, some 5 µs each.
    private const int Work = 8192;

    public static async Task<Reply> Handle(Request<SearchRequest> request)
    {
        var (core, body) = (request.Core, request.Body);
        if (!SearchQuery.TryParse(body.Text, out var query))
        {
            return Reply.Wrong($"What to look for is empty, has more than {SearchQuery.MaxWords} words, or more than {SearchQuery.MaxLength} characters.", "text");
        }

        if (body.In is { Count: 0 or > MostRooms } || body.In?.Any(p => p is null) is true)
        {
            return Reply.Wrong($"\"in\" names 1 to {MostRooms} rooms, or is absent.", "in");
        }

        // One at a time: it opens thousands of entries, and readers are few.
        if (!await core.Searching.WaitAsync(Patience, request.Cancellation))
        {
            return Reply.Refuse(Code.TooManyRequests, "Others are searching. Try again in a moment.", retryAfterMs: 1000);
        }

        try
        {
            // Not on the thread that serves the socket: others wait for that one.
            return await Task.Run(() => core.Store.ReadAsync(store => TrySender(core, store, body, out var sender)
                ? Run(request, store, query, sender)
                : Reply.Refuse(Code.NoSuchUser, "There is no such person.", "from")));
        }
        finally
        {
            core.Searching.Release();
        }
    }

    private static bool TrySender(ChatCore core, IStoreReader store, SearchRequest body, out long? sender)
    {
        sender = null;
        if (body.From is null && body.FromName is null)
        {
            return true;
        }

        // A deleted account's messages are there to be found, by its id.
        sender = body.From is not null
            ? Ids.TryAccount(body.From, out var id) ? store.Account(id)?.Id : null
            : core.PersonKey(body.FromName) is { } key ? store.AccountByName(key)?.Id : null;
        return sender is not null;
    }

    private static Reply Run(Request<SearchRequest> request, IStoreReader store, SearchQuery query, long? sender)
    {
        var (core, body) = (request.Core, request.Body);
        var rooms = new List<RoomSearch>();
        foreach (var place in body.In?.DistinctBy(p => p.Room) ?? store.RoomsOf(request.Caller.Account).Select(m => new SearchPlace { Room = Ids.Room(m.Room) }))
        {
            if (MemberReads.TryOpen(store, request.Caller, place.Room) is { } room)
            {
                rooms.Add(new RoomSearch(core, room, query, place.Before ?? long.MaxValue, sender));
            }
        }

        if (rooms.Count == 0)
        {
            return Reply.NoRoom();
        }

        rooms = [.. rooms.Where(r => !r.IsOver).OrderByDescending(r => r.Newest).Take(MostRooms)];

        var limit = Math.Clamp(body.Limit ?? 20, 1, MostLimit);
        var hits = new List<Hit>();
        var left = Work;
        var open = new PriorityQueue<RoomSearch, long>(rooms.Select(r => (r, -r.Newest)));

        // The room with the newest entry not looked at is next, until as many as wanted are newer than anything that may still come.
        while (left > 0 && open.TryDequeue(out var next, out _))
        {
            if (hits.Count(h => h.Time >= next.Newest) >= limit)
            {
                break;
            }

            left -= next.Step(hits);
            if (!next.IsOver)
            {
                open.Enqueue(next, -next.Newest);
            }
        }

        return Reply.Of(Code.Found, Page(core, store, rooms, hits, limit));
    }

    private static SearchPage Page(ChatCore core, IStoreReader store, List<RoomSearch> rooms, List<Hit> hits, int limit)
    {
        var coming = rooms.Where(r => !r.IsOver).Select(r => r.Newest).DefaultIfEmpty(long.MinValue).Max();
        var size = 0;
        var given = new List<Hit>();
        foreach (var hit in hits.Where(h => h.Time >= coming).OrderByDescending(h => h.Time).ThenByDescending(h => h.Seq))
        {
            size += EntryViews.Size(hit.Message) + (6 * (hit.Body.Text?.Length ?? 0)) + (32 * hit.Marks.Count) + (20 * (hit.Body.Mentions?.Count ?? 0));
            if (given.Count == limit || (given.Count > 0 && size > Pages.FrameBytes))
            {
                break;
            }

            given.Add(hit);
        }

        var kept = given.ToHashSet();
        var more = new List<SearchPlace>();
        foreach (var room in rooms)
        {
            // What was found and is not given is found again by the next request.
            var before = hits.Where(h => h.Room == room && !kept.Contains(h)).Select(h => h.Seq + 1).DefaultIfEmpty(room.Before).Max();
            if (before > 1)
            {
                more.Add(new SearchPlace { Room = Ids.Room(room.Id), Before = before });
            }
        }

        return new SearchPage
        {
            Hits =
            [
                .. given.Select(h => new SearchHit
                {
                    Entry = core.Entries.View(store, h.Message, h.Body),
                    Edited = h.Edited ? true : null,
                    Marks = h.Marks,
                }),
            ],
            More = more.Count == 0 ? null : more,
        };
    }
}
