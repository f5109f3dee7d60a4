using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Rooms;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>PING.</summary>
internal static class Ping
{
    public static Task<Reply?> Handle(Request request, Empty body) => Task.FromResult<Reply?>(Reply.Of(Code.Pong, body));
}

/// <summary>LOGOUT: revokes this device's token; the connection ends after the reply.</summary>
internal static class Logout
{
    public static async Task<Reply?> Handle(Request request, Empty body)
    {
        var (core, session) = (request.Core, request.Session);
        await Devices.RevokeAsync(core, session.Caller!, session.Caller!.Device);
        try
        {
            await request.ReplyAsync(WireJson.Frame(Code.Ok, request.RequestId, new OkBody()));
        }
        finally
        {
            // Also when the one who asked is gone already: other connections may have been made with the same token.
            Devices.EndSessions(core, session.Caller.Account, [session.Caller.Device]);
        }

        return null;
    }
}

/// <summary>LIST_DEVICES: devices and bot tokens of the account.</summary>
internal static class ListDevices
{
    public static Task<Reply> Handle(Request<Empty> request) => request.Core.Store.ReadAsync(store => Reply.Of(Code.Devices, new DeviceList
    {
        Devices = [.. store.Devices(request.Caller.Account).Select(d => AccountItems.Device(request.Core, d, request.Caller.Device))],
    }));
}

/// <summary>SIGN_OUT_DEVICE: revokes a token of the account; its connections are ended with the commit.</summary>
internal static class SignOutDevice
{
    public static Plan Plan(Request<SignOutDeviceRequest> request)
    {
        var body = request.Body;
        return Commands.Plan.To(change =>
        {
            if (!Ids.TryDevice(body.Device, out var id) || change.Store.Device(id) is not { Revoked: false } device || device.Account != change.Caller.Account)
            {
                return Reply.Refuse(Code.NotFound, "You have no such device.", "device");
            }

            return Reply.Ok(Devices.Revoke(change, device));
        });
    }
}

/// <summary>SET_SETTINGS.</summary>
internal static class SetSettings
{
    public static Plan Plan(Request<SettingsRequest> request)
    {
        var body = request.Body;
        if (body.Accept is not (null or "everyone" or "friends"))
        {
            return Reply.Wrong("accept is `everyone` or `friends`.", "accept");
        }

        if (body.Classic is not (null or "allow" or "forbid"))
        {
            return Reply.Wrong("classic is `allow` or `forbid`.", "classic");
        }

        return Commands.Plan.To(change =>
        {
            var account = change.Store.Account(change.Caller.Account)!;
            if (body.Accept is null && body.Classic is null)
            {
                return Reply.Ok();
            }

            account = account with
            {
                Accept = body.Accept switch { "friends" => AcceptPolicy.Friends, "everyone" => AcceptPolicy.Everyone, _ => account.Accept },
                ClassicAllowed = body.Classic is null ? account.ClassicAllowed : body.Classic == "allow",
            };
            change.Store.UpdateAccount(account);
            change.After(_ => change.Core.People.Changed(account));
            return Reply.Ok(change.Touch(account.Id, ItemKind.Settings, 0));
        });
    }
}

/// <summary>CREATE_TOKEN: a bot token with scopes; a retry is not shown the token again.</summary>
internal static class CreateToken
{
    private const long Day = 24L * 60 * 60 * 1000;

    public static Plan Plan(Request<CreateTokenRequest> request)
    {
        var (core, body) = (request.Core, request.Body);
        if (!ScopeWords.TryParse(body.Scopes, out var scopes))
        {
            return Reply.Wrong("scopes are one or more of read, send, files, manage.", "scopes");
        }

        if (body.Days is < 1 or > 3650)
        {
            return Reply.Wrong("days are 1 to 3650, or absent for never.", "days");
        }

        if (body.Name is not { Length: > 0 and <= 64 } || !Texts.IsClean(body.Name))
        {
            return Reply.Wrong("Give the bot a name of at most 64 characters.", "name");
        }

        var token = Tokens.New(TokenKind.Bot);
        return Commands.Plan.To(change =>
        {
            if (change.Store.Devices(change.Caller.Account).Count(d => d.Kind == TokenKind.Bot) >= Devices.Most)
            {
                return Reply.Refuse(Code.LimitReached, $"You have {Devices.Most} bot tokens, which is the limit. Sign one out first.");
            }

            var id = Ids.New();
            var row = new DeviceRow(
                id, change.Caller.Account, core.Vault.TokenHash(token), TokenKind.Bot, (int)scopes, core.Vault.SealDevice(id, new DeviceNames { Name = body.Name }),
                change.Now, change.Now, body.Days is { } days ? change.Now + (days * Day) : null, false);
            change.Store.InsertDevice(row);
            change.Touch(change.Caller.Account, ItemKind.Device, id);
            change.Audit("create-token", change.Caller.Account);
            var made = new TokenCreated { Token = token, Device = AccountItems.Device(core, row, 0) };
            return Reply.Once(Code.TokenCreated, made, made with { Token = null });
        });
    }
}

/// <summary>CHANGE_PASSWORD: needs the old one; other devices are signed out when asked.</summary>
internal static class ChangePassword
{
    public static async Task<Plan> PlanAsync(Request<ChangePasswordRequest> request)
    {
        var (core, body, caller) = (request.Core, request.Body, request.Caller);
        if (Passwords.Problem(body.NewPassword) is { } weak)
        {
            return Reply.Refuse(Code.WeakPassword, weak.Text, "newPassword", reason: weak.Reason);
        }

        var (account, before) = await core.Store.ReadAsync(store => (store.Account(caller.Account)!, store.Change(caller.Account, request.ClientId)));
        if (before is not null)
        {
            // A retry: the old password is no longer the account's. The new one tells that it is the same request.
            return await core.Passwords.VerifyAsync(body.NewPassword!, account.PasswordHash, request.Cancellation)
                ? Commands.Plan.To(_ => Reply.Ok())
                : Reply.Refuse(Code.IdempotencyConflict, "This client id was used for another change. Make a new one for each change.", "clientId");
        }

        var bucket = Convert.ToHexString(account.NameKey);
        if (core.Throttles.Try(bucket) is { } wait)
        {
            return Reply.Refuse(Code.TooManyRequests, "Too many wrong passwords for this account. Wait a while.", retryAfterMs: wait);
        }

        if (!await core.Passwords.VerifyAsync(body.OldPassword ?? "", account.PasswordHash, request.Cancellation))
        {
            return Reply.Refuse(Code.LoginWrongPassword, "The old password is wrong.", "oldPassword");
        }

        core.Throttles.Right(bucket);
        var hash = await core.Passwords.HashAsync(body.NewPassword!, request.Cancellation);
        return Commands.Plan.To(change =>
        {
            var row = change.Store.Account(caller.Account)!;
            if (row.PasswordHash != account.PasswordHash)
            {
                return Reply.Refuse(Code.LoginWrongPassword, "The old password is wrong.", "oldPassword");
            }

            change.Store.UpdateAccount(row with { PasswordHash = hash });
            if (body.SignOutOthers is true)
            {
                foreach (var device in change.Store.Devices(row.Id).Where(d => d.Id != caller.Device))
                {
                    Devices.Revoke(change, device);
                }
            }

            return Reply.Ok();
        });
    }
}

/// <summary>Devices being signed out.</summary>
internal static class Devices
{
    /// <summary>Devices, and bot tokens, that one account keeps: the list of them fits one frame.</summary>
    public const int Most = 100;

    /// <returns>The account's new revision.</returns>
    public static long Revoke(Change change, DeviceRow device)
    {
        change.Store.UpdateDevice(device with { Revoked = true });
        change.After(_ => EndSessions(change.Core, device.Account, [device.Id]));
        return change.Touch(device.Account, ItemKind.Device, device.Id, deleted: true);
    }

    /// <summary>Revokes a token without a request's client id: signing oneself out cannot be retried on the same token anyway.</summary>
    public static Task RevokeAsync(ChatCore core, Caller caller, long deviceId) => core.Store.WriteAsync<IReadOnlyList<Action<Delivered>>>(
        store =>
        {
            if (store.Device(deviceId) is not { Revoked: false } device)
            {
                return [];
            }

            var change = new Change(core, store, caller, [], core.Now);
            store.UpdateDevice(device with { Revoked = true });
            change.Touch(device.Account, ItemKind.Device, device.Id, deleted: true);
            return change.Finish();
        },
        after =>
        {
            Delivered.All(core.Hub, after);
        });

    public static void EndSessions(ChatCore core, long account, IReadOnlyList<long> devices) =>
        core.Hub.End(account, s => devices.Contains(s.Caller!.Device), Code.SignedOut, "This device was signed out.");
}
