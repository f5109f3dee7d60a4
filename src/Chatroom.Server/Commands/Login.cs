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
        var (proven, refusal) = token is not null ? await Credentials.ByTokenAsync(core, token) : await Credentials.ByPasswordAsync(core, body, session.Classic, request.Cancellation);
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
    private static async Task<(bool Registered, Reply? Ended)> RegisterAsync(ChatCore core, Session session, Credentials.Proven proven)
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
    private static async Task<(bool Registered, Reply? Ended)> RegisterAsync(ChatCore core, Session session, Credentials.Proven proven, bool note)
    {
        var registered = false;
        Reply? ended = null;
        await core.Store.WriteAsync(
            store =>
            {
                if (Credentials.Ended(store, proven) is { } refusal)
                {
                    return (Ended: refusal, Rooms: [], After: []);
                }

                IReadOnlyList<Action<Delivered>> after = [];
                if (proven.NewToken is not null)
                {
                    after = Credentials.AddDevice(core, store, proven);
                }
                else if (note && core.Now - proven.Device.LastUsed > Minute)
                {
                    store.UpdateDevice(proven.Device with { LastUsed = core.Now });
                }

                core.People.Get(store, proven.Caller.Account);
                return (Ended: (Reply?)null, Rooms: store.RoomsOf(proven.Caller.Account).Select(m => m.Room).ToList(), After: after);
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
}
