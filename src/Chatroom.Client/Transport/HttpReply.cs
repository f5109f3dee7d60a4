namespace Chatroom.Client;

/// <summary>An answer over HTTP, its headers come and its body coming. Disposing it gives up what has not been read.</summary>
public abstract class HttpReply : IAsyncDisposable
{
    /// <summary>Such as 206.</summary>
    public abstract int Status { get; }

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The first value of a header, of the body's as well; null when it did not come. Case does not matter.</summary>
    public abstract string? Header(string name);

    /// <summary>The next bytes of the body: how many came into the buffer; 0 at the end. One call at a time.</summary>
    /// <exception cref="ConnectionLostException">The connection broke within the body.</exception>
    public abstract ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    public abstract ValueTask DisposeAsync();
}
