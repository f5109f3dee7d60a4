using Chatroom.Protocol.Messages;
using Chatroom.Server.Rooms;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>Values of account items: one place for live events and for the answer to LOGIN.</summary>
public static class AccountItems
{
    public static AccountItem Value(ChatCore core, IStoreReader store, ItemRow item)
    {
        var value = new AccountItem { Kind = Words.Of(item.Kind), Key = Key(item), Revision = item.Revision, Deleted = item.Deleted ? true : null };
        if (item.Deleted)
        {
            return value;
        }

        return item.Kind switch
        {
            ItemKind.Friend when store.Friend(item.Account, item.Key) is { } friend => value with
            {
                Person = core.People.Get(store, item.Key).ToWire(),
                By = Ids.Account(friend.By),
                Time = friend.Since,
            },
            ItemKind.Block when store.IsBlocked(item.Account, item.Key) => value with { Person = core.People.Get(store, item.Key).ToWire() },
            ItemKind.Room when store.Room(item.Key) is { } room && store.CurrentMembership(item.Key, item.Account) is { } member => value with
            {
                Room = core.Rooms.State(store, room, member, store.MemberCount(room.Id)),
            },
            ItemKind.Position when store.Room(item.Key) is { } room && store.CurrentMembership(item.Key, item.Account) is { } member => Position(store, value, room, member),
            ItemKind.Invitation when store.Invitation(item.Key, item.Account) is { } invitation && store.Room(item.Key) is { } room => value with
            {
                Person = core.People.Get(store, invitation.By).ToWire(),
                Time = invitation.Time,
                Group = core.Rooms.Group(room, store.MemberCount(room.Id), member: null),
            },
            ItemKind.Device when store.Device(item.Key) is { Revoked: false } device => value with { Device = Device(core, device, 0) },
            ItemKind.Settings when store.Account(item.Account) is { } account => value with
            {
                Accept = Words.Of(account.Accept),
                Classic = account.ClassicAllowed ? "allow" : "forbid",
                ServerRole = Words.Of(account.Role),
            },
            _ => value with { Deleted = true },
        };
    }

    public static DeviceInfo Device(ChatCore core, DeviceRow row, long current)
    {
        var names = core.Vault.OpenDevice(row);
        return new DeviceInfo
        {
            Id = Ids.Device(row.Id),
            Name = names.Name,
            Client = names.Client,
            Kind = row.Kind == TokenKind.Bot ? "bot" : "device",
            Scopes = row.Kind == TokenKind.Bot ? ScopeWords.Of((Scopes)row.Scopes) : null,
            Created = row.Created,
            LastUsed = row.LastUsed,
            Expires = row.Expires,
            Online = core.Hub.IsDeviceOnline(row.Account, row.Id) ? true : null,
            Current = row.Id == current ? true : null,
        };
    }

    private static AccountItem Position(IStoreReader store, AccountItem value, RoomRow room, MembershipRow member)
    {
        var position = store.Position(room.Id, member.Account);
        return value with { Position = position, Unread = RoomViews.Unread(store, room, member, position), Head = room.Head };
    }

    private static string Key(ItemRow item) => item.Kind switch
    {
        ItemKind.Friend or ItemKind.Block => Ids.Account(item.Key),
        ItemKind.Device => Ids.Device(item.Key),
        ItemKind.Settings => "settings",
        _ => Ids.Room(item.Key),
    };
}

/// <summary>Scopes of bot tokens as words.</summary>
public static class ScopeWords
{
    private static readonly (string Word, Scopes Scope)[] All =
        [("read", Scopes.Read), ("send", Scopes.Send), ("files", Scopes.Files), ("manage", Scopes.Manage)];

    public static IReadOnlyList<string> Of(Scopes scopes) => [.. All.Where(s => scopes.HasFlag(s.Scope)).Select(s => s.Word)];

    public static bool TryParse(IReadOnlyList<string>? words, out Scopes scopes)
    {
        scopes = Scopes.None;
        foreach (var word in words ?? [])
        {
            var found = Array.Find(All, s => s.Word == word);
            if (found.Word is null)
            {
                return false;
            }

            scopes |= found.Scope;
        }

        return scopes != Scopes.None;
    }
}
