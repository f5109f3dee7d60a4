using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Chatroom.Client;

/// <summary>Decides about one server's certificate: good by the system's roots, or the pinned one, or refused before anything is sent.</summary>
internal sealed class CertificateCheck(string host, int port, string? pinned)
{
    /// <summary>SHA-256 of the certificate last shown.</summary>
    public string? Fingerprint { get; private set; }

    public bool IsRefused { get; private set; }

    public static async ValueTask<CertificateCheck> PrepareAsync(
        string host, int port, ICertificatePins? pins, CancellationToken cancellationToken) =>
        new(host, port, pins is null ? null : await pins.FindAsync(host, port, cancellationToken).ConfigureAwait(false));

    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            IsRefused = true;
            return false;
        }

        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(certificate.GetRawCertData()));
        IsRefused = errors != SslPolicyErrors.None && Fingerprint != pinned;
        return !IsRefused;
    }

    public UntrustedServerException Refusal() => new(host, port, Fingerprint ?? "", pinned);
}
