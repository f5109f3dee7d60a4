using System.Globalization;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Maintenance.ClassicImport;

/// <summary>
/// What was said, in the lobby and in private. It stands in the order of its times (then of 2.0's ids), before everything said here: a room that has messages
/// of its own takes nothing more, because logs only grow at their end.
/// </summary>
internal sealed class ClassicHistory(ClassicSource source, ClassicTimes times, ClassicPeople people, IImportTarget target, ImportReport report, ImportPace pace)
{
    private const int Page = 500;
    private const int MostUnderWay = 256;
    private long looked;

    /// <summary>One message or file on its way.</summary>
    private sealed record Item(ClassicRow Row, long Time, ImportedPerson From, ImportedPerson? To);

    /// <summary>One entry to be: a text or a part of one, or a file where there is no text.</summary>
    private sealed record Entry(Item Item, byte[] Id, string? Text);

    public async Task LobbyAsync(CancellationToken cancellation)
    {
        var items = Items(ClassicTable.Chat).Concat(Items(ClassicTable.File)).OrderBy(i => i.Time).ThenBy(i => i.Row.Table).ThenBy(i => i.Row.Id).ThenBy(i => i.Row.RowId);
        report.LobbyRefused = !await RoomAsync([.. items], null, "the lobby has messages of its own already: old ones cannot go before them", cancellation);
    }

    public async Task PrivateAsync(CancellationToken cancellation)
    {
        var pairs = Items(ClassicTable.Private).GroupBy(i => (Math.Min(i.From.Account, i.To!.Account), Math.Max(i.From.Account, i.To.Account)));
        foreach (var pair in pairs.ToList())
        {
            var items = pair.OrderBy(i => i.Time).ThenBy(i => i.Row.Id).ThenBy(i => i.Row.RowId).ToList();
            await RoomAsync(items, (items[0].From, items[0].To!), "the two have written to each other here already: old messages cannot go before that", cancellation);
        }
    }

    /// <returns>False when the room has messages of its own and something was kept out.</returns>
    private async Task<bool> RoomAsync(IReadOnlyList<Item> items, (ImportedPerson, ImportedPerson)? pair, string refusal, CancellationToken cancellation)
    {
        var (pending, present, newest) = await CompareAsync(items, cancellation);
        if (pending.Count > 0 && await target.CountAsync(pair) > present)
        {
            pending.ForEach(item => report.Skip(CountOf(item), refusal));
            return false;
        }

        var underWay = new Queue<(Item Item, bool Last, Task<Written> Writing)>();
        async Task EndAsync(int left)
        {
            while (underWay.Count > left)
            {
                var (item, last, writing) = underWay.Dequeue();
                var written = await writing;
                if (last)
                {
                    Count(item, written.Refusal);
                }

                newest = written.Refusal is null && written.Seq > newest.Seq ? written : newest;
            }
        }

        foreach (var item in pending)
        {
            cancellation.ThrowIfCancellationRequested();
            var entries = Entries(item, tell: true);
            foreach (var entry in entries)
            {
                var last = ReferenceEquals(entry, entries[^1]);
                pace.Step(CountOf(item).What, CountOf(item).Came);
                if (entry.Text is { } text)
                {
                    underWay.Enqueue((item, last, target.SendAsync(item.From, item.To, entry.Id, item.Time, text)));
                    await EndAsync(MostUnderWay);
                    continue;
                }

                // A file's place in the log is taken when its content is durable: nothing may be under way beside it.
                await EndAsync(0);
                underWay.Enqueue((item, last, target.PutFileAsync(item.From, entry.Id, item.Time, NameOf(item), () => source.OpenFile(item.Row), cancellation)));
                await EndAsync(0);
            }
        }

        await EndAsync(0);
        if (newest.Seq > 0)
        {
            await target.ReadUpToAsync(newest.Room, newest.Seq);
        }

        return true;
    }

    /// <summary>What is not here yet, how many entries are, and the newest of those.</summary>
    private async Task<(List<Item> Pending, long Present, Written Newest)> CompareAsync(IReadOnlyList<Item> items, CancellationToken cancellation)
    {
        var (pending, present, newest) = (new List<Item>(), 0L, default(Written));
        foreach (var page in items.Chunk(Page))
        {
            cancellation.ThrowIfCancellationRequested();
            var entries = page.Select(i => (Item: i, Entries: Entries(i, tell: false))).ToList();
            var found = new Queue<ChangeRow?>(await target.WrittenAsync([.. entries.SelectMany(e => e.Entries).Select(e => (e.Item.From.Account, e.Id))]));
            foreach (var (item, parts) in entries)
            {
                var there = parts.Select(_ => found.Dequeue()).OfType<ChangeRow>().ToList();
                present += there.Count;
                foreach (var row in there.Where(r => r.Seq > newest.Seq))
                {
                    newest = new Written(row.Room!.Value, row.Seq!.Value);
                }

                if (parts.Count > 0 && there.Count == parts.Count)
                {
                    CountOf(item).Present++;
                }
                else if (parts.Count > 0)
                {
                    pending.Add(item);
                }
            }

            pace.Look("messages and files", looked += page.Length);
        }

        return (pending, present, newest);
    }

    /// <summary>The entries an item becomes: none when it has no content, which is reported at the first look.</summary>
    private List<Entry> Entries(Item item, bool tell)
    {
        var row = item.Row;
        var content = source.ContentOf(row);
        var id = row.Id.ToString(CultureInfo.InvariantCulture);
        if (row.Table == ClassicTable.File)
        {
            var size = source.SizeOf(row);
            if (size is null && !tell)
            {
                report.Skip(report.Files, "no content");
            }

            return size is null ? [] : [new Entry(item, target.IdOf("file", id, row.Source, row.Time, content, size.Value.ToString(CultureInfo.InvariantCulture)), null)];
        }

        var parts = ClassicTexts.Parts(content, out var altered);
        if (parts.Count == 0 && !tell)
        {
            report.Skip(CountOf(item), "no text");
        }

        if (tell && (altered || parts.Count > 1))
        {
            report.Change(parts.Count > 1 ? "texts longer than 16 KiB came over in parts" : "texts with control characters: these became U+FFFD, line endings line feeds");
        }

        return [.. parts.Select((text, at) => new Entry(
            item, target.IdOf(row.Table.ToString(), id, row.Source, row.Target ?? "", row.Time, content, at.ToString(CultureInfo.InvariantCulture)), text))];
    }

    // Only for a file that is really written.
    private string NameOf(Item file)
    {
        var old = source.ContentOf(file.Row);
        var name = ClassicTexts.FileName(old);
        if (name != old)
        {
            report.Change($"file \"{old}\" is called \"{name}\" now");
        }

        return name;
    }

    /// <summary>The rows of a table whose people have accounts, with their times as UTC.</summary>
    private List<Item> Items(ClassicTable table)
    {
        var items = new List<Item>();
        long last = 0;
        var odd = 0;
        foreach (var row in source.History(table))
        {
            // A row without a time stands where it was written.
            if (times.TryConvert(row.Time, last, out var time))
            {
                last = time;
            }
            else
            {
                odd++;
                time = last;
            }

            var (from, to) = (people.Find(row.Source), row.Target is { } name ? people.Find(name) : null);
            var item = new Item(row, time, from!, to);
            if (from is null || (to is null && table == ClassicTable.Private))
            {
                report.Skip(CountOf(item), $"\"{(from is null ? row.Source : row.Target)}\" has no account");
            }
            else if (from == to)
            {
                report.Skip(CountOf(item), "to oneself");
            }
            else
            {
                items.Add(item);
            }
        }

        if (odd > 0)
        {
            report.Note($"{odd} rows of {table} have no readable time: each got that of the row before it.");
        }

        return items;
    }

    private ImportCount CountOf(Item item) => item.Row.Table switch
    {
        ClassicTable.Chat => report.Messages,
        ClassicTable.File => report.Files,
        _ => report.PrivateMessages,
    };

    private void Count(Item item, string? refusal)
    {
        if (refusal is null)
        {
            CountOf(item).Came++;
        }
        else
        {
            report.Skip(CountOf(item), refusal);
        }
    }
}
