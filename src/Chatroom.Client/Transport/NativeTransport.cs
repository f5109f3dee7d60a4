namespace Chatroom.Client;

/// <summary>Frames directly on TLS (ALPN <c>chatroom/3</c>), over TCP.</summary>
public sealed class NativeTransport(string host, int port, ICertificatePins pins) : ITransport
{
    public Task<IFrameConnection> ConnectAsync(CancellationToken cancellationToken = default) =>
        throw new NotImplementedException(host + port + pins);
}
