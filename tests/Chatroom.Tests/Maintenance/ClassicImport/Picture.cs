using System.Globalization;
using System.Security.Cryptography;
using Chatroom.Protocol.Messages;
using Chatroom.Server;
using Chatroom.Server.Rooms;
using Chatroom.Server.Storage;

namespace Chatroom.Tests.Maintenance.ClassicImport;

/// <summary>Everything in a data folder that does not depend on random ids, as lines: two imports of the same are equal in it.</summary>
internal static class Picture
{
    public static async Task<IReadOnlyList<string>> OfAsync(ChatCore core)
    {
        var lines = new List<string>();
        var accounts = await core.Store.ReadAsync(store => store.Accounts(0, 1000));
        string Name(long id) => core.People.Open(accounts.Single(a => a.Id == id)).Name!;
        foreach (var account in accounts)
        {
            var name = Name(account.Id);
            lines.Add($"person {name} {account.Role} {account.PasswordHash.Length > 0} seen {account.Revision == account.SeenRevision}");
            lines.AddRange(await core.Store.ReadAsync(store => store.Friends(account.Id).Select(f => $"friend {name} {Name(f.Other)}").ToList()));
            foreach (var member in await core.Store.ReadAsync(store => store.RoomsOf(account.Id)))
            {
                var room = (await core.Store.ReadAsync(store => store.Room(member.Room)))!;
                var unread = await core.Store.ReadAsync(store => RoomViews.Unread(store, room, member, store.Position(room.Id, account.Id)));
                lines.Add($"member {name} of {await RoomNameAsync(core, room, Name)} from {member.JoinedSeq} unread {unread}");
            }
        }

        foreach (var room in await core.Store.ReadAsync(store => store.Rooms(0, 1000)))
        {
            var name = await RoomNameAsync(core, room, Name);
            foreach (var entry in await EntriesAsync(core, room.Id))
            {
                lines.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"entry {name} {entry.Seq} {entry.Kind} {Name(AccountOf(entry))} {entry.Time} {Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(entry.Text ?? "")))[..8]} {entry.File?.Name} {entry.File?.Sha256}"));
            }
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    public static async Task<IReadOnlyList<Entry>> EntriesAsync(ChatCore core, long room) =>
        await core.Store.ReadAsync(store => store.EntriesAfter(room, 0, long.MaxValue, 1000).Select(e => core.Entries.View(store, e)).ToList());

    private static long AccountOf(Entry entry) => Ids.TryAccount(entry.Sender, out var id) ? id : 0;

    private static async Task<string> RoomNameAsync(ChatCore core, RoomRow room, Func<long, string> name) => room.Kind == RoomKind.Lobby
        ? "lobby"
        : string.Join('+', (await core.Store.ReadAsync(store => store.MembersOf(room.Id, 0, 10))).Select(m => name(m.Account)).Order(StringComparer.Ordinal));
}
