using System.Buffers;
using Chatroom.Fuzz.Engine;
using Chatroom.Protocol;

namespace Chatroom.Fuzz.Targets;

internal sealed class FrameTarget : Target
{
    public override string Name => "frames";

    public override string Promise => "A frame is read the same however its bytes are cut, takes no byte of the next one, and written again is the same bytes.";

    public override IEnumerable<byte[]> Seeds =>
    [
        [3, .. FrameCodec.Write(Code.Ping, 1, [])],
        [1, .. FrameCodec.Write(Code.SendMessage, 7, "{\"text\":\"x\"}"u8), .. FrameCodec.Write(Code.Login, 0, "{}"u8)],
        [5, 0xFF, 0xFF, 0xFF, 0xFF], [5, 0, 4, 0, 7], [5, 0, 0, 0, 5, 0, 1],
    ];

    public override void Run(byte[] input)
    {
        var cut = input.Length == 0 ? 1 : 1 + (input[0] % 16);
        byte[] bytes = input.Length == 0 ? [] : input[1..];
        var whole = new ReadOnlySequence<byte>(bytes);
        var pieces = Pieces.Of(bytes, cut);
        while (true)
        {
            var before = whole.Length;
            var status = FrameCodec.TryRead(ref whole, MaxBody, out var frame);
            var same = FrameCodec.TryRead(ref pieces, MaxBody, out var other);
            Promised.That(status == same && whole.Length == pieces.Length, $"{status} in one piece is {same} in pieces of {cut}.");
            if (status != FrameStatus.Complete)
            {
                Promised.That(whole.Length == before, "Bytes of no frame were taken.");
                Promised.That(status != FrameStatus.Incomplete || before < WireLimits.HeaderBytes + WireLimits.ServerBody, "More is wanted than any frame has.");
                return;
            }

            var taken = bytes.AsSpan((int)(bytes.Length - before), (int)(before - whole.Length));
            Promised.That(frame.Body.Length <= MaxBody(frame.Code), "The body is larger than its code allows.");
            Promised.That(FrameCodec.Write(frame.Code, frame.RequestId, frame.Body.Span).AsSpan().SequenceEqual(taken), "Written again the frame has other bytes.");
            Promised.That(other.Code == frame.Code && other.RequestId == frame.RequestId && other.Body.Span.SequenceEqual(frame.Body.Span), "Pieces make another frame.");
        }
    }

    // Bounds that differ by code, as they do before sign-in.
    private static int MaxBody(Code code) => code == Code.Login ? 300 : 40;
}

/// <summary>The same bytes as a sequence of segments.</summary>
internal sealed class Pieces : ReadOnlySequenceSegment<byte>
{
    public static ReadOnlySequence<byte> Of(byte[] bytes, int length)
    {
        var first = new Pieces { Memory = bytes.AsMemory(0, Math.Min(length, bytes.Length)) };
        var last = first;
        for (var at = first.Memory.Length; at < bytes.Length; at += length)
        {
            var next = new Pieces { Memory = bytes.AsMemory(at, Math.Min(length, bytes.Length - at)), RunningIndex = at };
            (last.Next, last) = (next, next);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
