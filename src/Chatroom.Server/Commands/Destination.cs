using Chatroom.Protocol;
using Chatroom.Server.Rooms;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>Where a message goes: a room by id, or a person by name, whose private chat is opened when there is none.</summary>
internal static class Destination
{
    /// <param name="other">Set when the private chat does not exist yet: <see cref="Enter"/> makes it once everything has been checked.</param>
    public static bool TryFind(Change change, string? roomId, string? to, out Entered? entered, out AccountRow? other, out Reply refusal)
    {
        (entered, other, refusal) = (null, null, null!);
        if (roomId is not null)
        {
            return change.TryEnter(roomId, out entered!, out refusal) && MayWrite(change, entered.Room, out refusal);
        }

        if (!change.TryPerson(null, to, out var person))
        {
            refusal = to is null ? Reply.Wrong("Say where to: a room, or a person.", "room") : NoSuchUser();
            return false;
        }

        if (person.Id == change.Caller.Account)
        {
            refusal = Reply.Wrong("There is no private chat with oneself.", "to");
            return false;
        }

        if (change.Store.PrivateRoom(change.Caller.Account, person.Id) is { } existing)
        {
            return change.TryEnter(Ids.Room(existing), out entered!, out refusal) && MayWrite(change, entered.Room, out refusal);
        }

        other = person;
        return Accepts(change, person, out refusal);
    }

    /// <summary>The room found, made now when it does not exist yet.</summary>
    public static Entered Enter(Change change, Entered? entered, AccountRow? other) => entered ?? PrivateRooms.Create(change, other!.Id);

    /// <summary>In a private chat: whether the other still takes messages from the caller.</summary>
    public static bool MayWrite(Change change, RoomRow room, out Reply refusal)
    {
        refusal = null!;
        return room.Kind != RoomKind.Private || MayWriteTo(change.Store, change.Caller.Account, change.Peer(room), out refusal);
    }

    /// <inheritdoc cref="MayWrite(Change, RoomRow, out Reply)"/>
    public static bool MayWrite(IStoreReader store, long me, RoomRow room, out Reply refusal)
    {
        refusal = null!;
        return room.Kind != RoomKind.Private || MayWriteTo(store, me, RoomViews.Peer(store, room.Id, me), out refusal);
    }

    private static bool MayWriteTo(IStoreReader store, long me, long peer, out Reply refusal)
    {
        var other = store.Account(peer);
        if (other is null or { Deleted: true })
        {
            refusal = NoSuchUser();
            return false;
        }

        return Accepts(store, me, other, out refusal);
    }

    /// <summary>One answer for "blocked you" and "accepts friends only": it must not tell which.</summary>
    public static bool Accepts(Change change, AccountRow other, out Reply refusal) => Accepts(change.Store, change.Caller.Account, other, out refusal);

    private static bool Accepts(IStoreReader store, long me, AccountRow other, out Reply refusal)
    {
        var accepts = !store.IsBlocked(other.Id, me) && (other.Accept == AcceptPolicy.Everyone || store.Friend(other.Id, me) is not null);
        refusal = accepts ? null! : Reply.Refuse(Code.NotAccepting, "This person accepts messages and requests from friends only.");
        return accepts;
    }

    public static Reply NoSuchUser() => Reply.Refuse(Code.NoSuchUser, "There is nobody of this name.", "name");
}

/// <summary>Private chats: a room of two, made when the first of them opens it.</summary>
internal static class PrivateRooms
{
    public static Entered Create(Change change, long other)
    {
        var me = change.Caller.Account;
        var id = Ids.New();
        var room = new RoomRow(id, RoomKind.Private, null, null, false, HistoryPolicy.All, change.Now, me, 0, change.Core.Vault.NoHead(id), 0);
        change.Store.InsertRoom(room);
        change.Store.InsertPrivateRoom(me, other, room.Id);
        var mine = new MembershipRow(room.Id, me, 1, null, RoomRole.Member);
        change.Store.InsertMembership(mine);
        change.Store.InsertMembership(mine with { Account = other });
        change.After(hub =>
        {
            hub.Subscribe(me, room.Id);
            hub.Subscribe(other, room.Id);
        });
        change.Touch(me, ItemKind.Room, room.Id);
        change.Touch(other, ItemKind.Room, room.Id);
        return new Entered(room, mine, RoomRole.Member);
    }
}
