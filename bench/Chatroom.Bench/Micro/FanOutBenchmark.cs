using BenchmarkDotNet.Attributes;
using Chatroom.Server.Delivery;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;

namespace Chatroom.Bench.Micro;

/// <summary>One entry offered to everyone who hears its room, and each touched outbox flushed: without the network.</summary>
[MemoryDiagnoser]
public class FanOutBenchmark
{
    private const long Room = 7;

    private readonly Hub hub = new();
    private readonly byte[] frame = new byte[400];
    private long seq;

    [Params(10, 100, 1000)]
    public int Sessions { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        for (var i = 1; i <= Sessions; i++)
        {
            var session = new Session(new Nowhere(), "127.0.0.1", 1 << 20);
            if (!hub.Register(session, new Caller(i, "someone", i, Scopes.All, TokenKind.Device), [Room], single: false))
            {
                throw new InvalidOperationException("The session was not registered.");
            }

            session.GoLive(new SyncPoint(0, new Dictionary<long, long> { [Room] = 0 }));
        }
    }

    [Benchmark]
    public void Deliver()
    {
        hub.DeliverEntry(Room, ++seq, frame, origin: null, reply: null);
        hub.FlushTouched();
    }

    private sealed class Nowhere : IFrameSink
    {
        private long bytes;

        public long Waiting => 0;

        public void Offer(byte[] frame) => bytes += frame.Length;

        public void Offer(FrameRun run) => bytes += run.Length;

        public void Flush()
        {
        }
    }
}
