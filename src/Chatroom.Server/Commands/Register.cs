using System.Security.Cryptography;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Names;
using Chatroom.Server.Rooms;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>REGISTER: a new account, in the lobby from then on. The first account owns the server.</summary>
internal static class Register
{
    public static async Task<Reply?> Handle(Request request, RegisterRequest body) =>
        await MakeAsync(request.Core, request.Session.Remote, request.Session.Classic, body, request.Cancellation);

    /// <param name="remote">Address of who asks, for the throttle.</param>
    public static async Task<Reply> MakeAsync(ChatCore core, string remote, bool classic, RegisterRequest body, CancellationToken cancellation)
    {
        var name = NameRules.Check(body.Name ?? "");
        if (!name.Ok)
        {
            return Reply.Refuse(name.Problem);
        }

        if (Passwords.Problem(body.Password, classic ? Passwords.MinClassicBytes : Passwords.MinBytes) is { } weak)
        {
            return Reply.Refuse(Code.WeakPassword, weak.Text, "password", reason: weak.Reason);
        }

        if (!Ids.TryClientId(body.ClientId ?? Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()), out var clientId))
        {
            return Reply.Wrong("A clientId has 32 lowercase hexadecimal digits.", "clientId");
        }

        if (core.Throttles.Registration(remote) is { } wait)
        {
            return Reply.Refuse(Code.TooManyRequests, "Too many registrations from this address. Wait a while.", retryAfterMs: wait);
        }

        var hash = await core.Passwords.HashAsync(body.Password!, cancellation);
        return await MakeAsync(core, name, hash, body, clientId);
    }

    private static async Task<Reply> MakeAsync(ChatCore core, NameCheck name, string hash, RegisterRequest body, byte[] clientId)
    {
        var key = core.Vault.AccountKey(name.Key);
        var id = Ids.New();
        var made = await core.Store.WriteAsync(
            store =>
            {
                if (store.AccountByName(key) is { } taken)
                {
                    return new Made(null, store.Change(taken.Id, clientId) is { Code: (ushort)Code.RegisterSuccess } && !taken.Disabled ? taken : null, []);
                }

                if (NotAllowed(core, store, body.Invite) is { } refusal)
                {
                    return new Made(refusal, null, []);
                }

                return Insert(core, store, new AccountRow(
                    id, key, core.Vault.SealAccountName(id, name.Display), hash, store.AnyAccount() ? ServerRole.Member : ServerRole.Owner,
                    core.Now, false, false, AcceptPolicy.Everyone), clientId);
            },
            made =>
            {
                Delivered.All(core.Hub, made.After);
            });

        // A retry of the same registration gets the first result; the password tells that it is the same person.
        var bucket = Convert.ToHexString(key);
        if (made.Before is { } before && core.Throttles.Try(bucket) is null && await core.Passwords.VerifyAsync(body.Password!, before.PasswordHash))
        {
            core.Throttles.Right(bucket);
            return Success(core.People.Open(before)).AsDuplicate();
        }

        return made.Reply ?? Reply.Refuse(Code.RegisterNameTaken, "This name is taken. Choose another.", "name");
    }

    private static Made Insert(ChatCore core, IStoreTransaction store, AccountRow account, byte[] clientId)
    {
        store.InsertAccount(account);
        var person = core.People.Open(account);

        // The entry that everyone sees has an id of its own: the registration's would let a stranger try passwords as retries of it.
        var change = new Change(core, store, new Caller(account.Id, person.Name!, 0, Scopes.All, TokenKind.Device), RandomNumberGenerator.GetBytes(16), core.Now);
        change.After(_ => core.People.Changed(account));
        var lobby = store.Room(Ids.Lobby)!;
        store.InsertMembership(new MembershipRow(lobby.Id, account.Id, lobby.Head + 1, null, RoomRole.Member));
        (lobby, _) = change.Append(lobby, EntryKind.Join, new EntryBody(), subject: account.Id);
        store.AdvancePosition(lobby.Id, account.Id, lobby.Head);
        store.Touch(account.Id, ItemKind.Room, lobby.Id);
        store.InsertChange(new ChangeRow(account.Id, clientId, new byte[16], (ushort)Code.RegisterSuccess, null, null, null, core.Now));
        return new Made(Success(person), null, change.Finish());
    }

    // The server's registration setting; an invitation is used up here.
    private static Reply? NotAllowed(ChatCore core, IStoreTransaction store, string? code)
    {
        if (core.Options.Registration == RegistrationPolicy.Open || !store.AnyAccount())
        {
            return null;
        }

        if (core.Options.Registration == RegistrationPolicy.Closed)
        {
            return Reply.Refuse(Code.RegistrationClosed, "Registration is closed here. Ask who runs the server.");
        }

        if (string.IsNullOrEmpty(code))
        {
            return Reply.Refuse(Code.InvitationInvalid, "Registration here is by invitation: give the code you were sent (--invite CODE).", "invite");
        }

        if (code.Length > 100 || store.RegistrationInvite(core.Vault.InviteHash(code)) is not { UsesLeft: > 0 } invite || invite.Expires <= core.Now)
        {
            return Reply.Refuse(Code.InvitationInvalid, "This invitation code is unknown, used up or expired. Ask for another.", "invite");
        }

        store.UpdateRegistrationInvite(invite with { UsesLeft = invite.UsesLeft - 1 });
        return null;
    }

    private static Reply Success(Person person) => Reply.Of(Code.RegisterSuccess, new RegisterSuccess { Account = person.ToWire() });

    private sealed record Made(Reply? Reply, AccountRow? Before, IReadOnlyList<Action<Delivered>> After);
}
