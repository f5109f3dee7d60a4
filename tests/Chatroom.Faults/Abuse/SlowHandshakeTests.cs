using System.Net.Sockets;
using System.Text;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.Abuse;

/// <summary>Connections that take for ever to say who they are: a byte now and then, or nothing at all.</summary>
public sealed class SlowHandshakeTests(ITestOutputHelper output)
{
    private const int Each = 25;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Handshakes_and_headers_that_come_byte_by_byte_are_cut_off_while_others_sign_in_and_talk()
    {
        await using var server = new ServerProcess();
        server.Settings["CHATROOM_SIGN_IN_SECONDS"] = "20";
        await server.StartAsync();
        await using var address = server.Address();
        await using var witness = await People.RegisterAsync(address, "witness");
        var hello = await HelloAsync();
        var before = server.MemoryKib("VmRSS");
        var slow = new List<Task>();
        for (var i = 0; i < Each; i++)
        {
            slow.Add(DribbleAsync(address, Tls, hello));
            slow.Add(DribbleAsync(address, Http, Encoding.ASCII.GetBytes("GET /server HTTP/1.1\r\nHost: x\r\nX-Slow: " + new string('x', 1_000))));
            slow.Add(DribbleAsync(address, Tls, []));
            slow.Add(DribbleAsync(address, Native, RawFrame.Encode(Wire.Login, 1, new byte[1_000])));
        }

        // They come and go as they like; meanwhile the others are served, at every moment until the last of the slow ones is cut off.
        var everyone = Task.WhenAll(slow).WaitAsync(Patience);
        var said = 0;
        while (!everyone.IsCompleted)
        {
            await using var again = await RawClient.OpenAsync(address, said % 2 == 0 ? ChannelKind.Native : ChannelKind.WebSocket);
            Assert.Equal(Wire.LoginSuccess, (await again.LoginAsync(new { version = 3, token = witness.Token, page = 1 })).Code);
            await witness.SayAsync(witness.Lobby, $"word {said++}");
            await Task.WhenAny(everyone, Task.Delay(Pause));
        }

        await everyone;
        var grown = server.MemoryKib("VmHWM") - before;
        output.WriteLine($"{slow.Count} slow connections were cut off; {said} sign-ins and messages meanwhile; {grown} KiB more at most");
        Assert.True(said > 3, "Nobody else came while they were slow.");
        Assert.True(grown < 64 * 1024, $"The server grew by {grown} KiB.");
        await server.StopAsync();
        server.MustHaveNoErrors();
    }

    private static async Task<Stream> Tls(ServerUnderTest server, TcpClient socket)
    {
        await Task.CompletedTask;
        return socket.GetStream();
    }

    private static async Task<Stream> Http(ServerUnderTest server, TcpClient socket) => await Strangers.SecureAsync(server, socket, "http/1.1");

    private static async Task<Stream> Native(ServerUnderTest server, TcpClient socket) => await Strangers.SecureAsync(server, socket, "chatroom/3");

    // Ends when the server has cut the connection off; bytes that are none left to send are not sent.
    private static async Task DribbleAsync(ServerUnderTest server, Func<ServerUnderTest, TcpClient, Task<Stream>> enter, byte[] bytes)
    {
        using var socket = await Strangers.ConnectAsync(server, "127.0.0.2");
        await using var stream = await enter(server, socket);
        var cut = ReadToTheEndAsync(stream);
        foreach (var one in bytes)
        {
            try
            {
                await stream.WriteAsync(new[] { one });
                await stream.FlushAsync();
            }
            catch (IOException)
            {
                break; // Cut off while writing.
            }

            if (await Task.WhenAny(cut, Task.Delay(Pause)) == cut)
            {
                break;
            }
        }

        await cut;
    }

    private static async Task ReadToTheEndAsync(Stream stream)
    {
        var buffer = new byte[4_096];
        try
        {
            while (await stream.ReadAsync(buffer) > 0)
            {
            }
        }
        catch (IOException)
        {
            return; // A reset is a cut, too.
        }
    }

    /// <summary>The first bytes of a handshake as a client sends them.</summary>
    private static async Task<byte[]> HelloAsync()
    {
        var written = new MemoryStream();
        using var stream = new System.Net.Security.SslStream(new WriteOnly(written));
        await Assert.ThrowsAnyAsync<IOException>(() => stream.AuthenticateAsClientAsync("localhost"));
        Assert.True(written.Length > 100);
        return written.ToArray();
    }

    // Takes what is written and has nothing to read.
    private sealed class WriteOnly(MemoryStream written) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => written.WriteAsync(buffer, cancellationToken);

        public override void Write(byte[] buffer, int offset, int count) => written.Write(buffer, offset, count);
    }
}
