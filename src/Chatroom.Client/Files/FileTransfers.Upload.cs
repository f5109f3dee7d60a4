using System.Globalization;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

public sealed partial class FileTransfers
{
    // A slice that has not been taken by then will not be.
    private static readonly TimeSpan SliceWithin = TimeSpan.FromMinutes(5);

    private static readonly (string, string) Tus = ("Tus-Resumable", "1.0.0");

    /// <summary>Sends a file to a room; its entry appears when the whole content is durable on the server.</summary>
    /// <param name="content">Seekable; read twice from its beginning: for the hash, then for the transfer. Not disposed.</param>
    /// <param name="type">Media type, a hint.</param>
    /// <param name="clientId">32 lowercase hexadecimal digits, to go on with an upload that an earlier run of the program began; null: a new one.</param>
    /// <exception cref="ChatException">702 bad name, 935 too large, 936 the content changed while it was read, 914 no such room, 929 disk full.</exception>
    public Task<Entry> UploadAsync(
        Destination to, string name, Stream content, string? type = null, IProgress<TransferProgress>? progress = null,
        string? clientId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        return UploadAsync(to, name, new StreamUpload(content), type, progress, clientId, cancellationToken);
    }

    /// <inheritdoc cref="UploadAsync(Destination, string, Stream, string?, IProgress{TransferProgress}?, string?, CancellationToken)"/>
    /// <param name="content">Hashed once, then read in slices.</param>
    public async Task<Entry> UploadAsync(
        Destination to, string name, UploadContent content, string? type = null, IProgress<TransferProgress>? progress = null,
        string? clientId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        _ = Http;
        var size = content.Length;
        var request = new SendFileRequest
        {
            Room = to.RoomId,
            To = to.Name,
            Name = name,
            Size = size,
            Type = type,
            Sha256 = await content.HashAsync(progress, cancellationToken).ConfigureAwait(false),
            ClientId = clientId ?? ChatClient.NewClientId(),
        };

        // Opened again after the last byte: the same client id brings the entry that the upload became.
        for (var rounds = 0; ; rounds++)
        {
            if (rounds > 1)
            {
                await PauseAsync(new ConnectionLostException("The upload is not finished."), rounds, cancellationToken).ConfigureAwait(false);
            }

            var opened = await OpenAsync(request, cancellationToken).ConfigureAwait(false);
            if (opened.Entry is { } entry)
            {
                progress?.Report(new TransferProgress(TransferPhase.Done, size, size));
                return entry;
            }

            await PatchAllAsync(opened, content, size, progress, cancellationToken).ConfigureAwait(false);
        }
    }

    // Waits for the connection like any change, in a lane of its own: a file holds up no messages.
    private Task<UploadOpened> OpenAsync(SendFileRequest request, CancellationToken cancellationToken) =>
        _client.ChangeAsync<SendFileRequest, UploadOpened>(Code.SendFile, "file " + request.ClientId, _ => request, cancellationToken);

    /// <summary>Appends slices until all is durable, or the upload is no longer there and must be opened again.</summary>
    private async Task PatchAllAsync(
        UploadOpened opened, UploadContent content, long size, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var offset = opened.Offset;
        var failures = 0;
        var known = true;
        while (true)
        {
            try
            {
                if (!known)
                {
                    if (await OffsetAsync(opened.Path, cancellationToken).ConfigureAwait(false) is not { } durable)
                    {
                        return;
                    }

                    failures = durable > offset ? 0 : failures;
                    (offset, known) = (durable, true);
                    if (offset >= size)
                    {
                        return;
                    }
                }

                var length = (int)Math.Min(SliceBytes, size - offset);
                var slice = new HttpBody(content, offset, length, "application/offset+octet-stream");
                await PatchAsync(opened.Path, slice, cancellationToken).ConfigureAwait(false);
                offset += length;
                failures = 0;
                progress?.Report(new TransferProgress(TransferPhase.Transferring, offset, size));
                if (offset >= size)
                {
                    return;
                }
            }
            catch (Exception error) when (IsTransient(error, cancellationToken))
            {
                known = false;
                progress?.Report(new TransferProgress(TransferPhase.WaitingToRetry, offset, size));
                await PauseAsync(error, failures++, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task PatchAsync(string path, HttpBody slice, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(SliceWithin, Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        var ask = Ask("PATCH", path, Tus, ("Upload-Offset", slice.Offset.ToString(CultureInfo.InvariantCulture)));
        await using var reply = await Http.SendAsync(ask with { Body = slice }, either.Token).ConfigureAwait(false);
        if (!reply.IsSuccess)
        {
            await HttpErrors.ThrowAsync(reply, either.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Bytes that are durable; null when the upload is not there: finished, or swept.</summary>
    private async Task<long?> OffsetAsync(string path, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(SliceWithin, Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        await using var reply = await Http.SendAsync(Ask("HEAD", path, Tus), either.Token).ConfigureAwait(false);
        if (reply.Status is 404 or 410)
        {
            return null;
        }

        if (!reply.IsSuccess)
        {
            await HttpErrors.ThrowAsync(reply, either.Token).ConfigureAwait(false);
        }

        return long.TryParse(reply.Header("Upload-Offset"), NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            ? offset
            : throw new ConnectionLostException("The server gave no Upload-Offset.");
    }
}
