using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Delivery;
using Chatroom.Server.Diagnostics;
using Chatroom.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Chatroom.Server.Rooms;

/// <summary>
/// Tells everyone who came and went, merged over a short while that grows with the number of people: a reconnect of 10,000 costs each of them a few
/// frames, not 10,000. Who came back within the while is not mentioned. Who stays and changes between old and new clients is told as well, and not as coming.
/// Owner of what waits to be told: itself.
/// </summary>
public sealed class Presence
{
    private const int Listed = 100;
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(5);

    private readonly Hub hub;
    private readonly IChatStore store;
    private readonly People people;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly Lock gate = new();
    private readonly Dictionary<long, Waiting> waiting = [];
    private readonly SemaphoreSlim wake = new(0, 1);
    private long reads;

    public Presence(Hub hub, IChatStore store, People people, TimeProvider clock, ILogger log)
    {
        (this.hub, this.store, this.people, this.clock, this.log) = (hub, store, people, clock, log);
        hub.PresenceChanged += Note;
        hub.PresenceRead += () => Interlocked.Increment(ref reads);
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await wake.WaitAsync(stopping);
            await Task.Delay(While(hub.AccountCount), clock, stopping);
            try
            {
                await TellAsync();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // One failed read must not end the notices for good.
                log.BackgroundFailed("presence", e);
            }
        }
    }

    private static TimeSpan While(int people) => TimeSpan.FromMilliseconds(Math.Clamp(people / 5, Least.TotalMilliseconds, Most.TotalMilliseconds));

    // Opposite changes within the while cancel out, unless somebody has read in between who was online: their picture would be wrong for good.
    private void Note(long account, Standing before, Standing after)
    {
        lock (gate)
        {
            var known = waiting.TryGetValue(account, out var one) ? one : new Waiting(before, after, Interlocked.Read(ref reads));
            if (known.Told == after && known.Reads == Interlocked.Read(ref reads))
            {
                waiting.Remove(account);
                return;
            }

            waiting[account] = known with { Now = after };
            if (wake.CurrentCount == 0)
            {
                wake.Release();
            }
        }
    }

    private async Task TellAsync()
    {
        List<(long Account, Waiting Change)> changes;
        lock (gate)
        {
            changes = [.. waiting.Select(c => (c.Key, c.Value))];
            waiting.Clear();
        }

        var here = changes.Where(c => c.Change.Now != Standing.Away).ToLookup(c => c.Change.Told == Standing.Away, c => c.Account);
        await TellAsync(Code.LoginUsername, [.. here[true]]);
        await TellAsync(Code.LogoutInfo, [.. changes.Where(c => c.Change.Now == Standing.Away).Select(c => c.Account)]);
        await TellAsync(Code.LoginUsername, [.. here[false]], stayed: true);
    }

    private async Task TellAsync(Code code, List<long> accounts, bool stayed = false)
    {
        if (accounts.Count == 0)
        {
            return;
        }

        var listed = accounts.Take(Listed).ToList();
        var infos = await store.ReadAsync(reader => listed.Select(id => people.Get(reader, id).Present(hub)).ToList());
        var notice = new PresenceChange { Accounts = infos, Count = accounts.Count, Total = hub.AccountCount, Stayed = stayed ? true : null };
        hub.Pass(WireJson.Frame(code, 0, notice), null, exceptAccount: accounts.Count == 1 ? accounts[0] : 0);
    }

    /// <param name="Told">How the account stood when people were told last.</param>
    /// <param name="Reads">How often it had been read who is online, when this began to wait.</param>
    private readonly record struct Waiting(Standing Told, Standing Now, long Reads);
}
