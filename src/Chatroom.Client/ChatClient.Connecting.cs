using System.Net.Sockets;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

// The life of the connection: connect, sign in, stay, and again.
public sealed partial class ChatClient
{
    // A connection that lasted so long was a good one: the next failure is a first one again.
    private static readonly TimeSpan GoodConnection = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(30);

    // What the server last said before it closed the present connection.
    private Bye? _bye;

    /// <param name="persistent">Also the first sign-in is tried until it succeeds or is refused.</param>
    private async Task RunAsync(LoginRequest login, bool persistent, TaskCompletionSource started, CancellationToken stop)
    {
        var failures = 0;
        while (true)
        {
            Exception cause;
            _bye = null;
            try
            {
                var link = await OpenAsync(login, stop).ConfigureAwait(false);
                login = new LoginRequest { Token = _token };
                var since = _options.TimeProvider.GetTimestamp();
                started.TrySetResult();
                await using (stop.Register(() => _sequence.Post(() => link.Close(new OperationCanceledException(stop)))).ConfigureAwait(false))
                {
                    cause = await link.Ended.ConfigureAwait(false);
                }

                failures = _options.TimeProvider.GetElapsedTime(since) >= GoodConnection ? 0 : failures;
            }
            catch (Exception error)
            {
                cause = error;
            }

            var bye = _bye;
            if (stop.IsCancellationRequested)
            {
                started.TrySetCanceled(stop);
                await InSequence(() => SetConnection(ConnectionState.Offline)).ConfigureAwait(false);
                return;
            }

            var end = Verdict(cause, bye, first: !started.Task.IsCompleted && !persistent);
            if (end is not null)
            {
                await EndAsync(end).ConfigureAwait(false);
                started.TrySetException(cause);
                return;
            }

            var atLeast = NamedWait.Of(bye?.ReconnectAfterMs) ?? (cause as ChatException)?.RetryAfter;
            var wait = _options.BackOff.Wait(failures++, atLeast);
            var waiting = Task.Delay(wait, _options.TimeProvider, stop);
            await InSequence(() => SetConnection(new ConnectionState(
                ConnectionPhase.WaitingToRetry, _options.TimeProvider.GetUtcNow() + wait, (Code?)bye?.Reason, bye?.Text, cause))).ConfigureAwait(false);
            await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Where this ends, or null when trying again makes sense.</summary>
    private static ConnectionState? Verdict(Exception cause, Bye? bye, bool first)
    {
        if (bye is not null)
        {
            var reason = (Code)bye.Reason;
            return reason switch
            {
                Code.SignedOut or Code.AccountDisabled => new(ConnectionPhase.SignedOut, null, reason, bye.Text, cause),
                Code.ServerStopping or Code.SlowConsumer => null,
                _ when bye.ReconnectAfterMs is null => new(ConnectionPhase.Failed, null, reason, bye.Text, cause),
                _ => null,
            };
        }

        return cause switch
        {
            UntrustedServerException => new(ConnectionPhase.Failed, Cause: cause),
            ChatException { Code: Code.TokenInvalid or Code.AccountDisabled or Code.LoginNoAccount or Code.LoginWrongPassword } refused =>
                new(ConnectionPhase.SignedOut, null, refused.Code, refused.Text, cause),
            ChatException { Code: Code.VersionUnsupported or Code.WrongMessage or Code.Unsupported } refused =>
                new(ConnectionPhase.Failed, null, refused.Code, refused.Text, cause),
            _ when first => new(ConnectionPhase.Offline, null, (cause as ChatException)?.Code, (cause as ChatException)?.Text, cause),
            _ => null,
        };
    }

    private async Task EndAsync(ConnectionState end)
    {
        if (end.Reason is Code.TokenInvalid or Code.SignedOut)
        {
            // A token that is no longer good is only good for being found by others.
            _token = null;
            await InSequence(() => InStore(() => _options.Store.DeleteAsync(SessionKey).AsTask())).ConfigureAwait(false);
        }

        await InSequence(() => SetConnection(end)).ConfigureAwait(false);
    }

    private async Task<IFrameConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(ConnectWithin, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            return await _options.Transport.ConnectAsync(either.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or SocketException || (error is OperationCanceledException && late.IsCancellationRequested))
        {
            throw new ConnectionLostException($"The server cannot be reached: {error.Message}", error);
        }
    }

    /// <summary>Connects and signs in; returns when everything has come.</summary>
    private async Task<Link> OpenAsync(LoginRequest login, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        await InSequence(() => SetConnection(new ConnectionState(ConnectionPhase.Connecting))).ConfigureAwait(false);
        var link = new Link(await ConnectAsync(stop).ConfigureAwait(false), _sequence, _options, Arrived);
        var sync = new Synchronization(login.Token);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var stopping = stop.Register(() => _sequence.Post(() => link.Close(new OperationCanceledException(stop)))).ConfigureAwait(false);
        try
        {
            await InSequence(() =>
            {
                SetConnection(new ConnectionState(ConnectionPhase.SigningIn));
                var request = Complete(login, sync);
                link.Start();
                link.Request(Code.Login, WireJson.Write(request), frame => TakeAnswer(link, sync, frame, done), lost => done.TrySetException(lost));
            }).ConfigureAwait(false);
            await done.Task.ConfigureAwait(false);
            if (sync.IsNewToken)
            {
                await StoreSessionAsync().ConfigureAwait(false);
            }

            await LoadOutboxAsync(AccountId).ConfigureAwait(false);
            await InSequence(() => GoOnline(link)).ConfigureAwait(false);
            return link;
        }
        catch
        {
            await InSequence(() => link.Close(new IOException("The sign-in failed."))).ConfigureAwait(false);
            throw;
        }
    }

    private void SetConnection(ConnectionState state)
    {
        if (Connection != state)
        {
            Connection = state;
            Raise(new ConnectionChanged(state));
        }
    }
}
