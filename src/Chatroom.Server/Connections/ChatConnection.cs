using System.Net.WebSockets;
using Chatroom.Protocol;
using Chatroom.Server.Commands;
using Chatroom.Server.Diagnostics;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;
using Microsoft.AspNetCore.Connections;

namespace Chatroom.Server.Connections;

/// <summary>
/// One connection from its first frame to its last: reads frames and hands them to commands, while the outbox is written. Whoever ends it, what was
/// queued before still goes out if the other side takes it soon: a BYE is worth nothing when it is cut off.
/// </summary>
public sealed class ChatConnection(ChatCore core, IFrameChannel channel, string remote, string? cookieToken = null)
{
    private const string EndedByClient = "ended by the client";

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly Outbox outbox = new(core.Options.OutboxBytes, core.Writer, channel.WriteAsync);
    private readonly CancellationTokenSource closing = new();
    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task RunAsync(CancellationToken stopping)
    {
        using var session = new Session(outbox, remote, core.Options.OutboxBytes, core.Clock) { CookieToken = cookieToken };
        session.OnClose(Close);
        outbox.Overflowed += () =>
        {
            core.Metrics.Refused(Code.SlowConsumer);
            core.Log.Slow(session.Id);
            session.Gone();
            Close();
        };
        core.Log.Opened(session.Id);
        await using var stop = stopping.Register(Close);
        var dispatcher = new Dispatcher(core, session, outbox.OfferWhenRoomAsync);
        var writing = WriteAsync();
        var reading = ReadAsync(session, dispatcher);
        await Task.WhenAny(reading, closed.Task);

        var last = core.Hub.Unregister(session);
        await closing.CancelAsync();
        outbox.Complete();
        if (await Task.WhenAny(writing, Task.Delay(Farewell, core.Clock)) != writing)
        {
            channel.Abort();
        }

        await writing;
        await CloseAsync(reading);
        await dispatcher.DrainAsync();
        if (last)
        {
            // Who closes a connection has read it; one that broke may have been dead for a while.
            await Seen.NoteAsync(core, session, await reading == EndedByClient ? session.ToldRevision : session.ArrivedRevision);
        }

        core.Log.Closed(session.Id, await reading);
        closing.Dispose();
    }

    private static int MaxBody(Session session, Code code) => session.State == SessionState.Anonymous
        ? code == Code.Login ? WireLimits.LoginBody : WireLimits.BodyBeforeSignIn
        : WireLimits.BodyAfterSignIn;

    private static bool IsEnd(Exception e) =>
        e is IOException or WebSocketException or ConnectionResetException or ConnectionAbortedException or ObjectDisposedException or OperationCanceledException;

    private static void TooLate(Session session)
    {
        if (session.State == SessionState.Anonymous)
        {
            session.End(Code.NotSignedIn, "Nobody signed in for too long.", null);
        }
    }

    /// <returns>Why reading ended.</returns>
    private async Task<string> ReadAsync(Session session, Dispatcher dispatcher)
    {
        try
        {
            await using var patience = core.Clock.CreateTimer(_ => TooLate(session), null, TimeSpan.FromSeconds(core.Options.SignInSeconds), Timeout.InfiniteTimeSpan);
            while (await channel.ReadAsync(code => MaxBody(session, code)) is { } frame && !closed.Task.IsCompleted)
            {
                var handling = dispatcher.HandleAsync(frame, closing.Token);
                if (!handling.IsCompleted)
                {
                    channel.Listen();
                }

                await handling;
            }

            return closed.Task.IsCompleted ? "ended by the server" : EndedByClient;
        }
        catch (FrameInvalidException e)
        {
            core.Metrics.Refused(Code.FrameInvalid);
            var refusal = Reply.Refuse(Code.FrameInvalid, e.Message + " The connection is closed.");
            outbox.Offer(FrameCodec.Write(refusal.Code, 0, refusal.Body));
            session.End(Code.FrameInvalid, e.Message, null);
            return e.Message;
        }
        catch (Exception e) when (IsEnd(e))
        {
            return e.Message;
        }
    }

    // Also called under the hub's lock: it only takes a note, and nobody's continuation runs here.
    private void Close() => closed.TrySetResult();

    private async Task CloseAsync(Task reading)
    {
        try
        {
            await channel.CloseAsync();
        }
        catch (Exception e) when (IsEnd(e))
        {
            channel.Abort();
        }

        if (await Task.WhenAny(reading, Task.Delay(Farewell, core.Clock)) != reading)
        {
            channel.Abort();
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            await outbox.Written;
        }
        catch (Exception e) when (IsEnd(e))
        {
            // The other side is gone; the read loop ends too.
            Close();
        }
    }
}
