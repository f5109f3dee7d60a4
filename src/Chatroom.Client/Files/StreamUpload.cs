using System.Security.Cryptography;

namespace Chatroom.Client;

/// <summary>A seekable stream as the content of an upload; not disposed.</summary>
internal sealed class StreamUpload(Stream stream) : UploadContent
{
    public override long Length { get; } = stream.Length;

    public override async Task<string> HashAsync(IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await FileTransfers.HashAsync(stream, Length, Length, hash, progress, cancellationToken).ConfigureAwait(false);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public override ValueTask ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        stream.Position = offset;
        return stream.ReadExactlyAsync(buffer, cancellationToken);
    }
}
