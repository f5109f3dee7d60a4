using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Chatroom.Server;
using Chatroom.Server.Connections;
using Chatroom.Server.Sealing;
using Chatroom.Tests.Sealing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Chatroom.Tests.Connections;

public sealed class ServerCertificateTests : IDisposable
{
    private readonly TestRing ring = new();
    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider clock = new();
    private DateTime written = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private ChatServerOptions Options => new() { Data = ring.Data, Cert = folder["cert.pem"], Key = folder["key.pem"] };

    public void Dispose()
    {
        folder.Dispose();
        ring.Dispose();
    }

    [Fact]
    public void Replaced_files_are_used_by_the_next_handshake_after_a_while()
    {
        var (first, second) = (Make(), Make());
        Write(first);
        var certificate = Load();
        Assert.Equal(first.Print, certificate.Fingerprint);
        Write(second);
        Assert.Equal(first.Print, certificate.Fingerprint);
        clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(second.Print, Convert.ToHexStringLower(SHA256.HashData(certificate.Context.TargetCertificate.RawData)));
    }

    [Fact]
    public void Half_written_files_leave_the_old_certificate_until_they_are_whole()
    {
        var (first, second) = (Make(), Make());
        Write(first);
        var certificate = Load();
        foreach (var (cert, key) in new[] { (second.Cert, first.Key), (second.Cert[..100], second.Key), ("", second.Key), (second.Cert, "") })
        {
            Write((cert, key, ""));
            clock.Advance(TimeSpan.FromSeconds(11));
            Assert.Equal(first.Print, certificate.Fingerprint);
        }

        File.Delete(folder["key.pem"]);
        clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(first.Print, certificate.Fingerprint);

        Write(second);
        clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(second.Print, certificate.Fingerprint);
    }

    [Fact]
    public void Unusable_files_at_the_start_are_said()
    {
        Write((Make().Cert, Make().Key, ""));
        Assert.Contains(folder["cert.pem"], Assert.Throws<InvalidDataException>(Load).Message);
    }

    [Fact]
    public void The_self_signed_certificate_is_made_once_and_its_key_is_kept_sealed()
    {
        var first = ServerCertificate.Load(new ChatServerOptions { Data = ring.Data }, new Sealer(ring.Ring), NullLogger.Instance, clock);
        var again = ServerCertificate.Load(new ChatServerOptions { Data = ring.Data }, new Sealer(ring.Ring), NullLogger.Instance, clock);
        Assert.Equal(first.Fingerprint, again.Fingerprint);
        Assert.True(again.Context.TargetCertificate.HasPrivateKey);
        var sealedKey = File.ReadAllBytes(ring["server.key.sealed"]);
        using var key = first.Context.TargetCertificate.GetECDsaPrivateKey()!;
        Assert.True(sealedKey.AsSpan().IndexOf(key.ExportParameters(true).D!) < 0);
    }

    private static (string Cert, string Key, string Print) Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return (made.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), Convert.ToHexStringLower(SHA256.HashData(made.RawData)));
    }

    private ServerCertificate Load() => ServerCertificate.Load(Options, new Sealer(ring.Ring), NullLogger.Instance, clock);

    private void Write((string Cert, string Key, string Print) files)
    {
        File.WriteAllText(folder["cert.pem"], files.Cert);
        File.WriteAllText(folder["key.pem"], files.Key);
        written = written.AddSeconds(1);
        File.SetLastWriteTimeUtc(folder["cert.pem"], written);
        File.SetLastWriteTimeUtc(folder["key.pem"], written);
    }
}
