using System.Globalization;
using System.Security.Cryptography;
using Chatroom.Protocol;

namespace Chatroom.Client;

public sealed partial class FileTransfers
{
    private static readonly TimeSpan ReadWithin = TimeSpan.FromSeconds(60);

    /// <summary>Fetches a file into a stream, from its current end on: what the stream already holds is taken for the beginning of the file.</summary>
    /// <param name="target">Writable; when seekable and not empty also readable. Not disposed, and not flushed to disk.</param>
    /// <exception cref="ChatException">914 no such file for this person or recalled; 936 the content is not the file's: throw away what came.</exception>
    public async Task DownloadAsync(
        FileInfo file, Stream target, IProgress<TransferProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(target);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long done = target.CanSeek ? target.Length : 0;
        if (done > file.Size)
        {
            throw new ChatException(Code.HashMismatch, "The target holds more than the file.");
        }

        if (done > 0)
        {
            await HashAsync(target, done, file.Size, hash, progress, cancellationToken).ConfigureAwait(false);
        }

        for (var failures = 0; done < file.Size;)
        {
            var before = done;
            try
            {
                await FetchAsync(file, done, async bytes =>
                {
                    // The stream is the application's: its faults are no cut of the network, and end the transfer.
                    await target.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
                    hash.AppendData(bytes.Span);
                    done += bytes.Length;
                    progress?.Report(new TransferProgress(TransferPhase.Transferring, done, file.Size));
                }, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (IsTransient(error, cancellationToken))
            {
                failures = done > before ? 0 : failures + 1;
                progress?.Report(new TransferProgress(TransferPhase.WaitingToRetry, done, file.Size));
                await PauseAsync(error, failures, cancellationToken).ConfigureAwait(false);
            }
        }

        if (!string.Equals(Convert.ToHexStringLower(hash.GetHashAndReset()), file.Sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new ChatException(Code.HashMismatch, "What came is not the file: its SHA-256 is another.");
        }

        progress?.Report(new TransferProgress(TransferPhase.Done, done, file.Size));
    }

    private async Task FetchAsync(FileInfo file, long from, Func<ReadOnlyMemory<byte>, Task> write, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(ReadWithin, Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        var path = "/files/" + Uri.EscapeDataString(file.Id);
        var range = string.Create(CultureInfo.InvariantCulture, $"bytes={from}-");
        await using var reply = await Http.SendAsync(from > 0 ? Ask("GET", path, ("Range", range)) : Ask("GET", path), either.Token).ConfigureAwait(false);
        if (!reply.IsSuccess)
        {
            await HttpErrors.ThrowAsync(reply, either.Token).ConfigureAwait(false);
        }

        // A server or proxy may ignore a range: then the beginning comes again, and is skipped.
        var skip = reply.Status == 206 ? (RangeStart(reply.Header("Content-Range")) ?? from) - from : -from;
        if (skip > 0)
        {
            throw new ConnectionLostException("The server gave another range than was asked for.");
        }

        var left = file.Size - from;
        var buffer = new byte[128 * 1024];
        while (left > 0)
        {
            late.CancelAfter(ReadWithin);
            var read = await reply.ReadAsync(buffer, either.Token).ConfigureAwait(false);
            if (read == 0)
            {
                throw new ConnectionLostException("The download ended early.");
            }

            var old = (int)Math.Min(read, -skip);
            skip += old;
            var fresh = (int)Math.Min(read - old, left);
            left -= fresh;
            if (fresh > 0)
            {
                await write(buffer.AsMemory(old, fresh)).ConfigureAwait(false);
            }
        }
    }

    // Of "bytes 70000-99999/100000" the first number.
    private static long? RangeStart(string? header) =>
        header is not null && header.StartsWith("bytes ", StringComparison.OrdinalIgnoreCase)
        && header.IndexOf('-', StringComparison.Ordinal) is > 6 and var dash
        && long.TryParse(header.AsSpan(6, dash - 6), NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            ? start
            : null;
}
