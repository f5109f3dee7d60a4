using System.Text;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Diagnostics;
using Chatroom.Server.Rooms;
using static Chatroom.Server.Connections.Classic.ClassicRequest;

namespace Chatroom.Server.Connections.Classic;

/// <summary>
/// The lists a classic client asks for when it starts: people, friends, private chats, files, history. While its start-up goes on they are as of its sign-in:
/// what has come since waits in the outbox and is shown afterwards, so that everything is shown once.
/// </summary>
internal sealed class ClassicStartup(ChatCore core, ClassicSink sink, ClassicOutbox outbox, ClassicPerson me)
{
    private const int Room = ClassicMessage.Size - 5;
    private const int HistoryEntries = 5;
    private const int PagesLooked = 8;
    private static readonly string Lobby = Ids.Room(Ids.Lobby);

    /// <summary>What the answer to LOGIN says.</summary>
    public static ClassicPerson Read(IReadOnlyList<Frame> frames, string typed)
    {
        var account = WireJson.Read<LoginSuccess>(frames[0].Body.Span).Account;
        var rooms = frames.Where(f => f.Code == Code.Rooms).SelectMany(f => WireJson.Read<RoomList>(f.Body.Span).Rooms).ToList();
        Ids.TryAccount(account.Id, out var id);
        var person = new ClassicPerson(account.Id, id, typed)
        {
            LobbyHead = rooms.First(r => r.Id == Lobby).Head,
            PrivateHeads = rooms.Where(r => r.Kind == RoomKinds.Private).ToDictionary(r => r.Id, r => r.Head),
            Presence = WireJson.Read<PresencePage>(frames.First(f => f.Code == Code.Presence).Body.Span),
        };
        foreach (var room in person.PrivateHeads.Keys)
        {
            person.PrivateRooms.TryAdd(room, true);
        }

        return person;
    }

    /// <summary>
    /// 4: the own name first, then as many as fit. The program ends itself when its start-up is not given a list, so it gets what is known when not all can be read.
    /// </summary>
    public async Task<ClassicMessage> UsersAsync(CancellationToken cancellation)
    {
        var page = outbox.Held ? me.Presence : await PageAsync(null, cancellation);
        var names = new StringBuilder(me.Name);
        var left = Room - Encoding.UTF8.GetByteCount(me.Name);
        me.Online.Clear();
        while (page is not null)
        {
            foreach (var person in page.Online.Where(p => p.Id != me.Id && p.Name is not null))
            {
                left -= 2 + Encoding.UTF8.GetByteCount(person.Name!);
                if (left < 0)
                {
                    return ClassicMessage.Answer(Code.GetSuccess, "\n\n" + names);
                }

                names.Append("\r\n").Append(person.Name);
                me.Online.TryAdd(person.Id, person.Name!);
            }

            if (page.Next is null)
            {
                return ClassicMessage.Answer(Code.GetSuccess, "\n\n" + names);
            }

            page = await PageAsync(page.Next, cancellation);
        }

        return outbox.Held ? ClassicMessage.Answer(Code.GetSuccess, "\n\n" + names) : ClassicMessage.Answer(Code.GetError, "\n\n");
    }

    /// <summary>0.</summary>
    public async Task<ClassicMessage> FriendsAsync(CancellationToken cancellation)
    {
        var reply = await sink.AskAsync(Code.ShowAllFriends, new Empty(), cancellation);
        if (reply.Code != Code.Friends)
        {
            return ClassicMessage.Answer(reply.Code == Code.FriendsNone ? Code.FriendsNone : Code.FriendsError, "\n\n");
        }

        var names = new List<string>();
        var left = Room + 2;
        foreach (var friend in WireJson.Read<FriendList>(reply.Body.Span).Friends.Where(f => f.Name is not null))
        {
            left -= 2 + Encoding.UTF8.GetByteCount(friend.Name!);
            if (left < 0)
            {
                break;
            }

            names.Add(friend.Name!);
            me.Friends[friend.Id] = new ListedFriend(friend.Name!);
        }

        return ClassicMessage.Answer(Code.Friends, "\n\n" + string.Join("\r\n", names));
    }

    /// <summary>98: the newest that fits, in the order it was written.</summary>
    public async Task<ClassicMessage> PrivateAsync(PrivateInit init, CancellationToken cancellation)
    {
        var head = $"{init.User}\r\n{init.Friend}\n\n";
        if (3 + Encoding.UTF8.GetByteCount(head) > ClassicMessage.Size)
        {
            return ClassicMessage.Of(Code.WrongMessage); // Nobody is called so, and with both names the answer would be longer than one read.
        }

        if (init.User != me.Name)
        {
            return ClassicMessage.Answer(Code.PrivateHistoryError, head);
        }

        long? room;
        try
        {
            room = await core.Store.ReadAsync(store => core.PersonKey(init.Friend) is { } key && store.AccountByName(key) is { Deleted: false } friend
                ? store.PrivateRoom(me.Account, friend.Id)
                : null);
        }
        catch (IOException e)
        {
            core.Log.CommandFailed(Code.PrivateInit, e);
            return ClassicMessage.Answer(Code.PrivateHistoryError, head);
        }

        var before = outbox.Held ? room is { } known && me.PrivateHeads.TryGetValue(Ids.Room(known), out var newest) ? newest + 1 : 1 : long.MaxValue;
        if (room is null || before == 1)
        {
            return ClassicMessage.Answer(Code.PrivateHistoryEmpty, head);
        }

        if (await EntriesAsync(Ids.Room(room.Value), before, 50, HasContent, cancellation) is not { } entries)
        {
            return ClassicMessage.Answer(Code.PrivateHistoryError, head);
        }

        var lines = ClassicHistory.Private(entries, me, ClassicMessage.Size - 3 - Encoding.UTF8.GetByteCount(head));
        return ClassicMessage.Answer(lines.Length == 0 ? Code.PrivateHistoryEmpty : Code.PrivateHistory, head + lines);
    }

    /// <summary>8: the newest names that fit, each once.</summary>
    public async Task<ClassicMessage> FilesAsync(CancellationToken cancellation)
    {
        var request = new FileHistoryRequest { Room = Lobby, Before = outbox.Held ? me.LobbyHead + 1 : null, Limit = WireLimits.PageSize };
        var reply = await sink.AskAsync(Code.GetAllFileHistory, request, cancellation);
        if (reply.Code != Code.FileHistory)
        {
            return ClassicMessage.Answer(Code.FileHistoryError, "\n\n");
        }

        var names = new StringBuilder("\n\n");
        var left = Room;
        foreach (var name in WireJson.Read<FilePage>(reply.Body.Span).Files.Select(f => ClassicText.FileName(f.File!.Name)).Distinct())
        {
            left -= Encoding.UTF8.GetByteCount(name) + 2;
            if (left < 0)
            {
                break;
            }

            me.Files.TryAdd(name, true);
            names.Append(name).Append("\r\n");
        }

        return ClassicMessage.Answer(Code.FileHistory, names.ToString());
    }

    /// <summary>5: the last five texts, newest first.</summary>
    public async Task<ClassicMessage> HistoryAsync(CancellationToken cancellation)
    {
        var before = outbox.Held ? me.LobbyHead + 1 : long.MaxValue;
        return await EntriesAsync(Lobby, before, HistoryEntries, e => e.Kind == EntryKinds.Text && e.Recalled is not true, cancellation) is { } entries
            ? ClassicMessage.History(ClassicHistory.Lobby(entries, me))
            : ClassicMessage.Of(Code.HistoryError) with { EndsStartup = true };
    }

    private static bool HasContent(Entry entry) => entry is { Kind: EntryKinds.Text or EntryKinds.Emoji or EntryKinds.File, Recalled: not true };

    /// <summary>The newest entries that fit, newest first, with their newest text; null when the store fails.</summary>
    private async Task<IReadOnlyList<Entry>?> EntriesAsync(string room, long before, int most, Func<Entry, bool> wanted, CancellationToken cancellation)
    {
        var found = new List<Entry>();
        for (var page = 0; page < PagesLooked && found.Count < most; page++)
        {
            var reply = await sink.AskAsync(Code.GetAllChatHistory, new HistoryRequest { Room = room, Before = before, Limit = 100 }, cancellation);
            if (reply.Code != Code.History)
            {
                return null;
            }

            var body = WireJson.Read<HistoryPage>(reply.Body.Span);
            var edits = body.Entries.Where(e => e.Kind == EntryKinds.Edit && e.Target is not null).GroupBy(e => e.Target!.Value).ToDictionary(g => g.Key, g => g.Last().Text);
            foreach (var amendment in body.Amendments ?? [])
            {
                edits[amendment.Target] = amendment.Edit?.Text ?? edits.GetValueOrDefault(amendment.Target);
            }

            found.AddRange(body.Entries.Reverse().Where(wanted).Select(e => edits.TryGetValue(e.Seq, out var text) && text is not null ? e with { Text = text } : e));
            if (body.Before is not true || body.Entries.Count == 0)
            {
                break;
            }

            before = body.Entries[0].Seq;
        }

        return found.Count > most ? found[..most] : found;
    }

    private async Task<PresencePage?> PageAsync(string? cursor, CancellationToken cancellation)
    {
        var reply = await sink.AskAsync(Code.GetAllUsers, new PageRequest { Cursor = cursor, Limit = WireLimits.PageSize }, cancellation);
        return reply.Code == Code.GetSuccess ? WireJson.Read<PresencePage>(reply.Body.Span) : null;
    }
}
