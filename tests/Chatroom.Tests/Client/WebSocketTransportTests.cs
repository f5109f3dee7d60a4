using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Chatroom.Client;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Tests.Client.Transports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatroom.Tests.Client;

public sealed class WebSocketTransportTests : IAsyncLifetime
{
    private readonly X509Certificate2 _certificate = SelfSigned();
    private readonly StoredPins _pins = new(new MemoryStore());
    private WebApplication? _server;

    public static TheoryData<string> Cases => [.. TransportContract.Cases.Keys];

    private static HttpAsk Healthz => new() { Method = "GET", Path = "/healthz" };

    private Uri Address => new(_server!.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    private string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(_certificate.RawData));

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(options =>
            options.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(_certificate)));
        _server = builder.Build();
        _server.UseWebSockets();
        _server.MapPeer();
        _server.MapGet("/healthz", () => "ok");
        await _server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _certificate.Dispose();
    }

    [Fact]
    public async Task An_unknown_certificate_is_refused_over_web_socket_and_http()
    {
        var refused = await Assert.ThrowsAsync<UntrustedServerException>(() => new WebSocketTransport(Address, _pins).ConnectAsync());
        Assert.Equal((Fingerprint, null), (refused.Fingerprint, refused.Known));
        using var http = new HttpTransport(Address, _pins);
        refused = await Assert.ThrowsAsync<UntrustedServerException>(() => http.SendAsync(Healthz));
        Assert.Equal(Fingerprint, refused.Fingerprint);
    }

    [Fact]
    public async Task A_pinned_server_answers_over_web_socket_and_http()
    {
        await _pins.TrustAsync(Address.Host, Address.Port, Fingerprint);
        await using var connection = await new WebSocketTransport(Address, _pins, "/peer/echo").ConnectAsync();
        Assert.Equal(Fingerprint, connection.CertificateFingerprint);
        await connection.SendAsync(WireJson.Frame(Code.Pong, 3, new Empty()));
        Assert.Equal(3u, (await connection.ReceiveAsync())!.Value.RequestId);

        using var http = new HttpTransport(Address, _pins);
        await using var reply = await http.SendAsync(Healthz);
        var read = new byte[100];
        Assert.Equal("ok"u8.ToArray(), read[..await reply.ReadAsync(read)]);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_contract_holds(string name)
    {
        await _pins.TrustAsync(Address.Host, Address.Port, Fingerprint);
        var (what, run) = TransportContract.Cases[name];
        await run(new WebSocketTransport(Address, _pins, "/peer/" + what));
    }

    [Fact]
    public async Task Plain_text_is_spoken_on_the_own_computer_only() =>
        await Assert.ThrowsAsync<IOException>(() => new WebSocketTransport(new Uri("http://chat.example:7443")).ConnectAsync());

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
