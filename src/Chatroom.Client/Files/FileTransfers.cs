using System.Security.Cryptography;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

/// <summary>
/// Files of rooms: sent and fetched over HTTP, resumed by themselves after any cut until cancelled, and checked by SHA-256 at both ends.
/// </summary>
public sealed partial class FileTransfers
{
    // Larger ones lose more to a cut, smaller ones cost more round trips.
    private const int SliceBytes = 4 * 1024 * 1024;

    private readonly ChatClient _client;

    internal FileTransfers(ChatClient client) => _client = client;

    private TimeProvider Clock => _client.Options.TimeProvider;

    private IHttpTransport Http =>
        _client.Options.Http ?? throw new InvalidOperationException($"Set {nameof(ChatClientOptions)}.{nameof(ChatClientOptions.Http)} to transfer files.");

    /// <summary>A path on the server that needs no token, for five minutes, for this device.</summary>
    public Task<FileLink> LinkAsync(string fileId, CancellationToken cancellationToken = default) =>
        _client.AskAsync<DownFileRequest, FileLink>(Code.DownFile, new DownFileRequest { File = fileId }, cancellationToken);

    internal void Dispose() => _client.Options.Http?.Dispose();

    /// <summary>Adds the first <paramref name="length"/> bytes to the hash, from the stream's beginning.</summary>
    internal static async Task HashAsync(
        Stream content, long length, long total, IncrementalHash hash, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var buffer = new byte[128 * 1024];
        content.Position = 0;
        for (long done = 0; done < length;)
        {
            var read = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - done)), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                throw new EndOfStreamException("The content became shorter while it was read.");
            }

            hash.AppendData(buffer, 0, read);
            done += read;
            progress?.Report(new TransferProgress(TransferPhase.Hashing, done, total));
        }
    }

    /// <param name="headers">Besides the token, where one is needed.</param>
    private HttpAsk Ask(string method, string path, params IEnumerable<(string Name, string Value)> headers)
    {
        var all = headers.Select(header => KeyValuePair.Create(header.Name, header.Value)).ToList();
        if (_client.Options.CookiePath is { } account)
        {
            return new HttpAsk { Method = method, Path = account + path, Headers = all };
        }

        var token = _client.Token ?? throw new ChatException(Code.NotSignedIn, "No account is signed in on this device.");
        all.Add(KeyValuePair.Create("Authorization", "Bearer " + token));
        return new HttpAsk { Method = method, Path = path, Headers = all };
    }

    /// <summary>What a cut looks like: everything but a refusal, a fault of the application's stream, and its wish to stop.</summary>
    private static bool IsTransient(Exception error, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested
        && error is ConnectionLostException or OperationCanceledException or ChatException { Code: Code.TooManyRequests };

    private async Task PauseAsync(Exception cause, int failures, CancellationToken cancellationToken) =>
        await Task.Delay(_client.Options.BackOff.Wait(failures, (cause as ChatException)?.RetryAfter), Clock, cancellationToken).ConfigureAwait(false);
}
