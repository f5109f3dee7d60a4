using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Authentication;

namespace Chatroom.Client;

/// <summary>Frames directly on TLS 1.2 or 1.3 (ALPN <c>chatroom/3</c>, RFC 7301), over TCP.</summary>
/// <param name="pins">Certificates that a person chose to trust.</param>
[UnsupportedOSPlatform("browser")]
public sealed class NativeTransport(string host, int port, ICertificatePins pins) : ITransport
{
    private static readonly SslApplicationProtocol Alpn = new("chatroom/3");

    public async Task<IFrameConnection> ConnectAsync(CancellationToken cancellationToken = default)
    {
        var check = await CertificateCheck.PrepareAsync(host, port, pins, cancellationToken).ConfigureAwait(false);
        var client = new TcpClient { NoDelay = true };
        SslStream? stream = null;
        try
        {
            await client.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
            KeepAlive(client.Client);
            stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false);
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = host,
                ApplicationProtocols = [Alpn],
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                RemoteCertificateValidationCallback = check.Validate,
            }, cancellationToken).ConfigureAwait(false);
            if (stream.NegotiatedApplicationProtocol != Alpn)
            {
                throw new IOException($"{host}:{port} does not speak chatroom/3.");
            }

            return new NativeConnection(client, stream, check.Fingerprint);
        }
        catch (Exception error)
        {
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }

            client.Dispose();
            throw error switch
            {
                _ when check.IsRefused => check.Refusal(),
                AuthenticationException { InnerException: null } => new NotTlsException($"{host}:{port} does not speak TLS.", error),
                SocketException or AuthenticationException => new IOException(error.Message, error),
                _ => error,
            };
        }
    }

    // Besides the heartbeat: so that a peer gone without a word is noticed also while the program is paused.
    private static void KeepAlive(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 4);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }
}
