using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

/// <summary>Files of rooms: sent and fetched over HTTP, resumed by themselves after any cut, and checked by SHA-256 at both ends.</summary>
public sealed class FileTransfers
{
    private readonly ChatClient _client;

    internal FileTransfers(ChatClient client) => _client = client;

    /// <summary>Sends a file to a room; its entry appears when the whole content is durable on the server.</summary>
    /// <param name="content">Seekable; read twice from its beginning: for the hash, then for the transfer. Not disposed.</param>
    /// <param name="type">Media type, a hint.</param>
    /// <exception cref="ChatException">702 bad name, 935 too large, 936 the content changed while it was read, 914 no such room, 929 disk full.</exception>
    public Task<Entry> UploadAsync(
        Destination to, string name, Stream content, string? type = null, IProgress<TransferProgress>? progress = null,
        CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Fetches a file into a stream, from its current end on: what the stream already holds is taken for the beginning of the file.</summary>
    /// <param name="target">Writable; when not empty also readable and seekable. Not disposed.</param>
    /// <exception cref="ChatException">914 no such file for this person or recalled, 936 the content is not the file's.</exception>
    public Task DownloadAsync(
        FileInfo file, Stream target, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>A path on the server that needs no token, for five minutes, for this device.</summary>
    public Task<FileLink> LinkAsync(string fileId, CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
