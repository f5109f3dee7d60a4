using System.Net.Security;
using System.Security.Cryptography;
using System.Text;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.Abuse;

/// <summary>A connection, signed in where one can be, that sends what costs nothing, as fast as it is taken, and reads all answers.</summary>
public sealed class Flooder : IAsyncDisposable
{
    private const int AtOnce = 1_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource stop = new();
    private readonly SslStream stream;
    private readonly byte[] block;
    private readonly Task running;
    private long answered;

    private Flooder(SslStream stream, byte[] block)
    {
        (this.stream, this.block) = (stream, block);
        running = Task.WhenAll(Task.Run(WriteAsync), Task.Run(ReadAsync));
    }

    /// <summary>What there is to flood with.</summary>
    public enum Of
    {
        /// <summary>PING on a native connection.</summary>
        Requests,

        /// <summary>PING as messages of a WebSocket.</summary>
        WebSocketRequests,

        /// <summary>The WebSocket's own pings (RFC 6455, 5.5.2).</summary>
        WebSocketPings,

        /// <summary>Requests of HTTP/1.1, one behind the other.</summary>
        HttpRequests,

        /// <summary>Pings of HTTP/2 (RFC 9113, 6.7).</summary>
        Http2Pings,
    }

    public static async Task<Flooder> StartAsync(ServerUnderTest server, Of what, string token)
    {
        var socket = await Strangers.ConnectAsync(server, "127.0.0.1");
        var stream = await Strangers.SecureAsync(server, socket, what switch { Of.Requests => "chatroom/3", Of.Http2Pings => "h2", _ => "http/1.1" });
        var login = RawFrame.Encode(Wire.Login, 1, RawFrame.BodyOf(new { version = 3, token, page = 1 }));
        var ping = RawFrame.Encode(Wire.Ping, 2, RawFrame.BodyOf(new { }));
        var host = $"Host: {server.Host}:{server.Port}\r\n";
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        var upgrade = Encoding.ASCII.GetBytes($"GET /ws HTTP/1.1\r\n{host}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n");
        (byte[] First, byte[] Again) says = what switch
        {
            Of.Requests => (login, ping),
            Of.WebSocketRequests => ([.. upgrade, .. Message(0x82, login)], Message(0x82, ping)),
            Of.WebSocketPings => ([.. upgrade, .. Message(0x82, login)], Message(0x89, [])),
            Of.HttpRequests => ([], Encoding.ASCII.GetBytes($"GET /healthz HTTP/1.1\r\n{host}\r\n")),

            // The preface with empty settings, then PING frames.
            _ => ([.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0], [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]),
        };
        await stream.WriteAsync(says.First);
        return new Flooder(stream, [.. Enumerable.Repeat(says.Again, AtOnce).SelectMany(one => one)]);
    }

    /// <summary>Ends when so many bytes more of answers have come.</summary>
    public async Task AnsweredAsync(long more)
    {
        var enough = Volatile.Read(ref answered) + more;
        using var late = new CancellationTokenSource(Patience);
        while (Volatile.Read(ref answered) < enough)
        {
            Assert.False(running.IsCompleted, $"The flood ended. {running.Exception}");
            Assert.False(late.IsCancellationRequested, "The flood is not answered any more.");
            await Task.Delay(10);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await stream.DisposeAsync();
        stop.Dispose();
    }

    // A client's frame of a WebSocket is masked (RFC 6455, 5.2), by nothing here.
    private static byte[] Message(byte head, byte[] payload) => payload.Length < 126
        ? [head, (byte)(0x80 | payload.Length), 0, 0, 0, 0, .. payload]
        : [head, 0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length, 0, 0, 0, 0, .. payload];

    private async Task WriteAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            await stream.WriteAsync(block, stop.Token);
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer, stop.Token) is var count and > 0)
        {
            Interlocked.Add(ref answered, count);
        }
    }
}
