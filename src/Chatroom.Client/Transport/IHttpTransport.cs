namespace Chatroom.Client;

/// <summary>
/// HTTP to the server that the <see cref="ITransport"/> connects to, with the same trust in its certificate. Redirections are not followed. One for each
/// client, which disposes it.
/// </summary>
public interface IHttpTransport : IDisposable
{
    /// <summary>Sends, and gives the answer when its headers have come. Many may run at the same time.</summary>
    /// <param name="cancellationToken">Cancels the sending; not the reading of the answer's body afterwards.</param>
    /// <exception cref="ConnectionLostException">The server cannot be reached, or the connection broke before the headers of its answer had come.</exception>
    /// <exception cref="UntrustedServerException">The certificate is neither valid by the system's roots nor pinned. Nothing was sent to the server.</exception>
    /// <exception cref="IOException">No cut, but a fault of the content that was to be sent: it cannot be read.</exception>
    Task<HttpReply> SendAsync(HttpAsk ask, CancellationToken cancellationToken = default);
}
