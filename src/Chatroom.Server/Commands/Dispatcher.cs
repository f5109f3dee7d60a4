using Chatroom.Protocol;
using Chatroom.Server.Diagnostics;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>
/// From a frame to its command: state, scope and cost are checked here, by the table. Changes are queued to the store in order and answered by their commit;
/// anything else waits until the changes before it are done, so that a request sees what those before it did.
/// </summary>
public sealed class Dispatcher(ChatCore core, Session session, Func<byte[], CancellationToken, ValueTask> send)
{
    private const int MaxInFlight = 256;
    private readonly SemaphoreSlim inFlight = new(MaxInFlight);
    private Task pending = Task.CompletedTask;

    /// <summary>Starts the frame's command; returns when the next frame may be read.</summary>
    public async Task HandleAsync(Frame frame, CancellationToken cancellation)
    {
        if (Refusal(frame, out var command) is { } refusal)
        {
            core.Metrics.Refused(refusal.Code);
            await send(FrameCodec.Write(refusal.Code, frame.RequestId, refusal.Body), cancellation);
            return;
        }

        var request = new Request(core, session, frame.Code, frame.RequestId, frame.Body, send, cancellation);
        if (!command!.Pipelined)
        {
            await OffWriterAsync(pending);
            await RunAsync(command, request);
            return;
        }

        await inFlight.WaitAsync(cancellation);
        var run = PipelineAsync(command, request);
        pending = pending.IsCompleted ? run : Task.WhenAll(pending, run);
    }

    /// <summary>Ends when all changes that were started have been answered.</summary>
    public Task DrainAsync() => OffWriterAsync(pending);

    // Changes end on the store's writer, where nothing may be done that takes time.
    private static async Task OffWriterAsync(Task pending)
    {
        if (!pending.IsCompleted)
        {
            await pending.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
    }

    private async Task PipelineAsync(Command command, Request request)
    {
        try
        {
            await RunAsync(command, request);
        }
        finally
        {
            inFlight.Release();
        }
    }

    private Reply? Refusal(Frame frame, out Command? command)
    {
        CommandTable.All.TryGetValue(frame.Code, out command);
        var anonymous = session.State == SessionState.Anonymous;
        if (command is null)
        {
            return anonymous ? NotSignedIn() : Reply.Refuse(Code.Unsupported, "This server does not know this request.");
        }

        if (frame.RequestId == 0)
        {
            return Reply.Wrong("A request needs an id other than 0.");
        }

        if ((command.States & session.State) == 0)
        {
            return anonymous ? NotSignedIn() : Reply.Refuse(Code.AlreadySignedIn, "This connection has signed in already.");
        }

        if (anonymous)
        {
            return null;
        }

        var caller = session.Caller!;
        if ((caller.Scopes & command.Scope) != command.Scope || (command.Scope == Scopes.None && command.Code == Code.Logout && caller.Kind == TokenKind.Bot))
        {
            return Reply.Refuse(Code.ScopeMissing, "This token may not do that.");
        }

        return command.Cost == Cost.Change && core.Throttles.Change(caller.Account, frame.Body.Length) is { } wait
            ? Reply.Refuse(Code.TooManyRequests, "Too many at once. Wait a moment.", retryAfterMs: wait)
            : null;
    }

    private async Task RunAsync(Command command, Request request)
    {
        Reply? reply;
        try
        {
            reply = await command.Run(request);
        }
        catch (OperationCanceledException) when (request.Cancellation.IsCancellationRequested)
        {
            return;
        }
        catch (StoreFullException)
        {
            reply = Reply.Refuse(Code.StorageFull, "The server's disk is full. Nothing was changed; try again later.", retryAfterMs: 5000);
        }
        catch (StoreFailedException)
        {
            reply = Reply.Refuse(Code.StoreUnavailable, "The server cannot write to its disk. Nothing was acknowledged; its operator has to restart it.", retryAfterMs: 30_000);
        }
        catch (Exception e)
        {
            core.Log.CommandFailed(request.Code, e);
            reply = Reply.Refuse(Code.InternalError, "The server failed to do this. Its operator finds the cause in the log.");
        }

        if (reply is null)
        {
            return;
        }

        if (reply.Refused)
        {
            core.Metrics.Refused(reply.Code);
        }

        try
        {
            await send(FrameCodec.Write(reply.Code, request.RequestId, reply.Body), request.Cancellation);
        }
        catch (OperationCanceledException) when (request.Cancellation.IsCancellationRequested)
        {
            // The connection is closing: nobody waits for this reply any more.
            return;
        }
    }

    private static Reply NotSignedIn() => Reply.Refuse(Code.NotSignedIn, "Sign in first.");
}
