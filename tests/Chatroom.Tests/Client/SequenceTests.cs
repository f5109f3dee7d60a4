using Chatroom.Client;

namespace Chatroom.Tests.Client;

public sealed class SequenceTests
{
    [Fact]
    public async Task Actions_of_many_threads_never_overlap_and_none_is_lost()
    {
        var failures = 0;
        var sequence = new Sequence(_ => failures++);
        int inside = 0, overlaps = 0, done = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var n = 0; n < 2000; n++)
            {
                sequence.Post(() =>
                {
                    overlaps += Interlocked.Increment(ref inside) == 1 ? 0 : 1;
                    done++;
                    Interlocked.Decrement(ref inside);
                });
            }
        })));
        Assert.Equal((16000, 0, 0), (await sequence.RunAsync(() => done), overlaps, failures));
    }

    [Fact]
    public void What_an_action_posts_runs_after_it()
    {
        var order = new List<int>();
        var sequence = new Sequence(_ => { });
        sequence.Post(() =>
        {
            sequence.Post(() => order.Add(2));
            order.Add(1);
        });
        Assert.Equal([1, 2], order);
    }
}
