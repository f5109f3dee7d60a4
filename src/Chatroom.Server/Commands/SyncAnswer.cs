using System.Reflection;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Diagnostics;
using Chatroom.Server.Rooms;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>The answer to LOGIN: account items, rooms, presence and entries, read as one consistent snapshot, then live events.</summary>
internal static class SyncAnswer
{
    private const int ItemsPerFrame = 200;
    private const int RoomsPerFrame = 100;

    public static async Task SendAsync(Request request, LoginRequest body, string? newToken)
    {
        var (core, session) = (request.Core, request.Session);
        var answer = await core.Store.ReadAsync(store => new Builder(core, store, request, body, newToken).Build());
        foreach (var frame in answer.Frames)
        {
            await request.ReplyAsync(frame);
        }

        session.GoLive(answer.Point);
        await SeenAsync(core, session, answer);
    }

    // What cannot be noted now is told again at the next sign-in; the answer has gone out already.
    private static Task SeenAsync(ChatCore core, Session session, Answer answer)
    {
        session.NotedRevision = answer.Seen;
        return Seen.NoteAsync(core, session, answer.Point.Revision);
    }

    private sealed record Answer(IReadOnlyList<byte[]> Frames, SyncPoint Point, long Seen);

    private sealed class Builder(ChatCore core, IStoreReader store, Request request, LoginRequest body, string? newToken)
    {
        private readonly List<byte[]> frames = [];
        private readonly Caller caller = request.Session.Caller!;

        // What is known of another history is of no use here.
        private readonly SyncHave? have = body.Have is { } told && (told.History is null || told.History == core.History) ? told : null;

        public Answer Build()
        {
            var account = store.Account(caller.Account)!;
            Add(Code.LoginSuccess, new LoginSuccess
            {
                Account = core.People.Get(store, caller.Account).ToWire(),
                Device = Ids.Device(caller.Device),
                Token = newToken,
                Server = ServerFacts.Of(core),
                Revision = account.Revision,
                SeenRevision = account.SeenRevision,
                Session = request.Session.Id,
            });

            // A bot that may not read learns which rooms there are, to write to them, and nothing else.
            var reads = caller.Scopes.HasFlag(Scopes.Read);
            if (reads)
            {
                AddItems(account);
            }

            var rooms = AddRooms();
            if (reads)
            {
                AddPresence();
                AddPages(rooms);
            }

            Add(Code.SyncDone, new SyncDone { Revision = account.Revision, Frames = frames.Count + 1 });
            return new Answer(frames, new SyncPoint(account.Revision, rooms.ToDictionary(r => r.Room.Id, r => r.Room.Head)), account.SeenRevision);
        }

        private void AddItems(AccountRow account)
        {
            var known = have?.Revision ?? 0;
            var full = known <= 0 || known > account.Revision;
            var items = store.ItemsAfter(account.Id, full ? 0 : known)
                .Where(i => i.Deleted ? !full : i.Kind is not ItemKind.Room and not ItemKind.Position)
                .Select(i => AccountItems.Value(core, store, i))
                .Where(i => !full || i.Deleted is not true)
                .ToList();
            var parts = FrameParts.Of(items, ItemsPerFrame, FrameParts.Size);
            for (var i = 0; i < parts.Count; i++)
            {
                Add(Code.AccountChanged, new AccountChanged
                {
                    Items = parts[i],
                    Revision = i == parts.Count - 1 ? account.Revision : parts[i][^1].Revision,
                    Full = full && i == 0 ? true : null,
                });
            }
        }

        private List<Readable> AddRooms()
        {
            var rooms = store.RoomsOf(caller.Account)
                .Select(m => MemberReads.Open(store, store.Room(m.Room)!, m))
                .ToList();
            var states = rooms.Select(r => core.Rooms.State(store, r.Room, r.Membership, store.MemberCount(r.Room.Id))).ToList();
            foreach (var part in FrameParts.Of(states, RoomsPerFrame, FrameParts.Size))
            {
                Add(Code.Rooms, new RoomList { Rooms = part });
            }

            return rooms;
        }

        private void AddPresence()
        {
            var online = core.Hub.Online(0, 100);
            Add(Code.Presence, new PresencePage
            {
                Online = [.. online.Select(id => core.People.Get(store, id).Present(core.Hub))],
                Total = core.Hub.AccountCount,
                Friends = [.. store.Friends(caller.Account).Where(f => core.Hub.IsOnline(f.Other)).Select(f => Ids.Account(f.Other))],
                Next = online.Count == 100 ? Cursor.Of(online[^1]) : null,
            });
        }

        // Rooms with the newest entries first; what does not fit any more carries only its head in ROOMS.
        private void AddPages(List<Readable> rooms)
        {
            var positions = have?.Rooms ?? new Dictionary<string, long>();
            var limit = Math.Clamp(body.Page ?? core.Options.HistoryPage, 1, WireLimits.PageSize);
            var left = WireLimits.SyncEntryBytes;
            var behind = rooms.Select(r => (Readable: r, Known: Known(positions, r.Room))).Where(r => r.Readable.Room.Head > 0 && r.Known != r.Readable.Room.Head);
            foreach (var (room, known) in behind.OrderByDescending(r => store.Entry(r.Readable.Room.Id, r.Readable.Room.Head)?.Time ?? 0))
            {
                if (left < 1024)
                {
                    break;
                }

                var page = Page(room, known, limit, Math.Min(left, Pages.FrameBytes));
                if (page.Entries.Count > 0)
                {
                    left -= Add(Code.History, page);
                }
            }
        }

        private static long? Known(IReadOnlyDictionary<string, long> have, RoomRow room) =>
            have.TryGetValue(Ids.Room(room.Id), out var seq) && seq >= 0 && seq <= room.Head ? seq : null;

        private HistoryPage Page(Readable room, long? known, int limit, int bytes)
        {
            if (known is { } after)
            {
                var since = Pages.After(core, room, after, WireLimits.PageSize, bytes, atLeastOne: false);
                if (since.After is null)
                {
                    return since;
                }
            }

            var newest = Pages.Before(core, room, long.MaxValue, limit, bytes, atLeastOne: false);
            return known is null ? newest : newest with { Gap = true };
        }

        private int Add<T>(Code code, T value)
        {
            var frame = WireJson.Frame(code, request.RequestId, value);
            frames.Add(frame);
            return frame.Length;
        }
    }
}

/// <summary>What the server says of itself.</summary>
internal static class ServerFacts
{
    public static string Version { get; } =
        typeof(ServerFacts).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static string Program { get; } = "chatroom/" + Version;

    public static ServerInfo Of(ChatCore core) => new()
    {
        Version = 3,
        Features = ["files", "groups", "reactions", "pins", "bots"],
        Program = Program,
        Name = core.Options.Name,
        History = core.History,
        Time = core.Now,
        MaxFileSize = core.Options.MaxFileSize,
        MaxText = ChatServerOptions.MaxText,
        HistoryPage = core.Options.HistoryPage,
    };
}
