using System.Net.Sockets;
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
            await client.SignInAsync(settings.KnownUser, Secrets.Password($"Password of {settings.KnownUser}: ", settings.InputIsTaken), cancellationToken);
        }

        settings.Profile.Remember(settings.KnownUser);
    }, cancellationToken);

    public async Task RegisterAsync(string password, string? invite, CancellationToken cancellationToken)
    {
        await using var client = await TrustingAsync(one => one.RegisterAsync(settings.KnownUser, password, invite, cancellationToken), cancellationToken, isSignIn: false);
        settings.Profile.Remember(settings.KnownUser);
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
                if (settings.Trust is { } given)
                {
                    await settings.Pins.TrustAsync(settings.Server.Host, settings.Server.Port, given, cancellationToken);
                }

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
            catch (ChatException error) when (isSignIn)
            {
                await client.DisposeAsync();
                throw new CliException(ExitCodes.SignInRefused, Refused(error));
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

    private string Refused(ChatException error) => Coded.Say(error) + (error.Code switch
    {
        Code.LoginNoAccount => $" Register first: chatroom register --server {settings.Server} --user {settings.KnownUser}",
        Code.TokenInvalid when settings.Token is not null => " Make a new token: chatroom token create",
        Code.TooManyRequests when error.RetryAfter is { } wait => $" Try again in {Math.Ceiling(wait.TotalSeconds)} s.",
        _ => "",
    });

    /// <summary>Signs in with the token kept from the last time. A server that cannot be reached ends it, where the SDK would go on trying.</summary>
    /// <returns>False when there is no token that is still good.</returns>
    private static async Task<bool> ResumedAsync(ChatClient client, CancellationToken cancellationToken)
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
            await Console.Error.WriteLineAsync("chatroom: The sign-in kept on this device has ended; signing in with the password.");
            return false;
        }
        finally
        {
            client.Changed -= Watch;
        }
    }

    private bool Agrees(UntrustedServerException error)
    {
        Console.Error.Write($"""
            {settings.Server} shows a certificate that this machine does not know yet:
              SHA256:{error.Fingerprint}
            The server printed its fingerprint when it started. Is it the same? Type yes to trust it:{" "}
            """);
        return Console.ReadLine()?.Trim().ToLowerInvariant() is "y" or "yes" or "是";
    }
}
