using System.Diagnostics;

namespace Chatroom.Bench.Load;

/// <summary>
/// The ledger of a run: every message that was sent, on its lane, and everyone it has reached. A message that comes twice, out of order or to the wrong person
/// fails the run, and so does one that never comes.
/// </summary>
internal sealed class Board
{
    private readonly Lane[] lanes;
    private string? fault;
    private long deliveries;

    public Board(IReadOnlyList<Lane> lanes)
    {
        this.lanes = [.. lanes];
    }

    public IReadOnlyList<Lane> Lanes => lanes;

    /// <summary>From sending to each arrival.</summary>
    public Histogram Latency { get; } = new();

    public long Deliveries => Interlocked.Read(ref deliveries);

    public string? Fault => Volatile.Read(ref fault);

    /// <summary>What <paramref name="person"/> expects next on each lane; one per connection.</summary>
    public Reader ReaderOf(int person) => new(this, person);

    public void Fail(string why) => Interlocked.CompareExchange(ref fault, why, null);

    public void Check()
    {
        if (Fault is { } why)
        {
            throw new BenchException(why);
        }
    }

    /// <summary>Waits until everything that was sent has come everywhere.</summary>
    public async Task DrainAsync(TimeSpan patience)
    {
        var clock = Stopwatch.StartNew();
        while (lanes.Any(lane => lane.Open > 0))
        {
            Check();
            if (clock.Elapsed > patience)
            {
                throw new BenchException($"{lanes.Sum(l => l.Open)} messages have not come everywhere within {patience.TotalSeconds} s: {string.Join(", ", lanes.Where(l => l.Open > 0).Take(3))}");
            }

            await Task.Delay(2);
        }

        Check();
    }

    /// <summary>One connection's view: the last number it saw of each lane.</summary>
    internal sealed class Reader(Board board, int person)
    {
        private readonly Dictionary<int, int> last = [];

        public void Saw(int lane, int number, long now)
        {
            if (lane >= board.lanes.Length)
            {
                board.Fail($"Person {person} got a message of lane {lane}, which there is not.");
                return;
            }

            var expected = last.GetValueOrDefault(lane, -1) + 1;
            if (number != expected)
            {
                board.Fail($"Person {person} got message {number} of lane {lane} and expected {expected}.");
                return;
            }

            last[lane] = number;
            Interlocked.Increment(ref board.deliveries);
            board.Latency.Add(board.lanes[lane].Arrived(number, now));
        }
    }
}

/// <summary>One sender's messages to one place, numbered from 0. At most <see cref="Window"/> are under way.</summary>
internal sealed class Lane(int id, int sender, int expected)
{
    public const int Window = 8192;

    private readonly long[] sentAt = new long[Window];
    private readonly int[] arrived = new int[Window];
    private readonly SemaphoreSlim done = new(0);
    private int sent;
    private int completed;

    public int Id => id;

    public int Sender => sender;

    /// <summary>Messages sent that have not come everywhere.</summary>
    public int Open => Volatile.Read(ref sent) - Volatile.Read(ref completed);

    /// <summary>Messages that have come everywhere.</summary>
    public int Completed => Volatile.Read(ref completed);

    /// <summary>The next message's number; its time begins.</summary>
    public int Next()
    {
        var number = sent;
        if (Open >= Window)
        {
            throw new BenchException($"Lane {id} is {Window} messages behind: the server does not keep up.");
        }

        sentAt[number % Window] = Stopwatch.GetTimestamp();
        Volatile.Write(ref sent, number + 1);
        return number;
    }

    /// <summary>Counts one arrival.</summary>
    /// <returns>How long it took.</returns>
    public TimeSpan Arrived(int number, long now)
    {
        var slot = number % Window;
        var taken = Stopwatch.GetElapsedTime(sentAt[slot], now);
        if (Interlocked.Increment(ref arrived[slot]) == expected)
        {
            arrived[slot] = 0;
            Interlocked.Increment(ref completed);
            done.Release();
        }

        return taken;
    }

    /// <summary>Waits for one more message to have come everywhere; returns how many more have meanwhile, all of them taken.</summary>
    public async Task<int> DoneAsync(CancellationToken cancellation)
    {
        await done.WaitAsync(cancellation);
        var more = 1;
        while (done.Wait(0, CancellationToken.None))
        {
            more++;
        }

        return more;
    }

    /// <summary>Completions that nobody waited for are forgotten.</summary>
    public void Forget()
    {
        while (done.Wait(0))
        {
        }
    }

    public override string ToString() => $"lane {id} of person {sender}: {sent} sent, {Completed} everywhere";
}

/// <summary>The run is not valid, or cannot be: what happened.</summary>
internal sealed class BenchException(string message) : Exception(message);
