namespace Chatroom.Client;

/// <summary>Frames over a WebSocket at <c>/ws</c>: the way in browsers, and through proxies.</summary>
/// <param name="server">Such as <c>https://host:7443</c>; http only for loopback.</param>
/// <param name="pins">Null where the platform checks certificates alone, as browsers do.</param>
public sealed class WebSocketTransport(Uri server, ICertificatePins? pins = null) : ITransport
{
    public Task<IFrameConnection> ConnectAsync(CancellationToken cancellationToken = default) =>
        throw new NotImplementedException(server.ToString() + pins);
}
