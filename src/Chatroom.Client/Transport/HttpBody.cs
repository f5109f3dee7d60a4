namespace Chatroom.Client;

/// <summary>
/// A slice of an upload as the body of a request. A transport of the platform that the content belongs to may send <see cref="Length"/> bytes from
/// <see cref="Offset"/> on by itself, so that they do not pass through the program; any other reads them by <see cref="ReadAsync"/>.
/// </summary>
/// <param name="content">Read from nowhere else until the request has ended.</param>
/// <param name="offset">In bytes.</param>
/// <param name="length">In bytes; small enough to be held in memory.</param>
/// <param name="mediaType">For <c>Content-Type</c>.</param>
public sealed class HttpBody(UploadContent content, long offset, int length, string mediaType)
{
    public UploadContent Content => content;

    public long Offset => offset;

    public int Length => length;

    public string MediaType => mediaType;

    /// <summary>The whole slice. Before the sending, so that a fault of the content is not taken for one of the connection.</summary>
    /// <exception cref="EndOfStreamException">The content has become shorter.</exception>
    public async ValueTask<byte[]> ReadAsync(CancellationToken cancellationToken = default)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(length);
        await content.ReadAsync(offset, bytes, cancellationToken).ConfigureAwait(false);
        return bytes;
    }
}
