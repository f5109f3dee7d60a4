namespace Chatroom.Client;

/// <summary>What an upload reads: a stream, or whatever the platform keeps files in (a browser's File is no stream and is hashed elsewhere).</summary>
public abstract class UploadContent
{
    /// <summary>Bytes; the same for as long as the upload runs.</summary>
    public abstract long Length { get; }

    /// <summary>The SHA-256 of the whole content, 64 lowercase hexadecimal digits.</summary>
    /// <param name="progress">Told of <see cref="TransferPhase.Hashing"/>.</param>
    public abstract Task<string> HashAsync(IProgress<TransferProgress>? progress, CancellationToken cancellationToken);

    /// <summary>Fills the buffer from this place on. One call at a time; places may come again, for a cut sends the upload back.</summary>
    /// <exception cref="EndOfStreamException">The content has become shorter.</exception>
    public abstract ValueTask ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken);
}
