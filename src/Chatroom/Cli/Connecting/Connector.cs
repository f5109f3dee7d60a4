using System.Net.Sockets;
using Chatroom.Cli.Text;
using Chatroom.Client;
using Chatroom.Protocol;

namespace Chatroom.Cli.Connecting;

/// <summary>Connects and signs in, asking the person what only they can say, and puts what went wrong into words and exit codes.</summary>
internal sealed class Connector(ConnectionSettings settings)
{
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
            await client.SignInAsync(settings.KnownUser, Secrets.Password(settings.Strings, settings.Strings["ask.password", settings.KnownUser], settings.InputIsTaken), cancellationToken);
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

    public string Unreachable(Exception error)
    {
        var cause = error;
        while (cause.InnerException is { } inner and (SocketException or IOException))
        {
            cause = inner;
        }

        return $"cannot reach {settings.Server}: {cause.Message.TrimEnd('.')}, is it running?";
    }

    public string Untrusted(UntrustedServerException error) => settings.Trust is { } given
        ? $"""
           the certificate of {settings.Server} is not the one you trust, so nothing was sent.
             trusted: SHA256:{given}
             shown:   SHA256:{error.Fingerprint}
           Ask who runs the server which is right. Only if they confirm the one shown: --trust SHA256:{error.Fingerprint}
           """
        : error.IsChanged
        ? $"""
           THE CERTIFICATE OF {settings.Server} HAS CHANGED. Someone may be listening in, so nothing was sent.
             trusted: SHA256:{error.Known}
             shown:   SHA256:{error.Fingerprint}
           Ask who runs the server. Only if they confirm the new one, trust it with: --trust SHA256:{error.Fingerprint}
           """
        : $"""
           the certificate of {settings.Server} is not known, so nothing was sent.
             shown: SHA256:{error.Fingerprint}
           The server prints its fingerprint when it starts. If it is this one, trust it with: --trust SHA256:{error.Fingerprint} (or CHATROOM_TRUST)
           """;

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
            catch (IOException error)
            {
                await client.DisposeAsync();
                throw new CliException(ExitCodes.NotConnected, Unreachable(error));
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
        Code.LoginNoAccount => $" Register first: chatroom register --server {settings.Server} --user {settings.KnownUser}",
        Code.TokenInvalid when settings.Token is not null => " Make a new token: chatroom token create",
        Code.TooManyRequests when error.RetryAfter is { } wait => $" Try again in {Math.Ceiling(wait.TotalSeconds)} s.",
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
