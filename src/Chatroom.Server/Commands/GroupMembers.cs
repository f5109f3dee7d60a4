using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Names;
using Chatroom.Server.Rooms;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>INVITE: into a private group by moderators, into a public one by any member.</summary>
internal static class Invite
{
    public static Plan Plan(Request<MemberRequest> request)
    {
        var body = request.Body;
        return Commands.Plan.To(change =>
        {
            if (!change.TryEnter(body.Room, out var room, out var refusal))
            {
                return refusal;
            }

            if (room.Room.Kind != RoomKind.Group || (!room.Room.Public && !room.CanModerate))
            {
                return Reply.Forbidden("Only moderators invite into a private group.");
            }

            if (!change.TryPerson(body.Account, body.Name, out var guest))
            {
                return Destination.NoSuchUser();
            }

            if (change.Store.CurrentMembership(room.Room.Id, guest.Id) is not null)
            {
                return Reply.Ok();
            }

            if (!Destination.Accepts(change, guest, out refusal))
            {
                return refusal;
            }

            change.Store.PutInvitation(new InvitationRow(room.Room.Id, guest.Id, change.Caller.Account, change.Now));
            change.Touch(guest.Id, ItemKind.Invitation, room.Room.Id);
            return Reply.Ok();
        });
    }
}

/// <summary>DECLINE_INVITATION.</summary>
internal static class DeclineInvitation
{
    public static Plan Plan(Request<RoomRequest> request)
    {
        var body = request.Body;
        return Commands.Plan.To(change =>
        {
            if (!Ids.TryRoom(body.Room, out var room) || change.Store.Invitation(room, change.Caller.Account) is null)
            {
                return Reply.NoRoom();
            }

            change.Store.DeleteInvitation(room, change.Caller.Account);
            return Reply.Ok(change.Touch(change.Caller.Account, ItemKind.Invitation, room, deleted: true));
        });
    }
}

/// <summary>JOIN_GROUP: a public group by id or name, a private one with an invitation. Joining sets the read position.</summary>
internal static class JoinGroup
{
    public static Plan Plan(Request<JoinGroupRequest> request)
    {
        var body = request.Body;
        return Commands.Plan.To(change =>
        {
            var (store, me) = (change.Store, change.Caller.Account);
            var room = Ids.TryRoom(body.Room, out var id) ? store.Room(id)
                : body.Name is not null && NameRules.CheckGroup(body.Name) is { Ok: true } name ? store.PublicRoomByName(change.Core.Vault.RoomKey(name.Key))
                : null;
            if (room is null)
            {
                return Reply.NoRoom();
            }

            if (store.CurrentMembership(room.Id, me) is { } already)
            {
                return Joined(change, room, already);
            }

            var invited = store.Invitation(room.Id, me) is not null;
            if (room.Kind != RoomKind.Group || (!room.Public && !invited))
            {
                return Reply.NoRoom();
            }

            if (GroupNames.TooMany(change) is { } many)
            {
                return many;
            }

            if (invited)
            {
                store.DeleteInvitation(room.Id, me);
                change.Touch(me, ItemKind.Invitation, room.Id, deleted: true);
            }

            var membership = new MembershipRow(room.Id, me, room.Head + 1, null, RoomRole.Member);
            store.InsertMembership(membership);
            change.After(hub => hub.Subscribe(me, room.Id));
            change.Touch(me, ItemKind.Room, room.Id);
            (room, _) = change.Append(room, EntryKind.Join, new EntryBody(), subject: me);
            store.AdvancePosition(room.Id, me, room.Head);
            return Joined(change, room, membership);
        });
    }

    private static Reply Joined(Change change, RoomRow room, MembershipRow membership) => Reply.Of(Code.Joined, new RoomJoined
    {
        Room = change.Core.Rooms.State(change.Store, room, membership, change.Store.MemberCount(room.Id)),
    });
}

/// <summary>LEAVE_GROUP: the last owner hands over first, unless nobody else is there.</summary>
internal static class LeaveGroup
{
    public static Plan Plan(Request<RoomRequest> request)
    {
        var body = request.Body;
        return Commands.Plan.To(change =>
        {
            if (!change.TryEnter(body.Room, out var room, out var refusal))
            {
                return refusal;
            }

            if (room.Room.Kind != RoomKind.Group)
            {
                return Reply.Forbidden("Only groups can be left.");
            }

            if (change.Store.MemberCount(room.Room.Id) > 1 && Membership.IsLastOwner(change.Store, room.Room.Id, room.Membership))
            {
                return Membership.LastOwner();
            }

            var (row, entry) = change.Append(room.Room, EntryKind.Leave, new EntryBody(), subject: change.Caller.Account);
            Membership.End(change, room.Membership, entry.Seq);
            Membership.CloseIfEmpty(change, row);
            return change.ReplyWith(entry);
        });
    }
}

/// <summary>REMOVE_MEMBER: moderators remove members, owners everyone below themselves.</summary>
internal static class RemoveMember
{
    public static Plan Plan(Request<MemberRequest> request)
    {
        var body = request.Body;
        return Commands.Plan.To(change =>
        {
            if (!change.TryEnter(body.Room, out var room, out var refusal))
            {
                return refusal;
            }

            if (room.Room.Kind != RoomKind.Group || !room.CanModerate)
            {
                return Reply.Forbidden("Only moderators of a group remove members.");
            }

            if (!change.TryPerson(body.Account, body.Name, out var person))
            {
                return Destination.NoSuchUser();
            }

            if (change.Store.CurrentMembership(room.Room.Id, person.Id) is not { } membership)
            {
                return Reply.Refuse(Code.NoSuchUser, "This person is not in the group.", "name");
            }

            if (membership.Role >= room.Rank)
            {
                return Reply.Forbidden("Only members of a lower role can be removed.");
            }

            var (_, entry) = change.Append(room.Room, EntryKind.Remove, new EntryBody(), subject: person.Id);
            Membership.End(change, membership, entry.Seq);
            change.Audit("remove-member", person.Id, room.Room.Id);
            return change.ReplyWith(entry);
        });
    }
}

/// <summary>SET_ROLE, by owners. The last owner stays one.</summary>
internal static class SetRole
{
    public static Plan Plan(Request<MemberRequest> request)
    {
        var body = request.Body;
        if (!Words.TryRoomRole(body.Role, out var role))
        {
            return Reply.Wrong("A role is `owner`, `moderator` or `member`.", "role");
        }

        return Commands.Plan.To(change =>
        {
            if (!change.TryEnter(body.Room, out var room, out var refusal))
            {
                return refusal;
            }

            if (room.Room.Kind != RoomKind.Group || room.Rank < RoomRole.Owner)
            {
                return Reply.Forbidden("Only owners of a group give roles.");
            }

            if (!change.TryPerson(body.Account, body.Name, out var person) || change.Store.CurrentMembership(room.Room.Id, person.Id) is not { } membership)
            {
                return Reply.Refuse(Code.NoSuchUser, "This person is not in the group.", "name");
            }

            if (role < RoomRole.Owner && Membership.IsLastOwner(change.Store, room.Room.Id, membership))
            {
                return Membership.LastOwner();
            }

            change.Store.UpdateMembership(membership with { Role = role });
            change.Touch(person.Id, ItemKind.Room, room.Room.Id);
            return change.ReplyWith(change.Append(room.Room, EntryKind.Role, new EntryBody { Role = Words.Of(role) }, subject: person.Id).Entry);
        });
    }
}

/// <summary>Rules of membership that several commands share.</summary>
internal static class Membership
{
    /// <summary>Closes the interval with the entry that says so, which the person still gets.</summary>
    public static void End(Change change, MembershipRow membership, long seq)
    {
        change.Store.UpdateMembership(membership with { LeftSeq = seq, Role = RoomRole.Member });
        change.Touch(membership.Account, ItemKind.Room, membership.Room, deleted: true);
        change.After(hub => hub.Unsubscribe(membership.Account, membership.Room));
    }

    /// <summary>A group without members is listed no more, and its name is free again: nobody could ever own it.</summary>
    public static void CloseIfEmpty(Change change, RoomRow room)
    {
        if (room.Public && change.Store.MemberCount(room.Id) == 0)
        {
            change.Store.UpdateRoom(room with { Public = false, NameKey = null });
        }
    }

    public static bool IsLastOwner(IStoreReader store, long room, MembershipRow membership)
    {
        if (membership.Role != RoomRole.Owner)
        {
            return false;
        }

        for (long after = 0; ;)
        {
            var page = store.MembersOf(room, after, 500);
            if (page.Any(m => m.Role == RoomRole.Owner && m.Account != membership.Account))
            {
                return false;
            }

            if (page.Count < 500)
            {
                return true;
            }

            after = page[^1].Account;
        }
    }

    public static Reply LastOwner() => Reply.Refuse(Code.LastOwner, "The last owner hands over first: make someone else an owner.");
}
