using System.Buffers;
using BenchmarkDotNet.Attributes;
using Chatroom.Bench.Load;
using Chatroom.Protocol;

namespace Chatroom.Bench.Micro;

/// <summary>A frame of a message of 150 characters, written and read again.</summary>
[MemoryDiagnoser]
public class FrameCodecBenchmark
{
    private byte[] body = [];
    private ReadOnlySequence<byte> whole;
    private ReadOnlySequence<byte> halves;

    [GlobalSetup]
    public void Setup()
    {
        body = Marker.Utf8($"{{\"room\":\"r0123456789abc\",\"text\":\"{Marker.Text(0, 0)}\",\"clientId\":\"{new string('a', 32)}\"}}");
        var frame = FrameCodec.Write(Code.SendMessage, 1, body);
        whole = new ReadOnlySequence<byte>(frame);
        var (first, last) = (new Part(frame.AsMemory(0, frame.Length / 2), 0), new Part(frame.AsMemory(frame.Length / 2), frame.Length / 2));
        first.Followed(last);
        halves = new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    [Benchmark]
    public byte[] Write() => FrameCodec.Write(Code.SendMessage, 1, body);

    [Benchmark]
    public Frame Read() => Read(whole);

    [Benchmark]
    public Frame ReadFromTwoBuffers() => Read(halves);

    private static Frame Read(ReadOnlySequence<byte> buffer) => FrameCodec.TryRead(ref buffer, static _ => WireLimits.BodyAfterSignIn, out var frame) == FrameStatus.Complete
        ? frame
        : throw new InvalidOperationException("It is a whole frame.");

    private sealed class Part : ReadOnlySequenceSegment<byte>
    {
        public Part(ReadOnlyMemory<byte> memory, long before) => (Memory, RunningIndex) = (memory, before);

        public void Followed(Part next) => Next = next;
    }
}
