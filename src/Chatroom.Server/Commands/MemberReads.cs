using Chatroom.Server.Rooms;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>A room as a member reads it, and what of it may be seen: the only way for a reading command to get one.</summary>
internal sealed record Readable(IStoreReader Store, RoomRow Room, MembershipRow Membership, Visible Visible);

/// <summary>Reads in a room go through the caller's membership.</summary>
internal static class MemberReads
{
    public static Task<Reply> In(ChatCore core, Caller caller, string? roomId, Func<Readable, Reply> read) => core.Store.ReadAsync(store =>
        TryOpen(store, caller, roomId) is { } readable ? read(readable) : Reply.NoRoom());

    public static Readable? TryOpen(IStoreReader store, Caller caller, string? roomId) =>
        Ids.TryRoom(roomId, out var id) && store.CurrentMembership(id, caller.Account) is { } membership && store.Room(id) is { } room
            ? Open(store, room, membership)
            : null;

    public static Readable Open(IStoreReader store, RoomRow room, MembershipRow membership) => new(store, room, membership, Visible.Of(store, room, membership));
}
