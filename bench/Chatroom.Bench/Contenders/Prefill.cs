using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Chatroom.Bench.Load;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server;
using Chatroom.Server.Rooms;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatroom.Bench.Contenders;

/// <summary>What a data folder holds before its server starts: the people and rooms of a town, each room with so many messages.</summary>
/// <param name="Keep">The folder stays for the next round that wants the same.</param>
internal sealed record Fill(int Messages, bool Keep = false);

/// <summary>
/// A data folder as use would have left it, written by the server's own store and vault before the server starts: 19,000 registrations over the network, or a million messages each with its
/// fsync, would take longer than what is measured. The rows are those that the commands write, but that nobody's joining is an entry, as after an import; everyone has read everything.
/// </summary>
internal sealed class Prefill
{
    /// <summary>Everyone's: one hash is made for all.</summary>
    public const string Password = "correct horse battery";

    private const int PerTransaction = 500;
    private static readonly Dictionary<Fill, (string Folder, Prefill? Made)> Kept = [];

    private readonly long[] accounts;
    private readonly long[] roomIds;
    private readonly long[] heads;
    private readonly long[] revisions;
    private readonly Town town;

    private Prefill(Town town)
    {
        this.town = town;
        Tokens = [.. Enumerable.Range(0, town.People).Select(_ => Server.Sessions.Tokens.New(TokenKind.Device))];
        accounts = [.. Tokens.Select(_ => Ids.New())];
        roomIds = [.. town.Rooms.Select(_ => Ids.New())];
        Rooms = [.. roomIds.Select(Ids.Room)];
        heads = new long[roomIds.Length];
        revisions = new long[accounts.Length];
    }

    public IReadOnlyList<string> Tokens { get; }

    /// <summary>Ids as on the wire.</summary>
    public IReadOnlyList<string> Rooms { get; }

    /// <summary>What somebody knows who was connected a moment ago: all of it.</summary>
    public SyncHave HaveOf(int person) => new()
    {
        Revision = revisions[person],
        Rooms = town.RoomsOf[person].ToDictionary(room => Rooms[room], room => heads[room]),
    };

    public static string KeptIn(Fill fill)
    {
        if (!Kept.TryGetValue(fill, out var kept))
        {
            Kept[fill] = kept = (Directory.CreateTempSubdirectory("chatroom-bench-").FullName, null);
        }

        return kept.Folder;
    }

    /// <summary>Removes what was kept.</summary>
    public static void Forget()
    {
        foreach (var (folder, _) in Kept.Values)
        {
            Directory.Delete(folder, recursive: true);
        }

        Kept.Clear();
    }

    public static async Task<Prefill> MakeAsync(Fill fill, string data, string masterKey, Town town, bool defaultPasswords)
    {
        if (fill.Keep && Kept[fill].Made is { } before)
        {
            return before;
        }

        if (Directory.Exists(data))
        {
            Directory.Delete(data, recursive: true); // A round before this one failed on the way.
        }

        var options = new ChatServerOptions { Data = data, MasterKey = masterKey };
        options = defaultPasswords ? options : options with { PasswordMemoryKib = 64, PasswordPasses = 1 };
        using var folder = DataFolder.Open(options, create: true);
        await using var core = await ChatServer.OpenAsync(folder, options, NullLogger.Instance, TimeProvider.System);
        var made = new Prefill(town);
        await made.AddPeopleAsync(core);
        for (var room = 0; room < town.Rooms.Count; room++)
        {
            await made.AddRoomAsync(core, room, fill.Messages);
        }

        await core.Store.ReadAsync(store =>
        {
            for (var person = 0; person < town.People; person++)
            {
                made.revisions[person] = store.Account(made.accounts[person])!.Revision;
            }

            return true;
        });
        if (fill.Keep)
        {
            Kept[fill] = (Kept[fill].Folder, made);
        }

        return made;
    }

    /// <summary>A word that only this message of a room has. Its first letters differ most, as those of words do.</summary>
    public static string Word(long seq) => string.Concat(seq.ToString("x8", CultureInfo.InvariantCulture).Reverse());

    private async Task AddPeopleAsync(ChatCore core)
    {
        var hash = await core.Passwords.HashAsync(Password);
        foreach (var part in Enumerable.Range(0, town.People).Chunk(PerTransaction))
        {
            await core.Store.WriteAsync(store =>
            {
                foreach (var person in part)
                {
                    AddPerson(core, store, person, hash);
                }

                return true;
            });
        }
    }

    private void AddPerson(ChatCore core, IStoreTransaction store, int person, string hash)
    {
        var (id, name, device) = (accounts[person], Contender.NameOf(person), Ids.New());
        store.InsertAccount(new AccountRow(
            id, core.PersonKey(name)!, core.Vault.SealAccountName(id, name), hash, person == 0 ? ServerRole.Owner : ServerRole.Member, core.Now, false, false, AcceptPolicy.Everyone));
        store.InsertMembership(new MembershipRow(Ids.Lobby, id, 1, null, RoomRole.Member));
        store.Touch(id, ItemKind.Room, Ids.Lobby);
        var info = core.Vault.SealDevice(device, new DeviceNames { Name = "device", Client = "bench" });
        store.InsertDevice(new DeviceRow(device, id, core.Vault.TokenHash(Tokens[person]), TokenKind.Device, (int)Scopes.All, info, core.Now, core.Now, null, false));
        store.SetSeenRevision(id, store.Touch(id, ItemKind.Device, device));
    }

    private async Task AddRoomAsync(ChatCore core, int room, int messages)
    {
        var (id, members) = (roomIds[room], town.Rooms[room].Select(person => accounts[person]).ToArray());
        var row = new RoomRow(
            id, RoomKind.Group, core.Vault.RoomKey(Contender.RoomName(room)), core.Vault.SealRoom(id, new RoomInfo { Name = Contender.RoomName(room) }), true, HistoryPolicy.All, core.Now, members[0], 0, core.Vault.NoHead(id), 0);
        await core.Store.WriteAsync(store =>
        {
            store.InsertRoom(row);
            foreach (var member in members)
            {
                store.InsertMembership(new MembershipRow(id, member, 1, null, member == members[0] ? RoomRole.Owner : RoomRole.Member));
                store.Touch(member, ItemKind.Room, id);
            }

            return true;
        });
        var said = new long[members.Length];
        while (row.Head < messages)
        {
            row = await core.Store.WriteAsync(store => AddMessages(core, store, row, members, said, messages));
        }

        heads[room] = row.Head;
        await core.Search.RoomAsync(id, rest: false);
        await core.Store.WriteAsync(store =>
        {
            foreach (var member in members)
            {
                store.AdvancePosition(id, member, row.Head);
                store.SetSeenRevision(member, store.Touch(member, ItemKind.Position, id));
            }

            return true;
        });
    }

    private static RoomRow AddMessages(ChatCore core, IStoreTransaction store, RoomRow row, long[] members, long[] said, int messages)
    {
        for (var i = 0; i < PerTransaction && row.Head < messages; i++)
        {
            var (seq, who) = (row.Head + 1, (int)(row.Head % members.Length));
            var (text, clientId) = ($"{Marker.Text(0, (int)seq, 140)} {Word(seq)}", RandomNumberGenerator.GetBytes(16));
            var value = core.Vault.SealEntry(row.Id, members[who], clientId, new EntryBody { Text = text });
            var entry = new EntryRow(
                row.Id, seq, EntryKind.Text, members[who], core.Now, clientId, null, null, true, row.Ordinal + 1, ++said[who], false, value, SHA256.HashData(value), []);
            entry = entry with { Link = core.Vault.Link(row.HeadLink, entry) };
            store.InsertEntry(entry);
            row = row with { Head = seq, HeadLink = core.Vault.Head(row.Id, seq, entry.Link), Ordinal = entry.Ordinal };
            store.SetRoomHead(row.Id, seq, row.HeadLink, row.Ordinal);
            store.InsertChange(new ChangeRow(members[who], clientId, core.Vault.Digest(Encoding.UTF8.GetBytes(text)), (ushort)Code.Entry, row.Id, seq, null, core.Now));
        }

        return row;
    }
}
