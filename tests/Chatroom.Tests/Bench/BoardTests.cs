using System.Diagnostics;
using System.Text;
using Chatroom.Bench.Load;

namespace Chatroom.Tests.Bench;

/// <summary>The judge of the load generator is judged: what it must find is put before it.</summary>
public sealed class BoardTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task What_comes_everywhere_once_and_in_order_is_counted_and_fails_nothing()
    {
        var board = Two(out var first, out var second);
        foreach (var number in (int[])[Send(board), Send(board)])
        {
            first.Saw(0, number, Stopwatch.GetTimestamp());
            second.Saw(0, number, Stopwatch.GetTimestamp());
        }

        await board.DrainAsync(Short);
        Assert.Equal(4, board.Deliveries);
        Assert.Equal(4, board.Latency.Count);
        Assert.Equal(2, board.Lanes[0].Completed);
    }

    [Fact]
    public async Task A_message_that_does_not_reach_somebody_fails_the_run()
    {
        var board = Two(out var first, out _);
        first.Saw(0, Send(board), Stopwatch.GetTimestamp());
        await Assert.ThrowsAsync<BenchException>(() => board.DrainAsync(Short));
    }

    [Fact]
    public void A_message_that_somebody_gets_twice_fails_the_run()
    {
        var board = Two(out var first, out _);
        var number = Send(board);
        first.Saw(0, number, Stopwatch.GetTimestamp());
        Assert.Null(board.Fault);
        first.Saw(0, number, Stopwatch.GetTimestamp());
        Assert.Throws<BenchException>(board.Check);
    }

    [Fact]
    public void Two_messages_that_come_the_other_way_round_fail_the_run()
    {
        var board = Two(out var first, out _);
        var (_, later) = (Send(board), Send(board));
        first.Saw(0, later, Stopwatch.GetTimestamp());
        Assert.Throws<BenchException>(board.Check);
    }

    [Fact]
    public void A_message_of_nobody_fails_the_run()
    {
        var board = Two(out var first, out _);
        first.Saw(1, 0, Stopwatch.GetTimestamp());
        Assert.Throws<BenchException>(board.Check);
    }

    [Fact]
    public void Markers_are_found_wherever_the_bytes_are_cut()
    {
        var bytes = Encoding.UTF8.GetBytes($"##m {{\"text\":\"{Marker.Text(1, 2)}\"}} #m0001zzzzzzzz; {Marker.Text(0xffff, 0x7fffffff)}");
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            List<(int Lane, int Number)> found = [];
            var kept = Scan(bytes.AsSpan(0, cut), found);
            Scan([.. bytes[kept..cut], .. bytes[cut..]], found);
            Assert.Equal([(1, 2), (0xffff, 0x7fffffff)], found);
        }
    }

    [Fact]
    public void Quantiles_are_right_to_three_percent()
    {
        var histogram = new Histogram();
        for (var i = 1; i <= 100_000; i++)
        {
            histogram.Add(TimeSpan.FromMicroseconds(i));
        }

        Assert.InRange(histogram.Quantile(0.5).TotalMicroseconds, 50_000, 51_600);
        Assert.InRange(histogram.Quantile(0.99).TotalMicroseconds, 99_000, 102_200);
    }

    private static Board Two(out Board.Reader first, out Board.Reader second)
    {
        var board = new Board([new Lane(0, 0, 2)]);
        (first, second) = (board.ReaderOf(0), board.ReaderOf(1));
        return board;
    }

    private static int Send(Board board) => board.Lanes[0].Next();

    // As a connection does it: what is behind the returned place waits for the next bytes.
    private static int Scan(ReadOnlySpan<byte> bytes, List<(int Lane, int Number)> found)
    {
        var start = 0;
        int at;
        while (Marker.TryFind(bytes[start..], out at, out var lane, out var number))
        {
            found.Add((lane, number));
            start += at + Marker.Length;
        }

        return start + at;
    }
}
