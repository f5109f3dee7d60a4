using System.Net.WebSockets;
using Chatroom.Protocol;
using Chatroom.Server.Commands;
using Chatroom.Server.Diagnostics;
using Chatroom.Server.Sessions;
using Microsoft.AspNetCore.Connections;

namespace Chatroom.Server.Connections;

/// <summary>One connection from its first frame to its last: reads frames and hands them to commands, while the outbox's pump writes.</summary>
public sealed class ChatConnection(ChatCore core, IFrameChannel channel, string remote)
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly Outbox outbox = new(core.Options.OutboxBytes);
    private readonly CancellationTokenSource closing = new();

    public async Task RunAsync(CancellationToken stopping)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(closing.Token, stopping);
        using var pumping = new CancellationTokenSource();
        var session = new Session(outbox, remote, core.Options.OutboxBytes);
        session.OnClose(Close);
        outbox.Overflowed += () =>
        {
            core.Log.Slow(session.Id);
            session.Gone();
            Close();
        };
        core.Log.Opened(session.Id);
        var dispatcher = new Dispatcher(core, session, outbox.OfferWhenRoomAsync);
        var pump = PumpAsync(pumping.Token);
        var reason = "ended by the client";
        try
        {
            await using var patience = core.Clock.CreateTimer(_ => TooLate(session), null, TimeSpan.FromSeconds(core.Options.SignInSeconds), Timeout.InfiniteTimeSpan);
            while (await channel.ReadAsync(code => MaxBody(session, code), linked.Token) is { } frame)
            {
                await dispatcher.HandleAsync(frame, linked.Token);
            }
        }
        catch (FrameInvalidException e)
        {
            reason = e.Message;
            var refusal = Reply.Refuse(Code.FrameInvalid, e.Message + " The connection is closed.");
            outbox.Offer(FrameCodec.Write(refusal.Code, 0, refusal.Body));
            session.End(Code.FrameInvalid, e.Message, null);
        }
        catch (OperationCanceledException) when (linked.IsCancellationRequested)
        {
            reason = stopping.IsCancellationRequested ? "the server stops" : "ended by the server";
        }
        catch (Exception e) when (IsEnd(e))
        {
            reason = e.Message;
        }
        finally
        {
            await LeaveAsync(session, dispatcher, pump, pumping, reason);
        }
    }

    private static int MaxBody(Session session, Code code) => session.State == SessionState.Anonymous
        ? code == Code.Login ? WireLimits.LoginBody : WireLimits.BodyBeforeSignIn
        : WireLimits.BodyAfterSignIn;

    private static bool IsEnd(Exception e) => e is IOException or WebSocketException or ConnectionResetException or ConnectionAbortedException or ObjectDisposedException;

    private static void TooLate(Session session)
    {
        if (session.State == SessionState.Anonymous)
        {
            session.End(Code.NotSignedIn, "Nobody signed in for too long.", null);
        }
    }

    // Also called under the hub's lock: must not run anyone's continuations here.
    private void Close() => _ = closing.CancelAsync();

    private async Task LeaveAsync(Session session, Dispatcher dispatcher, Task pump, CancellationTokenSource pumping, string reason)
    {
        var last = core.Hub.Unregister(session);
        outbox.Complete();

        // What waits still goes out, if the other side takes it soon.
        if (await Task.WhenAny(pump, Task.Delay(Farewell, core.Clock)) != pump)
        {
            channel.Abort();
            await pumping.CancelAsync();
        }

        await pump;
        await dispatcher.DrainAsync();
        if (last && core.Store.Failure is null)
        {
            await SeenAsync(session.Caller!.Account, session.ToldRevision);
        }

        try
        {
            await channel.CloseAsync();
        }
        catch (Exception e) when (IsEnd(e) || e is OperationCanceledException)
        {
            reason += "; " + e.Message;
        }

        core.Log.Closed(session.Id, reason);
        closing.Dispose();
    }

    private async Task PumpAsync(CancellationToken cancellation)
    {
        try
        {
            await outbox.PumpAsync(channel.WriteAsync, cancellation);
        }
        catch (Exception e) when (IsEnd(e) || e is OperationCanceledException)
        {
            // The other side is gone; the read loop ends too.
            Close();
        }
    }

    // The person's last device went: what was told until now is not news at the next sign-in.
    private async Task SeenAsync(long account, long told)
    {
        try
        {
            await core.Store.WriteAsync(store =>
            {
                if (store.Account(account) is { } row && row.SeenRevision < told)
                {
                    store.SetSeenRevision(account, told);
                }

                return true;
            });
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            core.Log.BackgroundFailed("noting what was seen", e);
        }
    }
}
