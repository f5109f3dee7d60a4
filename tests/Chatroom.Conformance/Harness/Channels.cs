using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;

namespace Chatroom.Conformance.Harness;

public enum ChannelKind
{
    Native,
    WebSocket,
}

/// <summary>The two ways frames travel, behind one interface.</summary>
public interface IChannel : IAsyncDisposable
{
    /// <summary>Sends frames one after the other, glued as closely as the channel allows.</summary>
    Task SendAsync(params byte[][] frames);

    /// <summary>Sends the bytes in pieces of one: TLS records natively, continuation frames over WebSocket.</summary>
    Task SendByteByByteAsync(byte[] frame);

    /// <summary>The bytes of the next frame, or null when the other side has closed.</summary>
    Task<byte[]?> ReceiveAsync();
}

/// <summary>Frames directly on a TLS stream with ALPN <c>chatroom/3</c>.</summary>
public sealed class NativeChannel(TcpClient socket, SslStream stream) : IChannel
{
    private readonly SemaphoreSlim writing = new(1);

    public static async Task<IChannel> OpenAsync(ServerUnderTest server)
    {
        var socket = new TcpClient { NoDelay = true };
        await socket.ConnectAsync(server.Host, server.Port);
        var stream = new SslStream(socket.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = server.Host,
            ApplicationProtocols = [new SslApplicationProtocol("chatroom/3")],
            RemoteCertificateValidationCallback = server.Trusts,
        });
        return stream.NegotiatedApplicationProtocol == new SslApplicationProtocol("chatroom/3")
            ? new NativeChannel(socket, stream)
            : throw new AuthenticationException("The server did not choose chatroom/3.");
    }

    public Task SendAsync(params byte[][] frames) => WriteAsync([frames.SelectMany(frame => frame).ToArray()]);

    public Task SendByteByByteAsync(byte[] frame) => WriteAsync(frame.Select(one => new[] { one }));

    public async Task<byte[]?> ReceiveAsync()
    {
        try
        {
            var length = new byte[4];
            if (await stream.ReadAtLeastAsync(length, 4, throwOnEndOfStream: false) < 4)
            {
                return null;
            }

            var bytes = new byte[4 + BinaryPrimitives.ReadUInt32BigEndian(length)];
            length.CopyTo(bytes, 0);
            await stream.ReadExactlyAsync(bytes.AsMemory(4));
            return bytes;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return null; // A reset is a close, too: the server closes with unread bytes after a bad frame.
        }
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task WriteAsync(IEnumerable<byte[]> pieces)
    {
        await writing.WaitAsync();
        try
        {
            foreach (var piece in pieces)
            {
                await stream.WriteAsync(piece);
                await stream.FlushAsync();
            }
        }
        finally
        {
            writing.Release();
        }
    }
}

/// <summary>The same frames as binary messages of <c>wss://…/ws</c>.</summary>
public sealed class WebSocketChannel(ClientWebSocket socket) : IChannel
{
    private readonly SemaphoreSlim writing = new(1);

    public static async Task<IChannel> OpenAsync(ServerUnderTest server)
    {
        var socket = new ClientWebSocket();
        socket.Options.RemoteCertificateValidationCallback = server.Trusts;
        await socket.ConnectAsync(new Uri($"wss://{server.Host}:{server.Port}/ws"), CancellationToken.None);
        return new WebSocketChannel(socket);
    }

    public Task SendAsync(params byte[][] frames) => WriteAsync(frames.Select(frame => (frame, true)));

    public Task SendByteByByteAsync(byte[] frame) => WriteAsync(frame.Select((one, i) => (new[] { one }, i == frame.Length - 1)));

    public async Task<byte[]?> ReceiveAsync()
    {
        var bytes = new MemoryStream();
        var buffer = new byte[32 * 1024];
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                bytes.Write(buffer, 0, part.Count);
                if (part.EndOfMessage)
                {
                    return bytes.ToArray();
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            return null; // Closed without the closing handshake.
        }
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task WriteAsync(IEnumerable<(byte[] Bytes, bool Last)> pieces)
    {
        await writing.WaitAsync();
        try
        {
            foreach (var (bytes, last) in pieces)
            {
                await socket.SendAsync(bytes, WebSocketMessageType.Binary, last, CancellationToken.None);
            }
        }
        finally
        {
            writing.Release();
        }
    }
}
