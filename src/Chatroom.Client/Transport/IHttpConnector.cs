namespace Chatroom.Client;

/// <summary>HTTP to the server that the transport connects to, with the same trust in its certificate.</summary>
public interface IHttpConnector
{
    /// <summary>A client whose base address is the server; the caller disposes it.</summary>
    /// <exception cref="UntrustedServerException">May come from <see cref="SendAsync"/> when the certificate is not trusted.</exception>
    HttpClient CreateClient();

    /// <summary>Sends with headers read only, and turns a refused certificate into <see cref="UntrustedServerException"/>.</summary>
    Task<HttpResponseMessage> SendAsync(HttpClient client, HttpRequestMessage request, CancellationToken cancellationToken);
}
