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
    private readonly Dictionary<long, (Standing Told, Standing Now)> waiting = [];
    private readonly SemaphoreSlim wake = new(0, 1);

    public Presence(Hub hub, IChatStore store, People people, TimeProvider clock, ILogger log)
    {
        (this.hub, this.store, this.people, this.clock, this.log) = (hub, store, people, clock, log);
        hub.PresenceChanged += Note;
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

    // Opposite changes within the while cancel out.
    private void Note(long account, Standing before, Standing after)
    {
        lock (gate)
        {
            var told = waiting.TryGetValue(account, out var known) ? known.Told : before;
            if (told == after)
            {
                waiting.Remove(account);
                return;
            }

            waiting[account] = (told, after);
            if (wake.CurrentCount == 0)
            {
                wake.Release();
            }
        }
    }

    private async Task TellAsync()
    {
        Dictionary<long, (Standing Told, Standing Now)> changes;
        lock (gate)
        {
            changes = new Dictionary<long, (Standing, Standing)>(waiting);
            waiting.Clear();
        }

        await TellAsync(Code.LoginUsername, [.. changes.Where(c => c.Value.Told == Standing.Away).Select(c => c.Key)]);
        await TellAsync(Code.LogoutInfo, [.. changes.Where(c => c.Value.Now == Standing.Away).Select(c => c.Key)]);
        await TellAsync(Code.LoginUsername, [.. changes.Where(c => c.Value is { Told: not Standing.Away, Now: not Standing.Away }).Select(c => c.Key)], stayed: true);
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
}
