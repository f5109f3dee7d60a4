using System.Text.Json;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

public sealed partial class ChatClient
{
    private const string SessionKey = "session";

    private readonly CancellationTokenSource _disposed = new();
    private CancellationTokenSource? _stop;
    private Task _running = Task.CompletedTask;
    private string? _token;

    /// <summary>Makes an account. It does not sign in.</summary>
    /// <param name="password">8–256 bytes of UTF-8.</param>
    /// <param name="invite">Code of an invitation, where registration is by invitation.</param>
    /// <exception cref="ChatException">202 taken, 920 bad name, 923 closed, 924 invitation, 925 weak password.</exception>
    /// <exception cref="UntrustedServerException">The person must decide about the certificate.</exception>
    /// <exception cref="ConnectionLostException">The server cannot be reached.</exception>
    public async Task<AccountInfo> RegisterAsync(
        string name, string password, string? invite = null, CancellationToken cancellationToken = default)
    {
        var request = new RegisterRequest { Name = name, Password = password, Invite = invite, ClientId = NewClientId() };
        var body = WireJson.Write(request);
        for (var failures = 0; ; failures++)
        {
            try
            {
                return await RegisterOnceAsync(body, cancellationToken).ConfigureAwait(false);
            }
            catch (ConnectionLostException) when (failures < 2)
            {
                // The account may have been made already: the same client id gives the same answer, so asking again is safe.
                await Task.Delay(_options.BackOff.Wait(failures), _options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Signs in with a password and completes when everything is synchronized. The device's token is kept in the store, and the client
    /// reconnects by itself from now on.
    /// </summary>
    /// <exception cref="ChatException">102 wrong password, 103 no such account, 104 signed in elsewhere, 916 throttled, 926 disabled, 939 version.</exception>
    /// <exception cref="UntrustedServerException">The person must decide about the certificate.</exception>
    /// <exception cref="ConnectionLostException">The server cannot be reached, or the connection broke during the first sign-in.</exception>
    public Task SignInAsync(string name, string password, CancellationToken cancellationToken = default) =>
        StartAsync(new LoginRequest { Name = name, Password = password }, persistent: false, cancellationToken);

    /// <summary>
    /// Signs in with the token in the store and completes when everything is synchronized, trying again for as long as the server cannot be
    /// reached (watch <see cref="Connection"/>). Cancelling stops the waiting; the client goes on trying. Account and outbox are there at once.
    /// </summary>
    /// <returns>False when the store has no token: sign in with a password.</returns>
    /// <exception cref="ChatException">927 the token is no longer good, 926 disabled, 939 version.</exception>
    /// <exception cref="UntrustedServerException">The person must decide about the certificate.</exception>
    public async Task<bool> ResumeAsync(CancellationToken cancellationToken = default)
    {
        if (await _options.Store.ReadAsync(SessionKey, cancellationToken).ConfigureAwait(false) is not { } bytes)
        {
            return false;
        }

        var session = JsonSerializer.Deserialize(bytes, StoredJson.Default.StoredSession) ?? throw new JsonException("The session is null.");
        await StopAsync().ConfigureAwait(false);
        await InSequence(() => Become(new AccountInfo { Id = session.AccountId, Name = session.Name })).ConfigureAwait(false);
        await LoadOutboxAsync(session.AccountId).ConfigureAwait(false);
        await StartAsync(new LoginRequest { Token = session.Token }, persistent: true, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Signs in with a given device or bot token, kept in the store from now on. Else as <see cref="SignInAsync"/>.</summary>
    public Task SignInWithTokenAsync(string token, CancellationToken cancellationToken = default) =>
        StartAsync(new LoginRequest { Token = token }, persistent: false, cancellationToken);

    /// <summary>
    /// Signs in with the cookie that the platform sends along (see <see cref="ChatClientOptions.CookiePath"/>), and completes when everything is synchronized, trying
    /// again for as long as the server cannot be reached. Account and outbox are there at once.
    /// </summary>
    /// <exception cref="ChatException">927 the sign-in has ended, 926 disabled, 939 version.</exception>
    public async Task SignInByCookieAsync(AccountInfo account, CancellationToken cancellationToken = default)
    {
        await StopAsync().ConfigureAwait(false);
        await InSequence(() => Become(account)).ConfigureAwait(false);
        await LoadOutboxAsync(account.Id).ConfigureAwait(false);
        await StartAsync(new LoginRequest(), persistent: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Signs out: the token is revoked as far as the server can be reached, and forgotten here in any case, with all unacknowledged sends.
    /// </summary>
    public async Task SignOutAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await AskAsync(Code.Logout, new Empty(), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is ConnectionLostException or ChatException)
        {
            // The server keeps the token until it expires or is revoked from another device; that the person can see there.
            _sequence.Post(() => Raise(new ProblemOccurred(error)));
        }

        await StopAsync().ConfigureAwait(false);
        await InSequence(() =>
        {
            foreach (var item in _queue.Clear())
            {
                item.GivenUp(new ChatException(Code.SignedOut, "Signed out."));
            }

            foreach (var refused in _sends.Values)
            {
                Forget(refused.Item);
            }

            Become(null);
            SetConnection(new ConnectionState(ConnectionPhase.SignedOut, Reason: Code.SignedOut));
        }).ConfigureAwait(false);
        await _storing.ConfigureAwait(false);
        await _options.Store.DeleteAsync(SessionKey, cancellationToken).ConfigureAwait(false);
        await ReleaseOutboxAsync().ConfigureAwait(false);
    }

    private async Task StartAsync(LoginRequest login, bool persistent, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
        await StopAsync().ConfigureAwait(false);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _stop = new CancellationTokenSource();
        _running = RunAsync(login, persistent, started, _stop.Token);
        try
        {
            await started.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!persistent && cancellationToken.IsCancellationRequested)
        {
            await StopAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task StopAsync()
    {
        if (_stop is not { } stop)
        {
            return;
        }

        _stop = null;
        await stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        stop.Dispose();
    }

    private async Task<AccountInfo> RegisterOnceAsync(byte[] body, CancellationToken cancellationToken)
    {
        var link = new Link(await ConnectAsync(cancellationToken).ConfigureAwait(false), _sequence, _options, static (_, _) => { });
        var done = new TaskCompletionSource<AccountInfo>(TaskCreationOptions.RunContinuationsAsynchronously);
        await InSequence(() =>
        {
            link.Start();
            link.Request(
                Code.Register,
                body,
                frame => Answer(done, frame, static answer => WireJson.Read<RegisterSuccess>(answer.Body.Span).Account),
                lost => done.TrySetException(lost));
        }).ConfigureAwait(false);
        try
        {
            return await done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await InSequence(() => link.Close(new IOException("Registered."))).ConfigureAwait(false);
        }
    }

    private async Task StoreSessionAsync()
    {
        if (_token is { } token && Account is { } account)
        {
            var session = new StoredSession { Token = token, AccountId = account.Id, Name = account.Name };
            await _options.Store.WriteAsync(SessionKey, JsonSerializer.SerializeToUtf8Bytes(session, StoredJson.Default.StoredSession))
                .ConfigureAwait(false);
        }
    }
}
