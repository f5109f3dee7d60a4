using System.Text;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Diagnostics;
using Chatroom.Server.Rooms;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>
/// LOGIN: one request that brings everything. The session is registered for events on the commit sequence and events are held; then a snapshot is read
/// and sent; then the held events that are not in the snapshot are released.
/// </summary>
internal static class Login
{
    private const long Minute = 60_000;

    public static async Task<Reply?> Handle(Request request, LoginRequest body)
    {
        var (core, session) = (request.Core, request.Session);
        if (body.Version < 3)
        {
            return Reply.Refuse(Code.VersionUnsupported, "This server speaks version 3 of the protocol.", "version");
        }

        if (core.Throttles.SignIn(session.Remote) is { } wait)
        {
            return Reply.Refuse(Code.TooManyRequests, "Too many sign-ins from this address. Wait a while.", retryAfterMs: wait);
        }

        var (proven, refusal) = body.Token is not null ? await ByTokenAsync(core, body) : await ByPasswordAsync(core, body, session.Classic, request.Cancellation);
        if (proven is null)
        {
            core.Log.SignInRefused(refusal!.Code);
            return refusal;
        }

        session.Quiet = body.Quiet is true;
        var (registered, ended) = await RegisterAsync(core, session, proven);
        if (ended is not null)
        {
            core.Log.SignInRefused(ended.Code);
            return ended;
        }

        if (!registered)
        {
            return Reply.Refuse(Code.LoginDuplicate, "This account is signed in already, and the server allows one sign-in at a time.");
        }

        core.Log.SignedIn(Ids.Account(proven.Caller.Account), Ids.Device(proven.Caller.Device));
        try
        {
            await SyncAnswer.SendAsync(request, body, proven.NewToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            core.Log.CommandFailed(request.Code, e);
            if (session is { Classic: true, State: not SessionState.Live })
            {
                return await TakeBackAsync(core, session, proven.Caller, proven.Device.Id);
            }

            session.End(Code.InternalError, "The server failed to answer the sign-in. Its operator finds the cause in the log.", 30_000);
        }

        return null;
    }

    private static async Task<(Proven?, Reply?)> ByTokenAsync(ChatCore core, LoginRequest body)
    {
        var caller = await core.Store.ReadAsync(store => Tokens.Find(core, store, body.Token) is { } found && store.Device(found.Device) is { } row ? (found, row) : default);
        return caller.found is null
            ? (null, Reply.Refuse(Code.TokenInvalid, "This sign-in has ended. Sign in with name and password.", "token"))
            : (new Proven(caller.found, caller.row, null), null);
    }

    private static async Task<(Proven?, Reply?)> ByPasswordAsync(ChatCore core, LoginRequest body, bool classic, CancellationToken cancellation)
    {
        var key = core.PersonKey(body.Name);
        var account = await core.Store.ReadAsync(store => ByName(core, store, body.Name, key, classic));
        key = account?.NameKey ?? key;
        var bucket = key is null ? "" : Convert.ToHexString(key);
        if (key is not null && core.Throttles.Try(bucket) is { } wait)
        {
            return (null, Reply.Refuse(Code.TooManyRequests, "Too many wrong passwords for this account. Wait a while.", retryAfterMs: wait));
        }

        // An unknown account costs as much time as a wrong password where the difference is to be hidden.
        var right = (account is not null || core.Options.HideAccountExistence)
            && await core.Passwords.VerifyAsync(body.Password ?? "", account?.PasswordHash ?? "", cancellation);
        if (account is null && !core.Options.HideAccountExistence)
        {
            return (null, Reply.Refuse(Code.LoginNoAccount, "There is no account of this name.", "name"));
        }

        // On the classic port "not allowed there" and "wrong password" are one answer: that client has a box for the second only.
        if (!right || account is null || (classic && !account.ClassicAllowed))
        {
            return (null, core.Options.HideAccountExistence
                ? Reply.Refuse(Code.LoginWrongPassword, "Name or password is wrong.")
                : Reply.Refuse(Code.LoginWrongPassword, "The password is wrong.", "password"));
        }

        core.Throttles.Right(bucket);
        if (account.Disabled)
        {
            return (null, Reply.Refuse(Code.AccountDisabled, "This account is disabled. Ask who runs the server."));
        }

        var token = Tokens.New(TokenKind.Device);
        var id = Ids.New();
        var names = new DeviceNames { Name = Short(body.Device) ?? "device", Client = Short(body.Client) };
        var device = new DeviceRow(id, account.Id, core.Vault.TokenHash(token), TokenKind.Device, -1, core.Vault.SealDevice(id, names), core.Now, core.Now, null, false);
        return (new Proven(new Caller(account.Id, core.People.Open(account).Name!, id, Scopes.All, TokenKind.Device), device, token, account.PasswordHash), null);
    }

    // Names that could not be kept when a database of Chatroom 2.0 moved in still sign in on the classic port, as they were.
    private static AccountRow? ByName(ChatCore core, IStoreReader store, string? name, byte[]? key, bool classic)
    {
        var account = classic && store.ClassicAlias(core.Vault.ClassicAliasKey(name ?? "")) is { } id ? store.Account(id)
            : key is null ? null
            : store.AccountByName(key);
        return account is { Deleted: true } ? null : account;
    }

    // What was proven may have ended before the commit: the token revoked, the password changed, the account disabled. Signing in must not undo that.
    private static Reply? Ended(IStoreReader store, Proven proven)
    {
        if (store.Account(proven.Caller.Account) is not { Deleted: false } account || (proven.NewToken is not null && account.PasswordHash != proven.PasswordHash))
        {
            return Reply.Refuse(Code.LoginWrongPassword, "The password is wrong.", "password");
        }

        if (account.Disabled)
        {
            return Reply.Refuse(Code.AccountDisabled, "This account is disabled. Ask who runs the server.");
        }

        return proven.NewToken is null && store.Device(proven.Device.Id) is not { Revoked: false }
            ? Reply.Refuse(Code.TokenInvalid, "This sign-in has ended. Sign in with name and password.", "token")
            : null;
    }

    // Who holds a token can still read when nothing can be written: a full disk must not keep people out of their history.
    private static async Task<(bool Registered, Reply? Ended)> RegisterAsync(ChatCore core, Session session, Proven proven)
    {
        try
        {
            return await RegisterAsync(core, session, proven, note: true);
        }
        catch (StoreFullException) when (proven.NewToken is null)
        {
            return await RegisterAsync(core, session, proven, note: false);
        }
        catch (StoreFailedException) when (proven.NewToken is null)
        {
            // There are no commits any more that this could be inexact about.
            var rooms = await core.Store.ReadAsync(store => store.RoomsOf(proven.Caller.Account).Select(m => m.Room).ToList());
            return (core.Hub.Register(session, proven.Caller, rooms, core.Options.SingleSession), null);
        }
    }

    // A client of Chatroom 2.0 makes one connection in its life: it may try again on this one.
    private static async Task<Reply> TakeBackAsync(ChatCore core, Session session, Caller caller, long device)
    {
        core.Hub.Unregister(session);
        session.Again();
        try
        {
            await Devices.RevokeAsync(core, caller, device);
        }
        catch (Exception e) when (e is StoreFullException or StoreFailedException)
        {
            core.Log.NotNoted(e);
        }

        return Reply.Refuse(Code.InternalError, "The server failed to answer the sign-in. Its operator finds the cause in the log.", retryAfterMs: 30_000);
    }

    // Everything that must be exact relative to commits: the device's row, and from which commit on the session hears its rooms.
    private static async Task<(bool Registered, Reply? Ended)> RegisterAsync(ChatCore core, Session session, Proven proven, bool note)
    {
        var registered = false;
        Reply? ended = null;
        await core.Store.WriteAsync(
            store =>
            {
                if (Ended(store, proven) is { } refusal)
                {
                    return (Ended: refusal, Rooms: [], After: []);
                }

                var device = proven.Device with { LastUsed = core.Now };
                Change? change = null;
                if (proven.NewToken is not null)
                {
                    change = new Change(core, store, proven.Caller, [], core.Now);
                    var others = store.Devices(proven.Caller.Account).Where(d => d.Kind == TokenKind.Device).OrderByDescending(d => d.LastUsed).Skip(Devices.Most - 1);
                    foreach (var old in others)
                    {
                        Devices.Revoke(change, old);
                    }

                    store.InsertDevice(device);
                    change.Touch(proven.Caller.Account, ItemKind.Device, device.Id);
                }
                else if (note && core.Now - proven.Device.LastUsed > Minute)
                {
                    store.UpdateDevice(device);
                }

                core.People.Get(store, proven.Caller.Account);
                return (Ended: (Reply?)null, Rooms: store.RoomsOf(proven.Caller.Account).Select(m => m.Room).ToList(), After: change?.Finish() ?? []);
            },
            result =>
            {
                ended = result.Ended;
                if (ended is not null)
                {
                    return;
                }

                registered = core.Hub.Register(session, proven.Caller, result.Rooms, core.Options.SingleSession);
                Delivered.All(core.Hub, result.After);
            });
        if (!registered && ended is null && proven.NewToken is not null)
        {
            await Devices.RevokeAsync(core, proven.Caller, proven.Device.Id);
        }

        return (registered, ended);
    }

    private static string? Short(string? name)
    {
        var clean = new string([.. (name ?? "").EnumerateRunes().Where(r => !Rune.IsControl(r)).Take(64).SelectMany(r => r.ToString())]).Trim();
        return clean.Length == 0 ? null : clean;
    }

    private sealed record Proven(Caller Caller, DeviceRow Device, string? NewToken, string? PasswordHash = null);
}
