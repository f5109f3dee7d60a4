using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Chatroom.Protocol;
using Chatroom.Server.Connections;

namespace Chatroom.Tests.Connections;

/// <summary>A WebSocket whose frames take long to be handled. The other side is written by hand, for it has to see pings.</summary>
public sealed class WebSocketChannelTests : IDisposable
{
    private const int Ping = 0x89;
    private const int Pong = 0x8A;
    private const int Binary = 0x82;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(2);

    private readonly TcpClient client = new() { NoDelay = true };
    private readonly WebSocket socket;
    private readonly WebSocketChannel channel;

    public WebSocketChannelTests()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        var stream = new NetworkStream(listener.AcceptSocket(), ownsSocket: true);
        socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = KeepAlive, KeepAliveTimeout = KeepAlive });
        channel = new WebSocketChannel(socket);
    }

    public void Dispose()
    {
        socket.Dispose();
        client.Dispose();
    }

    [Fact]
    public async Task Who_answers_pings_is_not_taken_for_dead_while_a_request_takes_long()
    {
        await SendAsync(Binary, FrameCodec.Write(Code.Ping, 1, []));
        Assert.Equal(1U, (await ReadAsync())!.Value.RequestId);
        channel.Listen();
        for (var pings = 0; pings < 3; pings++)
        {
            await SendAsync(Pong, await PingedAsync());
        }

        await SendAsync(Binary, FrameCodec.Write(Code.Ping, 2, new byte[100]));
        var frame = (await ReadAsync())!.Value;
        Assert.Equal((2U, 100), (frame.RequestId, frame.Body.Length));
    }

    [Fact]
    public async Task What_comes_meanwhile_is_read_as_it_is()
    {
        channel.Listen();
        channel.Listen();
        await SendAsync(Binary, FrameCodec.Write(Code.Ping, 1, new byte[5000]));
        await SendAsync(Binary, FrameCodec.Write(Code.Ping, 2, []));
        Assert.Equal(5000, (await ReadAsync())!.Value.Body.Length);
        channel.Listen();
        Assert.Equal(2U, (await ReadAsync())!.Value.RequestId);
        channel.Listen();
        await SendAsync(Binary, []);
        await Assert.ThrowsAsync<FrameInvalidException>(ReadAsync);
    }

    [Fact]
    public async Task An_end_that_comes_meanwhile_is_an_end()
    {
        channel.Listen();
        await SendAsync(0x88, [3, 232]);
        Assert.Null(await ReadAsync());
    }

    private Task<Frame?> ReadAsync() => channel.ReadAsync(_ => 65536).AsTask().WaitAsync(Patience);

    // RFC 6455, section 5.2; a mask of zeros.
    private async Task SendAsync(int kind, byte[] content)
    {
        byte[] length = content.Length < 126 ? [(byte)(0x80 | content.Length)] : [0x80 | 126, (byte)(content.Length >> 8), (byte)content.Length];
        await client.GetStream().WriteAsync((byte[])[(byte)kind, .. length, 0, 0, 0, 0, .. content]);
    }

    private async Task<byte[]> PingedAsync()
    {
        using var late = new CancellationTokenSource(Patience);
        var stream = client.GetStream();
        var head = new byte[2];
        await stream.ReadExactlyAsync(head, late.Token);
        Assert.Equal(Ping, head[0]);
        var content = new byte[head[1]];
        await stream.ReadExactlyAsync(content, late.Token);
        return content;
    }
}
