using System.Net.Sockets;
using System.Text;
using Chatroom.Conformance.Classic;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Connections.Classic;

namespace Chatroom.Tests.Connections.Classic;

/// <summary>Memory is measured: nothing else may run beside.</summary>
[CollectionDefinition(nameof(BoundedMemoryTests), DisableParallelization = true)]
public sealed class BoundedMemoryCollection;

/// <summary>A client that never reads, floods or sends half a request costs bounded memory and disturbs nobody.</summary>
[Collection(nameof(BoundedMemoryTests))]
public sealed class BoundedMemoryTests(ITestOutputHelper output)
{
    private const int Each = 8;
    private const int OutboxBytes = 256 * 1024;
    private const int TextBytes = 16_000;
    private const int Texts = 4_000;

    // docs/CLASSIC.md: what is read, notices, 64 answers. The kernel's buffers are not this process's memory.
    private const long Bound = ClassicDecoder.MaxBuffered + OutboxBytes + (64 * 1024);

    // Caches of the store, whatever the two who talk need, and the buffers that each thread keeps: tests before this one, on a busy machine, left the pool many.
    private const long Others = 20 * 1024 * 1024;

    [Fact]
    public async Task Who_does_not_read_floods_or_sends_halves_costs_a_bounded_amount_and_disturbs_nobody()
    {
        await using var bench = await ClassicBench.StartAsync(o => o with { OutboxBytes = OutboxBytes });
        var witness = bench.Classic("witness");
        await using var writer = await bench.JoinAsync("writer");
        witness.Find(m => m == "105\n\nwriter", "the writer's coming");
        await FloodAsync(writer, witness, 0, 100); // What grows once: compiled code, pools, pages of the database.
        var deaf = Enumerable.Range(0, Each).Select(i => bench.Classic($"deaf{i}")).ToList();
        var flooding = Enumerable.Range(0, Each).Select(i => bench.Classic($"flood{i}")).ToList();
        var halves = Enumerable.Range(0, Each).Select(i => bench.Classic($"half{i}")).ToList();
        deaf.Concat(flooding).ToList().ForEach(c => c.OpenBox());
        halves.ForEach(c => c.Indifferent = true);
        var before = Held();

        for (var i = 0; i < Each; i++)
        {
            halves[i].Send(Half(i));
        }

        var floods = flooding.Select(c => Task.Run(() => Ask(c))).ToList();
        await FloodAsync(writer, witness, 100, Texts);
        await Task.WhenAll(floods);

        // What tests before this one left to be cleared up, and work that is just ending, goes; what the connections hold stays.
        var held = Held() - before;
        for (var tries = 0; held > (3 * Each * Bound) + Others && tries < 20; tries++)
        {
            output.WriteLine($"{held / 1024} KiB yet");
            await Task.Delay(250);
            held = Held() - before;
        }

        output.WriteLine($"{held / 1024} KiB for {3 * Each} connections, {(long)Texts * TextBytes / 1024} KiB of text to each");
        Assert.InRange(held, long.MinValue, (3 * Each * Bound) + Others);
        Assert.True((3 * Each * Bound) + Others < (long)Texts * TextBytes * 2 / 3, "The bound is so wide that it would not show a leak.");

        // Who reads again is told what is missing, and goes on.
        foreach (var one in deaf)
        {
            one.CloseBox();
            one.Until(() => one.Messages.Any(m => m.Raw.StartsWith("301<Chatroom>", StringComparison.Ordinal)), "the line about what was dropped");
        }

        deaf[0].Say("back");
        witness.Find(m => m.EndsWith("\n\nback\n", StringComparison.Ordinal), "the text of who reads again");
    }

    private static long Held()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    /// <summary>The largest of each kind that is not a whole request.</summary>
    private static byte[] Half(int kind) => (kind % 4) switch
    {
        0 => Encoding.UTF8.GetBytes("3\r\n65536\n\n" + string.Concat(Enumerable.Repeat("😀", 65_535))),
        1 => Encoding.UTF8.GetBytes("7\r\nhalf.bin\r\n50000000\n\n" + new string('x', 1_000_000)),
        2 => Encoding.UTF8.GetBytes(new string('1', 4096)),
        _ => Encoding.UTF8.GetBytes("9\n\n" + new string('x', 4000)),
    };

    // Requests whose answers nobody reads, until the server takes no more of them.
    private static void Ask(ClassicClient client)
    {
        var many = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("4\n\n8\n\nwhat\n\n", 20_000)));
        var error = Assert.Throws<SocketException>(() => client.SendFor(many, times: 1000, patience: TimeSpan.FromMilliseconds(500)));
        Assert.Equal(SocketError.TimedOut, error.SocketErrorCode);
    }

    // The witness reads each text whole before the next ones are written: it is not to be a slow one.
    private static async Task FloodAsync(Support.MemoryClient writer, ClassicClient witness, int from, int count)
    {
        const int Ahead = 5;
        var text = new string('x', TextBytes);
        for (var i = from; i < from + count; i++)
        {
            await writer.SayAsync("lobby", $"{text}<{i}>");
            if (i % Ahead == Ahead - 1)
            {
                witness.Find(m => m.EndsWith($"<{i}>\n", StringComparison.Ordinal), $"text {i}");
                Assert.DoesNotContain(witness.Messages, m => m.Raw.StartsWith("301<Chatroom>", StringComparison.Ordinal));
                witness.Forget();
            }
        }
    }
}
