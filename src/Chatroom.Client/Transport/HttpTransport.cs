using System.Net.Http.Headers;
using System.Net.Security;
using System.Runtime.Versioning;
using System.Security.Cryptography.X509Certificates;

namespace Chatroom.Client;

/// <summary>HTTP by <see cref="HttpClient"/>, with the pins of the transport.</summary>
public sealed class HttpTransport : IHttpTransport
{
    private readonly Uri _server;
    private readonly ICertificatePins? _pins;
    private readonly HttpClient _client;

    // Read by the callback of the handshake, which cannot wait for a store.
    private volatile CertificateCheck? _check;

    /// <param name="server">Such as <c>https://host:7443</c>.</param>
    /// <param name="pins">Null where the platform checks certificates alone, as browsers do.</param>
    public HttpTransport(Uri server, ICertificatePins? pins = null)
    {
        (_server, _pins) = (server, pins);
        _client = OperatingSystem.IsBrowser() ? new HttpClient() : new HttpClient(Handler());
        _client.BaseAddress = server;

        // A transfer may take hours; it is given up by its progress, not by its length.
        _client.Timeout = Timeout.InfiniteTimeSpan;
    }

    public async Task<HttpReply> SendAsync(HttpAsk ask, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(ask);
        using var request = await RequestAsync(ask, cancellationToken).ConfigureAwait(false);
        var check = await CertificateCheck.PrepareAsync(_server.Host, _server.Port, _pins, cancellationToken).ConfigureAwait(false);
        _check = check;
        try
        {
            return new HttpClientReply(
                await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false));
        }
        catch (HttpRequestException error)
        {
            throw check.IsRefused ? check.Refusal() : new ConnectionLostException(error.Message, error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ConnectionLostException("The server does not answer.", error);
        }
    }

    public void Dispose() => _client.Dispose();

    private static async ValueTask<HttpRequestMessage> RequestAsync(HttpAsk ask, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(new HttpMethod(ask.Method), new Uri(ask.Path, UriKind.Relative));
        foreach (var (name, value) in ask.Headers)
        {
            request.Headers.Add(name, value);
        }

        if (ask.Body is { } body)
        {
            request.Content = new ByteArrayContent(await body.ReadAsync(cancellationToken).ConfigureAwait(false));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(body.MediaType);
        }

        return request;
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
