using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Chatroom.Server.Connections;

namespace Chatroom.Tests.Connections;

public sealed class TlsBuffersTests
{
    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_connection_that_gives_its_buffers_back_goes_on_as_before(SslProtocols version)
    {
        var (server, client) = await ConnectAsync(version);
        await using var one = server;
        await using var other = client;
        Assert.Equal(OperatingSystem.IsLinux(), TlsBuffers.Release(server));

        // Both ways at once, from one byte to more than several records.
        foreach (var length in (int[])[1, 300, 16 * 1024, 200_000, 0x10_0000])
        {
            var bytes = RandomNumberGenerator.GetBytes(length);
            await Task.WhenAll(SendAsync(server, bytes), SendAsync(client, bytes), ReceiveAsync(server, bytes), ReceiveAsync(client, bytes));
        }
    }

    [Fact]
    public async Task A_connection_that_is_gone_is_left_alone()
    {
        var (server, client) = await ConnectAsync(SslProtocols.Tls13);
        await client.DisposeAsync();
        await server.DisposeAsync();
        Assert.False(TlsBuffers.Release(server));
    }

    private static async Task<(SslStream Server, SslStream Client)> ConnectAsync(SslProtocols version)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = new TcpClient();
        var accepting = listener.AcceptTcpClientAsync();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var serving = new SslStream((await accepting).GetStream());
        var asking = new SslStream(client.GetStream());
        await Task.WhenAll(
            serving.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate, EnabledSslProtocols = version }),
            asking.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "test", RemoteCertificateValidationCallback = (_, _, _, _) => true }));
        return (serving, asking);
    }

    private static Task SendAsync(SslStream to, byte[] bytes) => to.WriteAsync(bytes).AsTask();

    private static async Task ReceiveAsync(SslStream from, byte[] expected)
    {
        var bytes = new byte[expected.Length];
        await from.ReadExactlyAsync(bytes);
        Assert.Equal(expected, bytes);
    }
}
