namespace Chatroom.Server.Connections;

/// <summary>
/// Threads that write what outboxes hold. A commit touches many outboxes: one thread that encrypts and sends for each in turn costs far less than a wake-up of the
/// thread pool for each, and while it is busy more frames come together in the outboxes behind it and leave in one write (docs/PERFORMANCE.md has the figures).
/// </summary>
public sealed class OutboxWriter : IDisposable
{
    private const int Few = 16;

    private readonly Lock turn = new();
    private readonly Line[] lines;
    private int next;

    /// <param name="threads">How many outboxes may be written at once. Each outbox is written by one at a time, whichever it is.</param>
    public OutboxWriter(int threads)
    {
        lines = [.. Enumerable.Range(0, threads).Select(i => new Line($"outbox writer {i}"))];
    }

    /// <summary>Half of the processors: the other half reads, decides and commits.</summary>
    public static int DefaultThreads => Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Does <paramref name="flush"/>, and only then wakes the threads: one wake-up for all outboxes that a batch of commits has touched.</summary>
    /// <param name="here">Whoever calls has time: a few outboxes are written at once, which takes less than a wake-up.</param>
    public void Together(Action flush, bool here = false)
    {
        foreach (var line in lines)
        {
            line.Hold();
        }

        try
        {
            flush();
        }
        finally
        {
            foreach (var line in lines)
            {
                line.Release(here ? Few : 0);
            }
        }
    }

    /// <summary>Lets an outbox be written soon; never blocks.</summary>
    internal void Add(Outbox outbox)
    {
        if (lines.Length == 1)
        {
            lines[0].Add(outbox);
            return;
        }

        lock (turn)
        {
            next = (next + 1) % lines.Length;
        }

        lines[next].Add(outbox);
    }

    /// <summary>Ends the threads; what is added later is not written.</summary>
    public void Dispose()
    {
        foreach (var line in lines)
        {
            line.Close();
        }
    }

    private sealed class Line
    {
        // Monitor rather than an event: waking costs half, and only a thread that sleeps is woken.
        private readonly object gate = new();
        private List<Outbox> waiting = [];
        private List<Outbox> spare = [];
        private int held;
        private bool asleep;
        private bool closed;

        public Line(string name) => new Thread(Run) { IsBackground = true, Name = name }.Start();

        public void Add(Outbox outbox)
        {
            lock (gate)
            {
                waiting.Add(outbox);
                Wake();
            }
        }

        public void Hold()
        {
            lock (gate)
            {
                held++;
            }
        }

        /// <summary>Wakes the thread, or writes here when there are no more than so many.</summary>
        public void Release(int few)
        {
            Outbox[] these = [];
            lock (gate)
            {
                held--;
                if (waiting.Count <= few)
                {
                    these = [.. waiting];
                    waiting.Clear();
                }

                Wake();
            }

            foreach (var outbox in these)
            {
                outbox.Write();
            }
        }

        public void Close()
        {
            lock (gate)
            {
                closed = true;
                Monitor.Pulse(gate);
            }
        }

        private void Wake()
        {
            if (asleep && held == 0 && waiting.Count > 0)
            {
                asleep = false;
                Monitor.Pulse(gate);
            }
        }

        private void Run()
        {
            while (Take() is { } batch)
            {
                foreach (var outbox in batch)
                {
                    outbox.Write();
                }

                batch.Clear();
            }
        }

        private List<Outbox>? Take()
        {
            lock (gate)
            {
                while (waiting.Count == 0 && !closed)
                {
                    asleep = true;
                    Monitor.Wait(gate);
                }

                asleep = false;
                var batch = waiting;
                waiting = spare;
                spare = batch;
                return batch.Count > 0 ? batch : null;
            }
        }
    }
}
