using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Chatroom.Client;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Tests.Client.Transports;

namespace Chatroom.Tests.Client;

public sealed class TransportTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate = SelfSigned();
    private readonly StoredPins _pins = new(new MemoryStore());

    public TransportTests() => _listener.Start();

    public static TheoryData<string> Cases => [.. TransportContract.Cases.Keys];

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    private string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(_certificate.RawData));

    public void Dispose()
    {
        _listener.Dispose();
        _certificate.Dispose();
    }

    [Fact]
    public async Task An_unknown_certificate_is_refused_with_its_fingerprint()
    {
        var serving = ServeAsync("chatroom/3");
        var refused = await Assert.ThrowsAsync<UntrustedServerException>(() => Transport().ConnectAsync());
        Assert.Equal((Fingerprint, null, false), (refused.Fingerprint, refused.Known, refused.IsChanged));
        await Assert.ThrowsAnyAsync<Exception>(() => serving);
    }

    [Fact]
    public async Task A_changed_certificate_is_refused_as_changed()
    {
        var old = new string('a', 64);
        await _pins.TrustAsync("127.0.0.1", Port, old);
        var serving = ServeAsync("chatroom/3");
        var refused = await Assert.ThrowsAsync<UntrustedServerException>(() => Transport().ConnectAsync());
        Assert.Equal((Fingerprint, old, true), (refused.Fingerprint, refused.Known, refused.IsChanged));
        await Assert.ThrowsAnyAsync<Exception>(() => serving);
    }

    [Fact]
    public async Task Frames_of_any_size_pass_over_a_pinned_connection()
    {
        await _pins.TrustAsync("127.0.0.1", Port, Fingerprint.ToUpperInvariant());
        var serving = ServeAsync("chatroom/3");
        await using var connection = await Transport().ConnectAsync();
        await using var server = await serving;
        Assert.Equal(Fingerprint, connection.CertificateFingerprint);

        await connection.SendAsync(WireJson.Frame(Code.Ping, 7, new Empty()));
        var ping = new byte[12];
        await server.ReadExactlyAsync(ping);
        Assert.Equal(FrameCodec.Write(Code.Ping, 7, "{}"u8), ping);

        var body = RandomNumberGenerator.GetBytes(WireLimits.ServerBody);
        byte[] small = FrameCodec.Write(Code.Pong, 1, "{}"u8), large = FrameCodec.Write(Code.History, 2, body);
        var sending = Task.Run(async () =>
        {
            foreach (var one in small)
            {
                await server.WriteAsync(new[] { one });
            }

            await server.WriteAsync((byte[])[.. large, .. small, .. small]);
            await server.ShutdownAsync();
        });
        List<Frame> frames = [];
        while (await connection.ReceiveAsync() is { } frame)
        {
            frames.Add(frame);
        }

        await sending;
        Assert.Equal([Code.Pong, Code.History, Code.Pong, Code.Pong], frames.Select(frame => frame.Code));
        Assert.Equal(body, frames[1].Body.ToArray());
    }

    [Fact]
    public async Task A_length_no_frame_has_ends_the_connection()
    {
        await _pins.TrustAsync("127.0.0.1", Port, Fingerprint);
        var serving = ServeAsync("chatroom/3");
        await using var connection = await Transport().ConnectAsync();
        await using var server = await serving;
        await server.WriteAsync(new byte[] { 0xff, 0xff, 0xff, 0xff });
        await Assert.ThrowsAsync<IOException>(() => connection.ReceiveAsync().AsTask());
    }

    [Fact]
    public async Task A_server_of_another_protocol_is_refused()
    {
        await _pins.TrustAsync("127.0.0.1", Port, Fingerprint);
        var serving = ServeAsync("http/1.1");
        await Assert.ThrowsAnyAsync<IOException>(() => Transport().ConnectAsync());
        await Assert.ThrowsAnyAsync<Exception>(async () => await (await serving).ReadExactlyAsync(new byte[1]));
    }

    [Fact]
    public async Task Where_nobody_listens_the_answer_is_an_io_error()
    {
        _listener.Stop();
        await Assert.ThrowsAnyAsync<IOException>(() => new NativeTransport("127.0.0.1", 1, _pins).ConnectAsync());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_contract_holds(string name)
    {
        var (what, run) = TransportContract.Cases[name];
        using var peer = new NativePeer(_certificate, what);
        await _pins.TrustAsync("127.0.0.1", peer.Port, Fingerprint);
        await run(new NativeTransport("127.0.0.1", peer.Port, _pins));
    }

    private NativeTransport Transport() => new("127.0.0.1", Port, _pins);

    private async Task<SslStream> ServeAsync(string alpn)
    {
        var client = await _listener.AcceptTcpClientAsync();
        var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = _certificate,
            ApplicationProtocols = [new SslApplicationProtocol(alpn)],
        });

        // With TLS 1.3 the server is done before it knows whether its certificate was accepted.
        if (await _pins.FindAsync("127.0.0.1", Port) != Fingerprint)
        {
            await stream.ReadExactlyAsync(new byte[1]);
        }

        return stream;
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
