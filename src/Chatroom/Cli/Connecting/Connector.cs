using System.Net.Sockets;
using Chatroom.Cli.Text;
using Chatroom.Client;
using Chatroom.Protocol;

namespace Chatroom.Cli.Connecting;

/// <summary>Connects and signs in, asking the person what only they can say, and puts what went wrong into words and exit codes.</summary>
internal sealed class Connector(ConnectionSettings settings)
{
    // Asked for once, however often it takes to connect: a certificate is only seen by then.
    private string? _password;

    /// <summary>A client that is online.</summary>
    public Task<ChatClient> SignInAsync(CancellationToken cancellationToken) => TrustingAsync(async client =>
    {
        if (settings.Token is { } token)
        {
            await client.SignInWithTokenAsync(token, cancellationToken);
            return;
        }

        if (!await ResumedAsync(client, cancellationToken))
        {
            _password ??= Secrets.Password(settings.Strings, settings.Strings["ask.password", settings.KnownUser], settings.InputIsTaken);
            await client.SignInAsync(settings.KnownUser, _password, cancellationToken);
        }

        settings.Profile.Remember(settings.KnownUser);
    }, cancellationToken);

    /// <summary>Makes the account, and signs this device in, so that the password need not be said again.</summary>
    public async Task RegisterAsync(string password, string? invite, CancellationToken cancellationToken)
    {
        await using var client = await TrustingAsync(one => one.RegisterAsync(settings.KnownUser, password, invite, cancellationToken), cancellationToken, isSignIn: false);
        settings.Profile.Remember(settings.KnownUser);
        try
        {
            await client.SignInAsync(settings.KnownUser, password, cancellationToken);
        }
        catch (Exception error) when (error is ChatException or IOException)
        {
            // The account is there all the same, and the next verb asks for the password.
            await Console.Error.WriteLineAsync("chatroom: " + settings.Strings["register.not-signed-in", ErrorWords.Say(settings.Strings, error)]);
        }
    }

    private string Unreachable(Exception error)
    {
        var cause = error;
        while (cause.InnerException is { } inner and (SocketException or IOException))
        {
            cause = inner;
        }

        return cause is NotTlsException
            ? settings.Strings["connect.no-tls", settings.Server]
            : settings.Strings["connect.unreachable", settings.Server, cause.Message.TrimEnd('.')];
    }

    public string Untrusted(UntrustedServerException error) =>
        settings.Trust is { } given ? settings.Strings["connect.not-trusted", settings.Server, given, error.Fingerprint]
        : error.IsChanged ? settings.Strings["connect.changed", settings.Server, error.Known, error.Fingerprint]
        : settings.Strings["connect.unknown", settings.Server, error.Fingerprint];

    private async Task<ChatClient> TrustingAsync(Func<ChatClient, Task> connect, CancellationToken cancellationToken, bool isSignIn = true)
    {
        while (true)
        {
            var client = settings.Client();
            try
            {
                await connect(client);
                await KeepTrustAsync(cancellationToken);
                return client;
            }
            catch (UntrustedServerException error)
            {
                await client.DisposeAsync();
                if (error.IsChanged || !Secrets.IsTerminal || !Agrees(error))
                {
                    throw new CliException(ExitCodes.NotConnected, Untrusted(error));
                }

                await settings.Pins.TrustAsync(settings.Server.Host, settings.Server.Port, error.Fingerprint, cancellationToken);
            }
            catch (ChatException error)
            {
                // A server that answers has shown the certificate given as trusted: another would have ended it before.
                await client.DisposeAsync();
                await KeepTrustAsync(cancellationToken);
                if (isSignIn)
                {
                    throw new CliException(ExitCodes.SignInRefused, Refused(error));
                }

                throw;
            }
            catch (ConnectionLostException error)
            {
                await client.DisposeAsync();
                throw new CliException(ExitCodes.NotConnected, Unreachable(error));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // The SDK says of a connection that it was lost; what is left is this machine's own disk.
                await client.DisposeAsync();
                throw new CliException(ExitCodes.Failed, settings.Strings["connect.profile", settings.Server, settings.Profile.Folder, error.Message]);
            }
            catch
            {
                await client.DisposeAsync();
                throw;
            }
        }
    }

    private async Task KeepTrustAsync(CancellationToken cancellationToken)
    {
        if (settings.Trust is { } given)
        {
            await settings.Pins.TrustAsync(settings.Server.Host, settings.Server.Port, given, cancellationToken);
        }
    }

    private string Refused(ChatException error) => Coded.Say(error, settings.Strings) + (error.Code switch
    {
        Code.LoginNoAccount => settings.Strings["connect.register-first", settings.Server, settings.KnownUser],
        Code.TokenInvalid when settings.Token is not null => settings.Strings["connect.bot-token"],
        Code.TooManyRequests when error.RetryAfter is { } wait => settings.Strings["connect.retry", Math.Ceiling(wait.TotalSeconds)],
        _ => "",
    });

    /// <summary>Signs in with the token kept from the last time. A server that cannot be reached ends it, where the SDK would go on trying.</summary>
    /// <returns>False when there is no token that is still good.</returns>
    private async Task<bool> ResumedAsync(ChatClient client, CancellationToken cancellationToken)
    {
        var failed = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Watch(ChatChange change)
        {
            if (change is ConnectionChanged { State: { Phase: ConnectionPhase.WaitingToRetry } state })
            {
                failed.TrySetResult(state.Cause ?? new ConnectionLostException("The connection was lost."));
            }
        }

        client.Changed += Watch;
        try
        {
            var resuming = client.ResumeAsync(cancellationToken);
            if (await Task.WhenAny(resuming, failed.Task) != resuming)
            {
                throw await failed.Task;
            }

            return await resuming;
        }
        catch (ChatException error) when (error.Code == Code.TokenInvalid)
        {
            await Console.Error.WriteLineAsync("chatroom: " + settings.Strings["ask.sign-in-ended"]);
            return false;
        }
        finally
        {
            client.Changed -= Watch;
        }
    }

    private bool Agrees(UntrustedServerException error)
    {
        Console.Error.Write(settings.Strings["ask.trust", settings.Server, error.Fingerprint]);
        return Console.ReadLine()?.Trim().ToLowerInvariant() is "y" or "yes" or "是";
    }
}
