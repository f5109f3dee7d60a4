using System.Text;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Diagnostics;
using Chatroom.Server.Rooms;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>What proves who somebody is: the token of a device, or name and password, which make a new device.</summary>
internal static class Credentials
{
    public static (Proven?, Reply?) ByToken(ChatCore core, IStoreReader store, string token) =>
        Tokens.Find(core, store, token) is { } caller && store.Device(caller.Device) is { } device
            ? (new Proven(caller, device, null), null)
            : (null, Reply.Refuse(Code.TokenInvalid, "This sign-in has ended. Sign in with name and password.", "token"));

    public static async Task<(Proven?, Reply?)> ByPasswordAsync(ChatCore core, LoginRequest body, bool classic, CancellationToken cancellation)
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

    // What was proven may have ended before the commit, or by a change in the same one: the password changed, the account disabled. Signing in must not undo that.
    public static Reply? Ended(IStoreReader store, Proven proven)
    {
        if (store.Account(proven.Caller.Account) is not { Deleted: false } account || (proven.NewToken is not null && account.PasswordHash != proven.PasswordHash))
        {
            return Reply.Refuse(Code.LoginWrongPassword, "The password is wrong.", "password");
        }

        return account.Disabled ? Reply.Refuse(Code.AccountDisabled, "This account is disabled. Ask who runs the server.") : null;
    }

    /// <summary>Signs in without a conversation (HTTP): proves the password and adds the device.</summary>
    public static async Task<(Proven? Proven, Reply? Refusal)> SignInAsync(ChatCore core, string remote, LoginRequest body, CancellationToken cancellation)
    {
        if (core.Throttles.SignIn(remote) is { } wait)
        {
            core.Metrics.SignInRefused(Code.TooManyRequests);
            return (null, TooManySignIns(wait));
        }

        var (proven, refusal) = await ByPasswordAsync(core, body, classic: false, cancellation);
        if (proven is not null)
        {
            await core.Store.WriteAsync(
                store => Ended(store, proven) is { } ended ? (Refusal: ended, After: []) : (Refusal: (Reply?)null, After: AddDevice(core, store, proven)),
                result =>
                {
                    refusal = result.Refusal;
                    Delivered.All(core.Hub, result.After);
                });
        }

        if (refusal is not null)
        {
            core.Metrics.SignInRefused(refusal.Code);
            core.Log.SignInRefused(refusal.Code);
        }
        else
        {
            core.Metrics.SignedIn();
        }

        return (refusal is null ? proven : null, refusal);
    }

    public static Reply TooManySignIns(long wait) => Reply.Refuse(Code.TooManyRequests, "Too many sign-ins from this address. Wait a while.", retryAfterMs: wait);

    /// <summary>The device that a password made; those used longest ago make room for it.</summary>
    public static IReadOnlyList<Action<Delivered>> AddDevice(ChatCore core, IStoreTransaction store, Proven proven)
    {
        var change = new Change(core, store, proven.Caller, [], core.Now);
        var others = store.Devices(proven.Caller.Account).Where(d => d.Kind == TokenKind.Device).OrderByDescending(d => d.LastUsed).Skip(Devices.Most - 1);
        foreach (var old in others)
        {
            Devices.Revoke(change, old);
        }

        store.InsertDevice(proven.Device with { LastUsed = core.Now });
        change.Touch(proven.Caller.Account, ItemKind.Device, proven.Device.Id);
        return change.Finish();
    }

    private static string? Short(string? name)
    {
        var clean = new string([.. (name ?? "").EnumerateRunes().Where(r => !Rune.IsControl(r)).Take(64).SelectMany(r => r.ToString())]).Trim();
        return clean.Length == 0 ? null : clean;
    }
}

/// <param name="NewToken">After a password: shown to the device this once.</param>
/// <param name="PasswordHash">The hash that the password was right for.</param>
internal sealed record Proven(Caller Caller, DeviceRow Device, string? NewToken, string? PasswordHash = null);
