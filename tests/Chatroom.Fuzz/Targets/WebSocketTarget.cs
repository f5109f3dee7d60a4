using System.Net.WebSockets;
using Chatroom.Client;
using Chatroom.Fuzz.Engine;
using Chatroom.Protocol;
using Chatroom.Server.Connections;

namespace Chatroom.Fuzz.Targets;

internal sealed class WebSocketTarget : Target
{
    public override string Name => "websocket";

    public override string Promise => "Bytes on a WebSocket are frames, the end, or a documented refusal (FrameInvalidException, WebSocketException; to the client IOException).";

    public override IEnumerable<byte[]> Seeds =>
    [
        [0, 50, .. Message(2, true, FrameCodec.Write(Code.Ping, 1, []), masked: true), .. Message(8, true, [3, 232], masked: true)],
        [0, 3, .. Message(2, false, FrameCodec.Write(Code.Login, 1, "{}"u8)[..7], masked: true), .. Message(0, true, FrameCodec.Write(Code.Login, 1, "{}"u8)[7..], masked: true)],
        [0, 9, .. Message(1, true, "text"u8, masked: true)], [0, 9, .. Message(9, true, "ping"u8, masked: true)],
        [1, 90, .. Message(2, true, FrameCodec.Write(Code.Pong, 1, []), masked: false), .. Message(10, true, [], masked: false)],
        [1, 90, .. Message(2, true, FrameCodec.Write(Code.Entry, 0, new byte[200]), masked: false)],
    ];

    public override long Allocates(int length) => (512 << 10) + (512L * length);

    public override void Run(byte[] input)
    {
        var reader = new Input(input);
        var (toClient, cut) = (reader.Byte() % 2 == 1, 1 + reader.Byte());
        using var stream = DuplexStream.Of(reader.Rest(), cut);
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = !toClient, KeepAliveInterval = TimeSpan.Zero });
        if (toClient)
        {
            var connection = new WebSocketConnection(socket, null);
            _ = Promised.Fails<IOException>(() => ReadAll(() => connection.ReceiveAsync(), WireLimits.ServerBody));
            return;
        }

        var channel = new WebSocketChannel(socket);
        try
        {
            ReadAll(() => channel.ReadAsync(_ => WireLimits.BodyBeforeSignIn), WireLimits.BodyBeforeSignIn);
        }
        catch (Exception e) when (e is FrameInvalidException or WebSocketException)
        {
            return;
        }
    }

    private static void ReadAll(Func<ValueTask<Frame?>> read, int most)
    {
        while (Now.Of(read()) is { } frame)
        {
            Promised.That(frame.Body.Length <= most, "The body is larger than allowed.");
        }
    }

    private static byte[] Message(byte opcode, bool final, ReadOnlySpan<byte> payload, bool masked)
    {
        byte start = (byte)((final ? 0x80 : 0) | opcode);
        byte mask = (byte)(masked ? 0x80 : 0);
        byte[] length = payload.Length < 126 ? [(byte)(mask | payload.Length)] : [(byte)(mask | 126), (byte)(payload.Length >> 8), (byte)payload.Length];
        return [start, .. length, .. masked ? new byte[4] : [], .. payload];
    }
}
