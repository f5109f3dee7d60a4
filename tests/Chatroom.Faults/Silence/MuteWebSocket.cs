using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Chatroom.Faults.Silence;

/// <summary>
/// A WebSocket client (RFC 6455) that signs in, then reads everything and answers nothing, not even pings: a program that hangs while its system
/// still acknowledges every packet, so that only the server's pings can tell.
/// </summary>
public sealed class MuteWebSocket : IDisposable
{
    private const int OpcodePing = 9;
    private readonly TcpClient socket;
    private readonly SslStream stream;
    private int pings;

    private MuteWebSocket(TcpClient socket, SslStream stream) => (this.socket, this.stream) = (socket, stream);

    /// <summary>Pings that came and were not answered.</summary>
    public int Pings => Volatile.Read(ref pings);

    public static async Task<MuteWebSocket> OpenAsync(ServerUnderTest server, string name, string password)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(server.Host, server.Port);
        var stream = new SslStream(socket.GetStream());
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = server.Host,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            RemoteCertificateValidationCallback = server.Trusts,
        });
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /ws HTTP/1.1\r\nHost: {server.Host}:{server.Port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"));
        var mute = new MuteWebSocket(socket, stream);
        Assert.StartsWith("HTTP/1.1 101", await mute.HeadAsync());
        await stream.WriteAsync(Masked(RawFrame.Encode(Wire.Login, 1, RawFrame.BodyOf(new { version = 3, name, password }))));
        _ = Task.Run(mute.ReadAsync);
        return mute;
    }

    public void Dispose() => socket.Dispose();

    // One binary message; a mask of zeros leaves the bytes as they are (section 5.3).
    private static byte[] Masked(byte[] frame)
    {
        Assert.InRange(frame.Length, 1, 125);
        return [0x82, (byte)(0x80 | frame.Length), 0, 0, 0, 0, .. frame];
    }

    private async Task<string> HeadAsync()
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n"))
        {
            await stream.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    private async Task ReadAsync()
    {
        var header = new byte[10];
        try
        {
            while (true)
            {
                await stream.ReadExactlyAsync(header.AsMemory(0, 2));
                long length = header[1] & 0x7F;
                var more = length switch { 126 => 2, 127 => 8, _ => 0 };
                if (more > 0)
                {
                    await stream.ReadExactlyAsync(header.AsMemory(2, more));
                    length = header.AsSpan(2, more).ToArray().Aggregate(0L, (sum, part) => (sum << 8) | part);
                }

                if ((header[0] & 0x0F) == OpcodePing)
                {
                    Interlocked.Increment(ref pings);
                }

                await stream.ReadExactlyAsync(new byte[length]);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return; // The server has given it up, or the test is over.
        }
    }
}
