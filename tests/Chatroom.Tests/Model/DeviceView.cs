using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Tests.Model;

/// <summary>What one entry has become on a device.</summary>
internal sealed class Seen(Entry entry)
{
    public Entry Entry => entry;

    public string? Text { get; set; } = entry.Text;

    public bool Recalled { get; set; } = entry.Recalled is true;

    public bool Pinned { get; set; }

    public HashSet<(string Emoji, string By)> Reactions { get; } = [];

    public Look Look() => entry.Counts is not true || Recalled
        ? new Look(entry.Kind, entry.Sender, null, null, null, null, Recalled, false, "")
        : new Look(entry.Kind, entry.Sender, Text, entry.Emoji, entry.ReplyTo, entry.Root, false, Pinned,
            string.Join(' ', Reactions.Select(r => $"{r.Emoji}:{r.By}").Order(StringComparer.Ordinal)));
}

/// <summary>A room's log as a client keeps it: entries come once each, in order, and what they say of earlier ones is folded in.</summary>
internal sealed class RoomLog
{
    public SortedDictionary<long, Seen> Entries { get; } = [];

    public long Top => Entries.Count == 0 ? 0 : Entries.Keys.Last();

    public void Add(Entry entry)
    {
        Assert.True(entry.Seq > Top, $"entry {entry.Seq} of {entry.Room} came after {Top}");
        Entries.Add(entry.Seq, new Seen(entry));
        Fold(entry);
    }

    /// <summary>Puts a page below or above what is there.</summary>
    public void Add(HistoryPage page)
    {
        Assert.Equal(page.Entries.Select(e => e.Seq).Distinct().Order(), page.Entries.Select(e => e.Seq));
        var amended = (page.Amendments ?? []).ToDictionary(a => a.Target);
        foreach (var entry in page.Entries)
        {
            Assert.True(Entries.TryAdd(entry.Seq, new Seen(entry)), $"entry {entry.Seq} of {entry.Room} came twice");
        }

        foreach (var entry in page.Entries.Where(e => e.Target is { } target && !amended.ContainsKey(target)))
        {
            Fold(entry);
        }

        foreach (var amendment in amended.Values)
        {
            Assert.True(page.Entries.Any(e => e.Seq == amendment.Target), "an amendment is for an entry of the page");
            var seen = Entries[amendment.Target];
            seen.Text = amendment.Edit?.Text ?? seen.Entry.Text;
            seen.Pinned = amendment.Pinned is true;
            seen.Reactions.Clear();
            foreach (var reaction in amendment.Reactions ?? [])
            {
                Assert.Equal(reaction.Count, reaction.By.Count);
                seen.Reactions.UnionWith(reaction.By.Select(by => (reaction.Emoji, by)));
            }
        }
    }

    private void Fold(Entry entry)
    {
        if (entry.Target is not { } target || !Entries.TryGetValue(target, out var seen))
        {
            return;
        }

        switch (entry.Kind)
        {
            case EntryKinds.Edit when entry.Text is not null:
                seen.Text = entry.Text;
                break;
            case EntryKinds.Recall:
                seen.Recalled = true;
                break;
            case EntryKinds.Pin:
                seen.Pinned = entry.On is true;
                break;
            case EntryKinds.Reaction:
                _ = entry.On is true ? seen.Reactions.Add((entry.Emoji!, entry.Sender)) : seen.Reactions.Remove((entry.Emoji!, entry.Sender));
                break;
            default:
                break;
        }
    }
}

/// <summary>What a device knows, made of the frames it got and nothing else.</summary>
internal sealed class DeviceView
{
    private readonly Dictionary<string, AccountItem> items = [];
    private long synced;
    private bool syncing;

    public Dictionary<string, RoomLog> Logs { get; private set; } = [];

    /// <summary>Rooms as the last answer to LOGIN told them.</summary>
    public Dictionary<string, RoomState> States { get; } = [];

    /// <summary>Position items that came as events, newest last.</summary>
    public List<AccountItem> Positions { get; } = [];

    public string? Token { get; private set; }

    public long Revision { get; private set; }

    public IEnumerable<AccountItem> Items(string kind) => items.Values.Where(i => i.Kind == kind);

    public SyncHave? Have => Revision == 0 ? null : new SyncHave { Revision = Revision, Rooms = Logs.Where(l => l.Value.Top > 0).ToDictionary(l => l.Key, l => l.Value.Top) };

    public void Take(Frame frame)
    {
        if (Codes.IsEntry(frame.Code))
        {
            Assert.False(syncing, "an event came before SYNC_DONE");
            var entry = WireJson.Read<Entry>(frame.Body.Span);
            if (entry.Duplicate is not true)
            {
                Log(entry.Room).Add(entry);
            }

            return;
        }

        switch (frame.Code)
        {
            case Code.LoginSuccess:
                var success = WireJson.Read<LoginSuccess>(frame.Body.Span);
                (Token, syncing, synced) = (success.Token ?? Token, true, frame.RequestId);
                States.Clear();
                break;
            case Code.SyncDone:
                syncing = false;
                Revision = WireJson.Read<SyncDone>(frame.Body.Span).Revision;
                break;
            case Code.AccountChanged:
                Take(WireJson.Read<AccountChanged>(frame.Body.Span), frame.RequestId == 0);
                break;
            case Code.Rooms:
                foreach (var room in WireJson.Read<RoomList>(frame.Body.Span).Rooms)
                {
                    Assert.True(States.TryAdd(room.Id, room), "a room came twice");
                }

                break;
            case Code.History when syncing && frame.RequestId == synced:
                Take(WireJson.Read<HistoryPage>(frame.Body.Span));
                break;
            default:
                break;
        }
    }

    private void Take(HistoryPage page)
    {
        if (page.Gap is true)
        {
            Logs.Remove(page.Room);
        }

        Log(page.Room).Add(page);
    }

    private void Take(AccountChanged changed, bool live)
    {
        Assert.False(live && syncing, "an event came before SYNC_DONE");
        if (changed.Full is true)
        {
            items.Clear();
        }

        foreach (var item in changed.Items)
        {
            Assert.True(!live || item.Revision > Revision, $"item {item.Revision} came after {Revision}");
            items[item.Kind + item.Key] = item;
            if (item.Deleted is true)
            {
                items.Remove(item.Kind + item.Key);
                if (item.Kind == ItemKinds.Room)
                {
                    Logs.Remove(item.Key);
                }
            }

            if (live && item.Kind == ItemKinds.Position)
            {
                Positions.Add(item);
            }
        }

        Revision = Math.Max(Revision, changed.Revision);
    }

    private RoomLog Log(string room) => Logs.TryGetValue(room, out var log) ? log : Logs[room] = new RoomLog();
}
