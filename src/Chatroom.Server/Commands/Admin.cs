using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Rooms;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>Who may administer: admins and owners of the server, through a device, and the console.</summary>
internal static class Admin
{
    public static bool IsAllowed(IStoreReader store, Caller caller, ServerRole least, out Reply refusal)
    {
        refusal = Reply.Forbidden("Only those who run the server may do this.");
        return Rank(store, caller) >= least;
    }

    public static ServerRole Rank(IStoreReader store, Caller caller) =>
        caller.IsConsole ? ServerRole.Owner : store.Account(caller.Account)?.Role ?? ServerRole.Member;

    /// <summary>An account that the caller may act on: of a lower server role (owners also on owners).</summary>
    public static bool TrySubject(Change change, UserRequest body, out AccountRow subject, out Reply refusal)
    {
        subject = null!;
        if (!IsAllowed(change.Store, change.Caller, ServerRole.Admin, out refusal))
        {
            return false;
        }

        if (!change.TryPerson(body.Account, body.Name, out subject))
        {
            refusal = Destination.NoSuchUser();
            return false;
        }

        var rank = Rank(change.Store, change.Caller);
        refusal = Reply.Forbidden("Only an owner of the server acts on admins and owners.");
        return rank == ServerRole.Owner || subject.Role < rank;
    }

    /// <summary>Replaces the account, tells memory after the commit, and refuses to leave the server without an owner.</summary>
    public static Reply? Update(Change change, AccountRow before, AccountRow after)
    {
        var wasOwner = before is { Role: ServerRole.Owner, Disabled: false, Deleted: false };
        var isOwner = after is { Role: ServerRole.Owner, Disabled: false, Deleted: false };
        if (wasOwner && !isOwner && change.Store.CountServerOwners() <= 1)
        {
            return Reply.Refuse(Code.LastOwner, "The server needs an owner: make someone else one first.");
        }

        change.Store.UpdateAccount(after);
        change.After(_ => change.Core.People.Changed(after));
        return null;
    }
}

/// <summary>LIST_USERS.</summary>
internal static class ListUsers
{
    public static Task<Reply> Handle(Request<PageRequest> request) => ListAsync(request.Core, request.Caller, request.Body);

    public static Task<Reply> ListAsync(ChatCore core, Caller caller, PageRequest body) => core.Store.ReadAsync(store =>
    {
        if (!Admin.IsAllowed(store, caller, ServerRole.Admin, out var refusal))
        {
            return refusal;
        }

        if (!Cursor.TryRead(body.Cursor, out var after))
        {
            return Cursor.Wrong();
        }

        var limit = Cursor.Limit(body.Limit);
        var rows = store.Accounts(after, limit);
        return Reply.Of(Code.Users, new UserPage
        {
            Users = [.. rows.Select(r => new UserInfo
            {
                Id = Ids.Account(r.Id),
                Name = core.People.Get(store, r.Id).Name,
                ServerRole = Words.Of(r.Role),
                Created = r.Created,
                Disabled = r.Disabled ? true : null,
                Deleted = r.Deleted ? true : null,
                Online = core.Hub.IsOnline(r.Id) ? true : null,
            })],
            Next = rows.Count == limit ? Cursor.Of(rows[^1].Id) : null,
        });
    });
}

/// <summary>SET_USER_ROLE, by owners of the server.</summary>
internal static class SetUserRole
{
    public static Plan Plan(Request<UserRequest> request)
    {
        var body = request.Body;
        if (!Words.TryServerRole(body.Role, out var role))
        {
            return Reply.Wrong("A server role is `owner`, `admin` or `member`.", "role");
        }

        return Commands.Plan.To(change =>
        {
            if (!Admin.IsAllowed(change.Store, change.Caller, ServerRole.Owner, out var refusal) || !Admin.TrySubject(change, body, out var subject, out refusal))
            {
                return refusal;
            }

            if (Admin.Update(change, subject, subject with { Role = role }) is { } last)
            {
                return last;
            }

            // Their pages show what they may do from now on.
            change.Touch(subject.Id, ItemKind.Settings, 0);
            change.Audit("set-role", subject.Id, detail: Words.Of(role));
            return Reply.Ok();
        });
    }
}

/// <summary>DISABLE_USER: signs the person out everywhere and refuses sign-ins, or allows them again.</summary>
internal static class DisableUser
{
    public static Plan Plan(Request<UserRequest> request)
    {
        var body = request.Body;
        return Commands.Plan.To(change =>
        {
            if (!Admin.TrySubject(change, body, out var subject, out var refusal))
            {
                return refusal;
            }

            var disabled = body.Disabled ?? true;
            if (Admin.Update(change, subject, subject with { Disabled = disabled }) is { } last)
            {
                return last;
            }

            change.Audit(disabled ? "disable" : "enable", subject.Id);
            if (disabled)
            {
                change.After(hub => hub.End(subject.Id, _ => true, Code.AccountDisabled, "This account was disabled."));
            }

            return Reply.Ok();
        });
    }
}

/// <summary>
/// DELETE_USER: the name and password are erased, all devices signed out, memberships and friendships ended. A tombstone keeps the name from being
/// used again and messages from changing hands.
/// </summary>
internal static class DeleteUser
{
    public static Plan Plan(Request<UserRequest> request)
    {
        var body = request.Body;
        return Commands.Plan.To(change =>
        {
            if (!Admin.TrySubject(change, body, out var subject, out var refusal))
            {
                return refusal;
            }

            var store = change.Store;
            var gone = subject with { SealedName = null, PasswordHash = "", Deleted = true, Disabled = true, Role = ServerRole.Member };
            if (Admin.Update(change, subject, gone) is { } last)
            {
                return last;
            }

            foreach (var device in store.Devices(subject.Id))
            {
                store.UpdateDevice(device with { Revoked = true, SealedInfo = change.Core.Vault.SealDevice(device.Id, new DeviceNames()) });
            }

            foreach (var friend in store.Friends(subject.Id))
            {
                store.DeleteFriend(subject.Id, friend.Other);
                store.DeleteFriend(friend.Other, subject.Id);
                change.Touch(friend.Other, ItemKind.Friend, subject.Id, deleted: true);
            }

            LeaveRooms(change, subject);
            change.Audit("delete", subject.Id);
            change.After(hub => hub.End(subject.Id, _ => true, Code.AccountDisabled, "This account was deleted."));
            return Reply.Ok();
        });
    }

    // Private chats stay with the other person; of a group that loses its last owner the longest-standing member takes over.
    private static void LeaveRooms(Change change, AccountRow subject)
    {
        foreach (var membership in change.Store.RoomsOf(subject.Id))
        {
            var room = change.Store.Room(membership.Room)!;
            if (room.Kind == RoomKind.Private)
            {
                continue;
            }

            if (room.Kind == RoomKind.Group && Membership.IsLastOwner(change.Store, room.Id, membership)
                && change.Store.MembersOf(room.Id, 0, 500).Where(m => m.Account != subject.Id).OrderByDescending(m => m.Role).ThenBy(m => m.JoinedSeq).FirstOrDefault() is { } heir)
            {
                change.Store.UpdateMembership(heir with { Role = RoomRole.Owner });
                change.Touch(heir.Account, ItemKind.Room, room.Id);
                (room, _) = change.Append(room, EntryKind.Role, new EntryBody { Role = Words.Of(RoomRole.Owner) }, subject: heir.Account);
            }

            (room, var entry) = change.Append(room, EntryKind.Remove, new EntryBody(), subject: subject.Id);
            Membership.End(change, membership, entry.Seq);
            if (room.Kind == RoomKind.Group)
            {
                Membership.CloseIfEmpty(change, room);
            }
        }
    }
}

/// <summary>RESET_PASSWORD: a new password for someone who lost theirs; all their devices are signed out.</summary>
internal static class ResetPassword
{
    public static async Task<Plan> PlanAsync(Request<UserRequest> request)
    {
        var (core, body) = (request.Core, request.Body);
        if (Passwords.Problem(body.Password) is { } weak)
        {
            return Reply.Refuse(Code.WeakPassword, weak.Text, "password", reason: weak.Reason);
        }

        var allowed = await core.Store.ReadAsync(store => Admin.IsAllowed(store, request.Caller, ServerRole.Admin, out var no) ? null : no);
        if (allowed is not null)
        {
            return allowed;
        }

        // The password is in no digest, so that none of it is on the disk: with a retry the account's own hash tells whether it is the same request.
        var (again, before) = await core.Store.ReadAsync(store =>
            (store.Change(request.Caller.Account, request.ClientId) is { Code: (ushort)Code.Ok }, Subject(core, store, body)));
        if (again && before is not null && !await core.Passwords.VerifyAsync(body.Password!, before.PasswordHash, request.Cancellation))
        {
            return Reply.Refuse(Code.IdempotencyConflict, "This client id was used for another change, or the password has been changed since. Make a new one for each change.", "clientId");
        }

        var hash = await core.Passwords.HashAsync(body.Password!, request.Cancellation);
        return Commands.Plan.To(change =>
        {
            if (!Admin.TrySubject(change, body, out var subject, out var refusal))
            {
                return refusal;
            }

            var after = subject with { PasswordHash = hash };
            change.Store.UpdateAccount(after);
            foreach (var device in change.Store.Devices(subject.Id).Where(d => d.Id != change.Caller.Device))
            {
                Devices.Revoke(change, device);
            }

            change.Audit("reset-password", subject.Id);
            return Reply.Ok();
        });
    }

    private static AccountRow? Subject(ChatCore core, IStoreReader store, UserRequest body) =>
        body.Account is not null ? Ids.TryAccount(body.Account, out var id) ? store.Account(id) : null
        : core.PersonKey(body.Name) is { } key ? store.AccountByName(key) : null;
}

/// <summary>READ_AUDIT: what admins did, newest first.</summary>
internal static class ReadAudit
{
    public static Task<Reply> Handle(Request<PageRequest> request) => request.Core.Store.ReadAsync(store =>
    {
        var core = request.Core;
        if (!Admin.IsAllowed(store, request.Caller, ServerRole.Admin, out var refusal))
        {
            return refusal;
        }

        if (!Cursor.TryRead(request.Body.Cursor, out var before))
        {
            return Cursor.Wrong();
        }

        var limit = Cursor.Limit(request.Body.Limit);
        var rows = store.Audit(before == 0 ? long.MaxValue : before, limit);
        return Reply.Of(Code.Audit, new AuditPage
        {
            Lines = [.. rows.Select(r => new AuditLine
            {
                Id = r.Id,
                Time = r.Time,
                Actor = r.Actor is { } actor ? core.People.Get(store, actor).ToWire() : null,
                Action = r.Action,
                Subject = r.Subject is { } subject ? core.People.Get(store, subject).ToWire() : null,
                Room = r.Room is { } room ? Ids.Room(room) : null,
                Detail = core.Vault.OpenAudit(r),
            })],
            Next = rows.Count == limit ? Cursor.Of(rows[^1].Id) : null,
        });
    });
}
