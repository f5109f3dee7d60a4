using Chatroom.Protocol;

namespace Chatroom.Client;

/// <summary>Opens connections to one server. The SDK opens no sockets but through this.</summary>
public interface ITransport
{
    /// <summary>Opens a connection, encrypted and with the server's certificate checked.</summary>
    /// <exception cref="UntrustedServerException">The certificate is neither valid by the system's roots nor pinned. Nothing was sent to the server.</exception>
    /// <exception cref="IOException">The server cannot be reached, or speaks no version of the protocol that this transport knows.</exception>
    Task<IFrameConnection> ConnectAsync(CancellationToken cancellationToken = default);
}

/// <summary>
/// One connection carrying frames. One send and one receive may run at the same time, never two sends or two receives. Disposing it
/// ends both.
/// </summary>
public interface IFrameConnection : IAsyncDisposable
{
    /// <summary>SHA-256 of the server's certificate (DER) as 64 lowercase hexadecimal digits; null where the platform does not tell, as browsers do not.</summary>
    string? CertificateFingerprint { get; }

    /// <summary>Sends one whole frame, header included.</summary>
    /// <exception cref="IOException">The connection is lost.</exception>
    ValueTask SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken = default);

    /// <summary>The next frame, or null when the server closed the connection in order.</summary>
    /// <exception cref="IOException">The connection is lost, or what came is not a frame.</exception>
    ValueTask<Frame?> ReceiveAsync(CancellationToken cancellationToken = default);
}
