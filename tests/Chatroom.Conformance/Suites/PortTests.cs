using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

/// <summary>What else may come to the port.</summary>
public sealed class PortTests(SharedServer server) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await server.ReadyAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 0)]
    public async Task Health_is_told_over_HTTP(int major, int minor)
    {
        using var http = server.Server.Http(new Version(major, minor));
        using var reply = await http.GetAsync("/healthz");
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal(new Version(major, minor), reply.Version);
    }

    [Fact]
    public async Task A_plain_HTTP_request_and_garbage_on_the_TLS_port_harm_nobody()
    {
        foreach (var garbage in new[] { "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\0\0\0\u0005", new string('\u0016', 4_000) })
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(server.Server.Host, server.Server.Port);
            var stream = socket.GetStream();
            await stream.WriteAsync(Encoding.Latin1.GetBytes(garbage));
            Assert.DoesNotContain("200 OK", await ReadToTheEndAsync(stream));
        }

        using var http = server.Server.Http(HttpVersion.Version11);
        using var health = await http.GetAsync("/healthz");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task TLS_below_1_2_is_refused()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Server.Host, server.Server.Port);
        await using var stream = new SslStream(socket.GetStream());
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = server.Server.Host,
#pragma warning disable SYSLIB0039, CA5397 // That the old version is refused is what is tested.
            EnabledSslProtocols = SslProtocols.Tls11,
#pragma warning restore SYSLIB0039, CA5397
            RemoteCertificateValidationCallback = server.Server.Trusts,
        };
        await Assert.ThrowsAnyAsync<Exception>(() => stream.AuthenticateAsClientAsync(options));
    }

    /// <summary>What came until the other side ended the connection, be it by a reset.</summary>
    private static async Task<string> ReadToTheEndAsync(NetworkStream stream)
    {
        var all = new StringBuilder();
        var buffer = new byte[4_096];
        try
        {
            stream.Socket.Shutdown(SocketShutdown.Send);
            while (await stream.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(30)) is var read and > 0)
            {
                all.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (Exception e) when (e is SocketException or IOException { InnerException: SocketException })
        {
            return all.ToString(); // A reset is as good an end as any.
        }

        return all.ToString();
    }
}
