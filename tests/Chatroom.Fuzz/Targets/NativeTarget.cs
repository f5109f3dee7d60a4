using System.IO.Pipelines;
using System.Net.Security;
using Chatroom.Client;
using Chatroom.Fuzz.Engine;
using Chatroom.Protocol;
using Chatroom.Server.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Chatroom.Fuzz.Targets;

internal sealed class NativeTarget : Target
{
    public override string Name => "native";

    public override string Promise => "Both ends of a native connection read frames until the stream ends or what came is none (FrameInvalidException, IOException), and read the same ones.";

    public override IEnumerable<byte[]> Seeds =>
    [
        [2, .. FrameCodec.Write(Code.Login, 1, "{\"version\":3}"u8), .. FrameCodec.Write(Code.Ping, 2, [])],
        [200, .. FrameCodec.Write(Code.SendMessage, 3, new byte[300])],
        [1, 0, 0, 0, 20, 0, 1], [7],
    ];

    public override long Allocates(int length) => (512 << 10) + (256L * length);

    public override void Run(byte[] input)
    {
        var cut = input.Length == 0 ? 1 : 1 + input[0];
        byte[] bytes = input.Length == 0 ? [] : input[1..];
        var server = Server(bytes, cut);
        var client = Client(bytes, cut);
        Promised.Same(client, server, "The server and the client read other frames from the same bytes.");
    }

    private static List<string> Server(byte[] bytes, int cut)
    {
        var connection = new DefaultConnectionContext
        {
            Transport = new DuplexPipe(PipeReader.Create(DuplexStream.Of(bytes, cut), new StreamPipeReaderOptions(bufferSize: 128, minimumReadSize: 16)), PipeWriter.Create(Stream.Null)),
        };
        connection.Features.Set<ISslStreamFeature>(new Encrypted(new SslStream(new MemoryStream())));
        var channel = new NativeChannel(connection);
        var frames = new List<string>();
        _ = Promised.Fails<FrameInvalidException>(() =>
        {
            while (Now.Of(channel.ReadAsync(_ => WireLimits.ServerBody)) is { } frame)
            {
                frames.Add(Told(frame));
            }
        });
        return frames;
    }

    private static List<string> Client(byte[] bytes, int cut)
    {
        using var stream = DuplexStream.Of(bytes, cut);
        var connection = new NativeConnection(stream, stream, null);
        var frames = new List<string>();
        _ = Promised.Fails<IOException>(() =>
        {
            while (Now.Of(connection.ReceiveAsync()) is { } frame)
            {
                frames.Add(Told(frame));
            }
        });
        return frames;
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    // Where the channel writes; here nothing is.
    private sealed record Encrypted(SslStream SslStream) : ISslStreamFeature;

    private static string Told(Frame frame) => $"{frame.Code} {frame.RequestId} {Convert.ToHexString(frame.Body.Span)}";
}

/// <summary>Waits where a target has to.</summary>
internal static class Now
{
    public static T Of<T>(ValueTask<T> task) => task.IsCompletedSuccessfully ? task.Result : task.AsTask().GetAwaiter().GetResult();

    public static T Of<T>(Task<T> task) => task.GetAwaiter().GetResult();

    public static void Of(Task task) => task.GetAwaiter().GetResult();
}
