namespace Chatroom.Client;

/// <summary>HTTP with the pins of the transport.</summary>
/// <param name="server">Such as <c>https://host:7443</c>.</param>
/// <param name="pins">Null where the platform checks certificates alone, as browsers do.</param>
public sealed class HttpConnector(Uri server, ICertificatePins? pins = null) : IHttpConnector
{
    public HttpClient CreateClient() => throw new NotImplementedException(server.ToString() + pins);

    public Task<HttpResponseMessage> SendAsync(HttpClient client, HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
