using System.Net.Security;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;

namespace Chatroom.Client;

/// <summary>HTTP to the server, with the pins of the transport.</summary>
/// <param name="server">Such as <c>https://host:7443</c>.</param>
/// <param name="pins">Null where the platform checks certificates alone, as browsers do.</param>
public sealed class HttpConnector(Uri server, ICertificatePins? pins = null) : IHttpConnector
{
    // Read by the callback of the handshake, which cannot wait for a store.
    private volatile CertificateCheck? _check;

    public HttpClient CreateClient()
    {
        var client = OperatingSystem.IsBrowser() ? new HttpClient() : new HttpClient(Handler());
        client.BaseAddress = server;

        // A transfer may take hours; it is given up by its progress, not by its length.
        client.Timeout = Timeout.InfiniteTimeSpan;
        return client;
    }

    public async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var check = await CertificateCheck.PrepareAsync(server.Host, server.Port, pins, cancellationToken).ConfigureAwait(false);
        _check = check;
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException) when (check.IsRefused)
        {
            throw check.Refusal();
        }
    }

    [UnsupportedOSPlatform("browser")]
    private SocketsHttpHandler Handler() => new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(30),
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = Validate },
    };

    private bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        _check?.Validate(sender, certificate, chain, errors) ?? errors == SslPolicyErrors.None;
}
