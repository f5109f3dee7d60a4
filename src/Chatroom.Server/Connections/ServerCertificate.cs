using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Chatroom.Server.Diagnostics;
using Chatroom.Server.Sealing;
using Chatroom.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Chatroom.Server.Connections;

/// <summary>
/// The TLS certificate: the operator's (reloaded when the files change, without a restart), or a self-signed one made on first start, whose
/// private key is kept sealed in the data folder.
/// </summary>
public sealed class ServerCertificate
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private readonly ChatServerOptions options;
    private readonly ILogger log;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private SslStreamCertificateContext context;
    private DateTime stamp;
    private DateTimeOffset looked;

    private ServerCertificate(ChatServerOptions options, ILogger log, TimeProvider clock, X509Certificate2 certificate, X509Certificate2Collection chain)
    {
        (this.options, this.log, this.clock, looked) = (options, log, clock, clock.GetUtcNow());
        context = SslStreamCertificateContext.Create(certificate, chain, offline: true);
        stamp = Stamp();
    }

    /// <summary>What the next handshake uses.</summary>
    public SslStreamCertificateContext Context
    {
        get
        {
            lock (gate)
            {
                if (options.Cert is not null && clock.GetUtcNow() - looked > LookEvery)
                {
                    looked = clock.GetUtcNow();
                    Reload();
                }

                return context;
            }
        }
    }

    /// <summary>SHA-256 of the DER certificate, lowercase hexadecimal.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Context.TargetCertificate.RawData));

    /// <summary>Made at this start, so that nobody knows its fingerprint yet.</summary>
    public bool IsNew { get; private init; }

    /// <exception cref="InvalidDataException">The certificate or its key cannot be used; says what to do.</exception>
    public static ServerCertificate Load(ChatServerOptions options, Sealer sealer, ILogger log, TimeProvider? clock = null)
    {
        clock ??= TimeProvider.System;
        if (options.Cert is not null)
        {
            var (certificate, chain) = FromFiles(options);
            return new ServerCertificate(options, log, clock, certificate, chain);
        }

        var found = SelfSigned(options.Data, sealer);
        return new ServerCertificate(options, log, clock, found ?? Make(options.Data, sealer), []) { IsNew = found is null };
    }

    /// <summary>What a start would use; null: it would make a self-signed one. Changes nothing.</summary>
    /// <inheritdoc cref="Load"/>
    internal static X509Certificate2? Find(ChatServerOptions options, Sealer sealer) =>
        options.Cert is null ? SelfSigned(options.Data, sealer) : FromFiles(options).Item1;

    private static (X509Certificate2, X509Certificate2Collection) FromFiles(ChatServerOptions options)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(options.Cert!);
            var own = X509Certificate2.CreateFromPemFile(options.Cert!, options.Key!);
            chain.Remove(chain.First(c => c.Thumbprint == own.Thumbprint));
            return (own, chain);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidDataException($"The certificate {options.Cert} with the key {options.Key} cannot be used: {e.Message}", e);
        }
    }

    private static (string Certificate, string Key) Files(string data) => (Path.Combine(data, "server.crt"), Path.Combine(data, "server.key.sealed"));

    // Null where a part is missing.
    private static X509Certificate2? SelfSigned(string data, Sealer sealer)
    {
        var (certFile, keyFile) = Files(data);
        if (!File.Exists(certFile) || !File.Exists(keyFile))
        {
            return null;
        }

        try
        {
            using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(certFile));
            using var opened = ECDsa.Create();
            opened.ImportPkcs8PrivateKey(sealer.Open(SealPurpose.TlsKey, default, certificate.RawData, File.ReadAllBytes(keyFile)), out _);
            return certificate.CopyWithPrivateKey(opened);
        }
        catch (Exception e) when (e is CryptographicException or SealingException or ArgumentException)
        {
            throw new InvalidDataException(
                $"The server's own certificate {certFile} with {keyFile} cannot be used: {e.Message} Put both back from a backup; or move both away, and a new one is made, which people have to trust anew.", e);
        }
    }

    private static X509Certificate2 Make(string data, Sealer sealer)
    {
        var (certFile, keyFile) = Files(data);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = Request(key).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(10));
        Durable.WriteFile(keyFile, sealer.Seal(SealPurpose.TlsKey, default, made.RawData, key.ExportPkcs8PrivateKey()), Durable.OwnerOnly);
        Durable.WriteFile(certFile, System.Text.Encoding.ASCII.GetBytes(made.ExportCertificatePem()), Durable.OwnerOnly);
        return SelfSigned(data, sealer)!;
    }

    private static CertificateRequest Request(ECDsa key)
    {
        var request = new CertificateRequest("CN=Chatroom", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName(Environment.MachineName);
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        return request;
    }

    private void Reload()
    {
        var now = Stamp();
        if (now == stamp)
        {
            return;
        }

        try
        {
            var (certificate, chain) = FromFiles(options);
            context = SslStreamCertificateContext.Create(certificate, chain, offline: true);
            stamp = now;
            log.CertificateLoaded();
        }
        catch (InvalidDataException e)
        {
            // Half-written files are common while a tool renews them: the old certificate goes on.
            log.CertificateNotLoaded(e);
        }
    }

    private DateTime Stamp() => options.Cert is null ? default
        : new[] { File.GetLastWriteTimeUtc(options.Cert), File.GetLastWriteTimeUtc(options.Key!) }.Max();
}
