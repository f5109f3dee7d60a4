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
        var refusal = await SignInAsync(request, body);
        if (refusal is not null)
        {
            request.Core.Metrics.SignInRefused(refusal.Code);
        }

        return refusal;
    }

    private static async Task<Reply?> SignInAsync(Request request, LoginRequest body)
    {
        var (core, session) = (request.Core, request.Session);
        if (body.Version < 3)
        {
            return Reply.Refuse(Code.VersionUnsupported, "This server speaks version 3 of the protocol.", "version");
        }

        if (core.Throttles.SignIn(session.Remote) is { } wait)
        {
            return Credentials.TooManySignIns(wait);
        }

        // A browser holds its token in a cookie, which came with the WebSocket and which the page cannot read.
        var token = body.Token ?? (body.Name is null ? session.CookieToken : null);
        Proven? byPassword = null;
        if (token is null)
        {
            (byPassword, var wrong) = await Credentials.ByPasswordAsync(core, body, session.Classic, request.Cancellation);
            if (byPassword is null)
            {
                core.Log.SignInRefused(wrong!.Code);
                return wrong;
            }
        }

        session.Quiet = body.Quiet is true;
        var (proven, refusal, registered) = await RegisterAsync(core, session, token, byPassword);
        if (proven is null)
        {
            core.Log.SignInRefused(refusal!.Code);
            return refusal;
        }

        if (!registered)
        {
            return Reply.Refuse(Code.LoginDuplicate, "This account is signed in already, and the server allows one sign-in at a time.");
        }

        if (proven.Device.Expires is { } expires)
        {
            session.EndAt(core.Clock, expires);
        }

        core.Metrics.SignedIn();
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

    // Who holds a token can still read when nothing can be written: a full disk must not keep people out of their history.
    private static async Task<Registration> RegisterAsync(ChatCore core, Session session, string? token, Proven? byPassword)
    {
        try
        {
            return await RegisterAsync(core, session, token, byPassword, note: true);
        }
        catch (StoreFullException) when (byPassword is null)
        {
            return await WithoutNoteAsync(core, session, token!);
        }
        catch (StoreFailedException) when (byPassword is null)
        {
            // There are no commits any more that this could be inexact about.
            var made = await core.Store.ReadAsync(store => Prove(core, store, token!, null));
            return new Registration(made.Proven, made.Refusal, made.Proven is { } proven && core.Hub.Register(session, proven.Caller, made.Rooms, core.Options.SingleSession));
        }
    }

    // What writes nothing fails too when it is committed together with something that finds no room.
    private static async Task<Registration> WithoutNoteAsync(ChatCore core, Session session, string token)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await RegisterAsync(core, session, token, byPassword: null, note: false);
            }
            catch (StoreFullException) when (tries < 10)
            {
            }
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

    // Everything that must be exact relative to commits: that the token still holds, the device's row, and from which commit on the session hears its rooms.
    private static async Task<Registration> RegisterAsync(ChatCore core, Session session, string? token, Proven? byPassword, bool note)
    {
        var registered = false;
        IReadOnlyList<Action<Delivered>> after = [];
        var made = await core.Store.WriteAsync(
            store =>
            {
                var made = Prove(core, store, token, byPassword);
                if (made.Proven is { NewToken: not null } signedIn)
                {
                    after = Credentials.AddDevice(core, store, signedIn);
                }
                else if (note && made.Proven is { } proven && core.Now - proven.Device.LastUsed > Minute)
                {
                    store.UpdateDevice(proven.Device with { LastUsed = core.Now });
                }

                return made;
            },
            made =>
            {
                if (made.Proven is { } proven)
                {
                    registered = core.Hub.Register(session, proven.Caller, made.Rooms, core.Options.SingleSession);
                    Delivered.All(core.Hub, after);
                }
            });
        if (made.Proven is { NewToken: not null } refused && !registered)
        {
            await Devices.RevokeAsync(core, refused.Caller, refused.Device.Id);
        }

        return new Registration(made.Proven, made.Refusal, registered);
    }

    private static Made Prove(ChatCore core, IStoreReader store, string? token, Proven? byPassword)
    {
        var (proven, refusal) = byPassword is null ? Credentials.ByToken(core, store, token!) : (byPassword, null);
        if (proven is null || (refusal = Credentials.Ended(store, proven)) is not null)
        {
            return new Made(null, refusal, []);
        }

        return new Made(proven, null, [.. store.RoomsOf(proven.Caller.Account).Select(m => m.Room)]);
    }

    private sealed record Made(Proven? Proven, Reply? Refusal, IReadOnlyList<long> Rooms);

    private sealed record Registration(Proven? Proven, Reply? Refusal, bool Registered);
}
