namespace Chatroom.Client;

/// <summary>
/// The server's certificate is neither valid by the system's roots nor the pinned one. Show <see cref="Fingerprint"/> to the person; when
/// they agree, <see cref="ICertificatePins.TrustAsync"/> and connect again. A changed fingerprint (<see cref="IsChanged"/>) may be an attack.
/// </summary>
public sealed class UntrustedServerException(string host, int port, string fingerprint, string? known) : Exception(
    known is null
        ? $"The certificate of {host}:{port} is not known: SHA-256 {fingerprint}."
        : $"The certificate of {host}:{port} has changed: SHA-256 {fingerprint}, trusted was {known}. Someone may be listening in.")
{
    public string Host { get; } = host;

    public int Port { get; } = port;

    /// <summary>SHA-256 of the certificate now shown (DER), 64 lowercase hexadecimal digits.</summary>
    public string Fingerprint { get; } = fingerprint;

    /// <summary>The fingerprint trusted before; null on a first meeting.</summary>
    public string? Known { get; } = known;

    /// <summary>Another certificate was trusted before: never to be accepted without asking.</summary>
    public bool IsChanged => Known is not null;
}
