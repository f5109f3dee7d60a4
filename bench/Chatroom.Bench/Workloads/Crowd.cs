using System.Diagnostics;
using Chatroom.Bench.Contenders;
using Chatroom.Bench.Load;

namespace Chatroom.Bench.Workloads;

/// <summary>One lane of a workload: who writes where, how much is under way at once, and who has to get it.</summary>
internal sealed record Voice(int Sender, Target Target, int InFlight, int Members);

/// <summary>Everyone signed in and listening, and the ways of writing: closed loop, or so many messages per second whatever comes back.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    private readonly Contender contender;
    private readonly Link[] links;
    private readonly Voice[] voices;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task[] receiving;

    private Crowd(Contender contender, Link[] links, Voice[] voices)
    {
        (this.contender, this.links, this.voices) = (contender, links, voices);
        Board = new Board([.. voices.Select((voice, id) => new Lane(id, voice.Sender, voice.Members - (contender.Echoes ? 0 : 1)))]);
        receiving = [.. links.Select(link => Task.Run(() => link.ReceiveAsync(Board, stopping.Token)))];
    }

    public Board Board { get; }

    public static async Task<Crowd> GatherAsync(Contender contender, int people, IEnumerable<Voice> voices)
    {
        var links = new Link[people];
        await Parallel.ForEachAsync(Enumerable.Range(0, people), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (person, _) => links[person] = await contender.SignInAsync(person));
        var crowd = new Crowd(contender, links, [.. voices]);
        await contender.Server.SettleAsync();
        return crowd;
    }

    /// <summary>Each voice keeps its messages under way for the time given: the next goes out when one has come everywhere.</summary>
    public async Task ClosedLoopAsync(TimeSpan time)
    {
        using var over = new CancellationTokenSource(time);
        await Task.WhenAll(voices.Select((voice, lane) => Task.Run(async () =>
        {
            var (free, all) = (voice.InFlight, Board.Lanes[lane]);
            var bytes = new List<byte>();
            while (!over.IsCancellationRequested && Board.Fault is null)
            {
                bytes.Clear();
                for (; free > 0; free--)
                {
                    bytes.AddRange(Say(lane));
                    if (contender.WritesApart && free > 1)
                    {
                        await links[voice.Sender].SendAsync(bytes.ToArray());
                        bytes.Clear();
                    }
                }

                await links[voice.Sender].SendAsync(bytes.ToArray());
                try
                {
                    free = await all.DoneAsync(over.Token);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        })));
        await Board.DrainAsync(TimeSpan.FromSeconds(60));
        foreach (var lane in Board.Lanes)
        {
            lane.Forget();
        }
    }

    /// <summary>Voices write in turn, so many messages per second in all, whether or not what went before has come.</summary>
    /// <param name="patience">How long what is still under way at the end may take.</param>
    /// <returns>How many messages per second have gone out.</returns>
    public async Task<double> OpenLoopAsync(double perSecond, TimeSpan time, TimeSpan patience)
    {
        var clock = Stopwatch.StartNew();
        var (sent, turn) = (0L, 0);
        while (clock.Elapsed < time)
        {
            var due = (long)(clock.Elapsed.TotalSeconds * perSecond);
            for (; sent < due; sent++)
            {
                await links[voices[turn].Sender].SendAsync(Say(turn));
                turn = (turn + 1) % voices.Length;
            }

            Board.Check();
            await Task.Delay(1);
        }

        var rate = sent / clock.Elapsed.TotalSeconds;
        await Board.DrainAsync(patience);
        foreach (var lane in Board.Lanes)
        {
            lane.Forget();
        }

        return rate;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(receiving);
        foreach (var link in links)
        {
            await link.DisposeAsync();
        }

        stopping.Dispose();
    }

    private byte[] Say(int lane) => contender.Encode(voices[lane].Sender, voices[lane].Target, Marker.Text(lane, Board.Lanes[lane].Next()));
}
