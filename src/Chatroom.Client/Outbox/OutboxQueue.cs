using Chatroom.Protocol;

namespace Chatroom.Client;

/// <summary>
/// Changes that the server has not answered yet, and their sending: in each lane one at a time, in order, again on every new connection, and
/// after the time the server names when it throttles. Within the sequence only.
/// </summary>
internal sealed class OutboxQueue(TimeProvider clock, Sequence sequence)
{
    // What a throttle without a time is taken for.
    private static readonly TimeSpan DefaultThrottle = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    private Link? _link;

    public IEnumerable<OutboxItem> Items => _lanes.Values.SelectMany(lane => lane.Items).OrderBy(item => item.Order);

    public void Add(OutboxItem item)
    {
        if (!_lanes.TryGetValue(item.Lane, out var lane))
        {
            _lanes.Add(item.Lane, lane = new Lane());
        }

        // Those of an earlier run of the program are loaded after newer ones may have been made.
        var at = lane.Items.FindLastIndex(other => other.Order < item.Order || other == lane.InFlight);
        lane.Items.Insert(at + 1, item);
        Send(lane);
    }

    /// <summary>Sends everything there is on a connection that has just become able to take it.</summary>
    public void Open(Link link)
    {
        _link = link;
        foreach (var lane in _lanes.Values.ToArray())
        {
            Send(lane);
        }
    }

    /// <summary>The item has become ready: it is in the store.</summary>
    public void Ready(OutboxItem item)
    {
        if (_lanes.TryGetValue(item.Lane, out var lane))
        {
            Send(lane);
        }
    }

    /// <summary>Takes an item out before it is answered: its entry came by another way, or it is given up.</summary>
    public void Remove(OutboxItem item)
    {
        item.IsDone = true;
        if (_lanes.TryGetValue(item.Lane, out var lane) && lane.InFlight != item)
        {
            lane.Items.Remove(item);
            Send(lane);
        }
    }

    /// <summary>Empties the queue without telling anyone.</summary>
    public IReadOnlyList<OutboxItem> Clear()
    {
        var items = Items.ToArray();
        foreach (var item in items)
        {
            item.IsDone = true;
        }

        foreach (var lane in _lanes.Values)
        {
            lane.Throttle?.Dispose();
        }

        _lanes.Clear();
        _link = null;
        return items;
    }

    private void Send(Lane lane)
    {
        if (lane.InFlight is not null || lane.Throttle is not null || _link is not { IsOpen: true } link || lane.Items.Count == 0)
        {
            return;
        }

        var item = lane.Items[0];
        if (!item.IsStored)
        {
            return;
        }

        lane.InFlight = item;
        link.Request(item.Code, item.Body, frame => Answer(lane, item, frame), _ => Lost(lane, item));
    }

    private bool Answer(Lane lane, OutboxItem item, Frame frame)
    {
        // These say that the connection takes no changes any more: the next one will.
        if (frame.Code is Code.ServerStopping or Code.NotSignedIn && !item.IsDone)
        {
            _link?.Close(ChatException.From(frame));
            Lost(lane, item);
            return true;
        }

        lane.InFlight = null;
        if (frame.Code == Code.TooManyRequests && !item.IsDone)
        {
            var wait = ChatException.From(frame).RetryAfter ?? DefaultThrottle;
            lane.Throttle = clock.CreateTimer(_ => sequence.Post(() => Resume(lane)), null, wait, Timeout.InfiniteTimeSpan);
            return true;
        }

        lane.Items.Remove(item);
        if (!item.IsDone)
        {
            item.IsDone = true;
            item.Answered(frame);
        }

        Send(lane);
        return true;
    }

    private static void Lost(Lane lane, OutboxItem item)
    {
        lane.InFlight = null;
        if (item.IsDone)
        {
            lane.Items.Remove(item);
        }
    }

    private void Resume(Lane lane)
    {
        lane.Throttle?.Dispose();
        lane.Throttle = null;
        Send(lane);
    }

    private sealed class Lane
    {
        public List<OutboxItem> Items { get; } = [];

        public OutboxItem? InFlight { get; set; }

        public ITimer? Throttle { get; set; }
    }
}
