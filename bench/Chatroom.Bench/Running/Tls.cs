using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Chatroom.Bench.Running;

/// <summary>The same certificate (ECDSA P-256) and the same client side (TLS 1.3) for everyone who is compared.</summary>
internal static class Tls
{
    /// <summary>HTTP and WebSockets with the same client side.</summary>
    public static HttpMessageInvoker Http { get; } = new(new SocketsHttpHandler { SslOptions = ClientOptions(null) });

    /// <summary>Writes <c>cert.pem</c> and <c>key.pem</c> that end tomorrow, and both in <c>both.pem</c>.</summary>
    public static void WriteFiles(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var (cert, pem) = (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
        File.WriteAllText(Path.Combine(folder, "cert.pem"), cert);
        File.WriteAllText(Path.Combine(folder, "key.pem"), pem);
        File.WriteAllText(Path.Combine(folder, "both.pem"), cert + pem);
    }

    public static async Task<Socket> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // A port of 127.0.0.1 has 28,000 others to talk to; a second address makes room for as many again.
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static Task<SslStream> SecureAsync(int port, string? alpn = null) => SecureAsync(() => ConnectAsync(port), alpn);

    public static async Task<SslStream> SecureAsync(Func<Task<Socket>> connect, string? alpn = null)
    {
        var socket = await connect();
        return await SecureAsync(new NetworkStream(socket, ownsSocket: true), alpn);
    }

    public static async Task<SslStream> SecureAsync(Stream inner, string? alpn = null)
    {
        var tls = new SslStream(inner, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(ClientOptions(alpn));
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    // Every handshake is a full one: whoever resumes a session measures his own cache.
    private static SslClientAuthenticationOptions ClientOptions(string? alpn) => new()
    {
        TargetHost = "localhost",
        EnabledSslProtocols = SslProtocols.Tls13,
        RemoteCertificateValidationCallback = (_, _, _, _) => true,
        ApplicationProtocols = alpn is null ? null : [new SslApplicationProtocol(alpn)],
        AllowTlsResume = false,
    };
}
