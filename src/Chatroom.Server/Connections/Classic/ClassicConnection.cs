using System.Net.Sockets;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Commands;
using Chatroom.Server.Diagnostics;
using Chatroom.Server.Sessions;

namespace Chatroom.Server.Connections.Classic;

/// <summary>
/// One client of Chatroom 2.0 from its first byte to its last. It is closed only when it has gone or the server stops: that client does not notice a close and
/// runs in circles. Nobody has to sign in within a time, for it connects before it shows its window.
/// </summary>
internal sealed class ClassicConnection
{
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan StillStand = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private readonly ChatCore core;
    private readonly ClassicSocket socket;
    private readonly Session session;
    private readonly ClassicOutbox outbox;
    private readonly ClassicDecoder decoder = new();
    private readonly ClassicConversation conversation;
    private readonly ClassicPump pump;
    private readonly ClassicSink sink;
    private readonly TaskCompletionSource<Bye> goodbye = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ClassicEvents? events;

    public ClassicConnection(ChatCore core, Socket socket, string remote)
    {
        this.core = core;
        this.socket = new ClassicSocket(socket, core.Clock);
        outbox = new ClassicOutbox(core.Options.OutboxBytes);
        sink = new ClassicSink(core, outbox);
        session = new Session(sink, remote, core.Options.OutboxBytes) { Classic = true };
        sink.Use(session);
        sink.Ended += bye => goodbye.TrySetResult(bye);
        pump = new ClassicPump(outbox, TranslateAsync, this.socket.WritableAsync, this.socket.WriteAsync, core.Options.ClassicPadding, core.Clock);
        conversation = new ClassicConversation(core, session, sink, outbox, SignedIn, pump.GoLive);
        outbox.Dropping += () => core.Log.ClassicBehind(session.Id);
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        core.Log.Opened(session.Id);
        socket.Prepare();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var pumping = new CancellationTokenSource();
        var writing = PumpAsync(pumping.Token);
        var reading = ReadAsync(over.Token);
        await Task.WhenAny(reading, goodbye.Task, writing);
        if (goodbye.Task.IsCompleted)
        {
            // Signed out from elsewhere: told so, and heard no more; but its window stays until the person closes it.
            core.Hub.Unregister(session);
            pump.GoLive();
            var bye = await goodbye.Task;
            await TellAsync(bye, over.Token);
            await Task.WhenAny(reading, writing);
        }

        var last = core.Hub.Unregister(session);
        await over.CancelAsync();
        var reason = await reading;
        await Task.WhenAny(writing, FlushedAsync(reason is null));
        await pumping.CancelAsync();
        await writing;
        socket.Close();
        await conversation.DisposeAsync();
        await sink.DrainAsync();
        await SignOutAsync(last);
        core.Log.Closed(session.Id, reason ?? "ended by the server");
    }

    private static bool IsEnd(Exception e) => e is SocketException or ObjectDisposedException or OperationCanceledException;

    private void SignedIn(ClassicPerson person)
    {
        events = new ClassicEvents(core, person);
        decoder.User = person.Name;
        decoder.KnowsFile = conversation.KnowsFile;
    }

    private async ValueTask<IReadOnlyList<ClassicMessage>> TranslateAsync(byte[] frame, CancellationToken cancellation)
    {
        try
        {
            return await events!.TranslateAsync(frame, cancellation);
        }
        catch (Exception e) when (!IsEnd(e))
        {
            core.Log.BackgroundFailed("showing an event to a classic client", e);
            return [];
        }
    }

    /// <returns>Why the other side ended it; null when this side did.</returns>
    private async Task<string?> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            Task<int>? read = null;
            while (true)
            {
                var status = await HandleAsync(settled: false, cancellation);
                read = socket.ReadAsync(decoder.Room(), cancellation).AsTask();
                if (status == ClassicStatus.Settling && !await IsReadyAsync(read, Settle, cancellation))
                {
                    await HandleAsync(settled: true, cancellation);
                }
                else if (decoder.InFile && !await IsReadyAsync(read, StillStand, cancellation))
                {
                    await conversation.StalledAsync(cancellation);
                }

                if (await read is var count && count == 0)
                {
                    return "ended by the client";
                }

                decoder.Filled(count);
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            return cancellation.IsCancellationRequested ? null : e.Message;
        }
    }

    /// <summary>Does what the bytes at hand ask for.</summary>
    private async Task<ClassicStatus> HandleAsync(bool settled, CancellationToken cancellation)
    {
        while (true)
        {
            var status = decoder.Read(settled, out var request);
            if (status != ClassicStatus.Request)
            {
                return status;
            }

            settled = false;
            pump.Heard();
            await AnswerAsync(request, cancellation);
        }
    }

    // Whatever fails here is this server's fault, and no reason to close.
    private async Task AnswerAsync(ClassicRequest request, CancellationToken cancellation)
    {
        try
        {
            await conversation.HandleAsync(request, cancellation);
        }
        catch (Exception e) when (!IsEnd(e))
        {
            core.Log.CommandFailed(Code.WrongMessage, e);
            await outbox.ReplyAsync(ClassicMessage.Of(Code.WrongMessage), cancellation);
        }
    }

    private async Task<bool> IsReadyAsync(Task read, TimeSpan patience, CancellationToken cancellation)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var ready = await Task.WhenAny(read, Task.Delay(patience, core.Clock, done.Token)) == read;
        await done.CancelAsync();
        return ready;
    }

    private async Task PumpAsync(CancellationToken cancellation)
    {
        try
        {
            await pump.RunAsync(cancellation);
        }
        catch (Exception e) when (IsEnd(e))
        {
            // The other side is gone, which the read shows as well; or this side has had its farewell.
            core.Log.Closed(session.Id, e.Message);
        }
    }

    private async Task TellAsync(Bye bye, CancellationToken cancellation)
    {
        // A stop cancels everything right behind its goodbye.
        using var patience = bye.Reason == (int)Code.ServerStopping
            ? new CancellationTokenSource(Farewell, core.Clock)
            : CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            var what = bye.Reason == (int)Code.ServerStopping
                ? "The server is stopping. Close this window and start the program again in a moment."
                : $"You were signed out. {bye.Text} Close this window and start the program again.";
            await conversation.SayAsync(what, patience.Token);
        }
        catch (OperationCanceledException)
        {
            core.Log.Closed(session.Id, "nothing more could be told");
        }
    }

    // What is queued goes out if the other side takes it soon.
    private async Task FlushedAsync(bool wanted)
    {
        var deadline = core.Clock.GetTimestamp();
        while (wanted && (outbox.Ready || pump.Busy) && core.Clock.GetElapsedTime(deadline) < Farewell)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), core.Clock);
        }
    }

    // That client keeps no token: the device made by its sign-in ends with it.
    private async Task SignOutAsync(bool last)
    {
        if (session.Caller is not { } caller)
        {
            return;
        }

        try
        {
            await Devices.RevokeAsync(core, caller, caller.Device);
            if (last)
            {
                await Seen.NoteAsync(core, session, session.ToldRevision);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            core.Log.BackgroundFailed("signing a classic client out", e);
        }
    }
}
