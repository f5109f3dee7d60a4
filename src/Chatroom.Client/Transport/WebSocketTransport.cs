using System.Net.WebSockets;
using System.Runtime.Versioning;

namespace Chatroom.Client;

/// <summary>Frames over a WebSocket at <c>/ws</c>, one per binary message: the way in browsers, and through proxies.</summary>
/// <param name="server">Such as <c>https://host:7443</c>; <c>http</c> for the server's own computer only.</param>
/// <param name="path">Another path than <c>/ws</c>: that of an account, whose cookie goes along.</param>
/// <param name="pins">Null where the platform checks certificates alone, as browsers do.</param>
public sealed class WebSocketTransport(Uri server, ICertificatePins? pins = null, string path = "/ws") : ITransport
{
    public async Task<IFrameConnection> ConnectAsync(CancellationToken cancellationToken = default)
    {
        var check = await CertificateCheck.PrepareAsync(server.Host, server.Port, pins, cancellationToken).ConfigureAwait(false);
        var socket = new ClientWebSocket();
        try
        {
            if (!OperatingSystem.IsBrowser())
            {
                Configure(socket, check);
            }

            await socket.ConnectAsync(Address(), cancellationToken).ConfigureAwait(false);
            return new WebSocketConnection(socket, check.Fingerprint);
        }
        catch (Exception error)
        {
            socket.Dispose();
            throw error switch
            {
                _ when check.IsRefused => check.Refusal(),
                WebSocketException => new IOException(error.Message, error),
                _ => error,
            };
        }
    }

    [UnsupportedOSPlatform("browser")]
    private static void Configure(ClientWebSocket socket, CertificateCheck check)
    {
        socket.Options.RemoteCertificateValidationCallback = check.Validate;
        socket.Options.Proxy = null;
    }

    private Uri Address()
    {
        var secure = server.Scheme is "https" or "wss";
        if (!secure && !server.IsLoopback)
        {
            throw new IOException("Without TLS only the server's own computer may be spoken to.");
        }

        return new UriBuilder(server) { Scheme = secure ? "wss" : "ws", Path = path, Query = "", Fragment = "" }.Uri;
    }
}
