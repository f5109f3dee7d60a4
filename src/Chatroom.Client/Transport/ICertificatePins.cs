namespace Chatroom.Client;

/// <summary>Fingerprints of servers that a person chose to trust: for certificates which the system's roots do not vouch for.</summary>
public interface ICertificatePins
{
    /// <summary>The fingerprint trusted for a server (SHA-256, 64 lowercase hexadecimal digits), or null when it was never met.</summary>
    ValueTask<string?> FindAsync(string host, int port, CancellationToken cancellationToken = default);

    /// <summary>Trusts a fingerprint from now on, in place of any earlier one. To be called when the person has agreed.</summary>
    ValueTask TrustAsync(string host, int port, string sha256, CancellationToken cancellationToken = default);
}
