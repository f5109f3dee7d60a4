using System.Diagnostics;
using Chatroom.Server.Diagnostics;
using Chatroom.Server.Rooms;
using Chatroom.Server.Sealing;
using Chatroom.Server.Storage;
using Microsoft.Extensions.Logging;

namespace Chatroom.Server.Search;

/// <summary>
/// Keeps the search index: puts segments into it when they are full, behind the commits that filled them. It is derived from the log and can be made again at any
/// time; what is not in it yet is looked through entry by entry.
/// </summary>
public sealed class SearchIndex(IChatStore store, Vault vault, TimeProvider clock, ILogger log)
{
    // At most a fifth of a processor: nobody waits for it.
    private const int RestForWork = 4;
    private const int Page = 256;

    // Few at a time: each may have 16 KiB of text.
    private const int Read = 64;

    private readonly Lock gate = new();
    private readonly HashSet<long> due = [];
    private readonly SemaphoreSlim wake = new(0);

    /// <summary>What can be looked for in an entry; null: nothing.</summary>
    internal static string? TextOf(EntryRow row, EntryBody body) => row.Kind switch
    {
        EntryKind.Text or EntryKind.Edit => body.Text,
        EntryKind.File => body.File?.Name,
        _ => null,
    };

    /// <summary>An entry was appended, or erased, and that is on the disk: its room may have a segment that is not in the index. Must not block.</summary>
    public void Touched(long room, long seq, bool erased = false)
    {
        if (erased || SearchSegment.Last(SearchSegment.Of(seq)) == seq)
        {
            Add(room);
        }
    }

    /// <summary>A segment could not be read in the index: it leaves it, and is made again.</summary>
    public void Repair(long room, long segment, Exception why)
    {
        log.SearchIndexDamaged(Ids.Room(room), segment, why);
        _ = RepairAsync(room, segment);
    }

    /// <summary>Until cancelled: looks at all rooms once, then at those that were touched.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await AllAsync();
        while (true)
        {
            await wake.WaitAsync(cancellation);
            foreach (var room in Due())
            {
                try
                {
                    await RoomAsync(room, rest: true, cancellation);
                }
                catch (IOException e)
                {
                    // A full or failing disk: it is looked through entry by entry, and put into the index when the room grows or at the next start.
                    log.BackgroundFailed("search index", e);
                }
            }
        }
    }

    private async Task AllAsync()
    {
        try
        {
            for (long after = 0; ;)
            {
                var rooms = await store.ReadAsync(s => s.Rooms(after, Page));
                foreach (var room in rooms)
                {
                    Add(room.Id);
                }

                if (rooms.Count < Page)
                {
                    return;
                }

                after = rooms[^1].Id;
            }
        }
        catch (IOException e)
        {
            // Rooms that grow are put into it all the same.
            log.BackgroundFailed("search index", e);
        }
    }

    /// <summary>Puts all full segments of a room into the index that are not in it.</summary>
    /// <param name="rest">Pauses between segments.</param>
    /// <exception cref="IOException">The store cannot be read or written.</exception>
    public async Task RoomAsync(long room, bool rest, CancellationToken cancellation = default)
    {
        var (full, known) = await store.ReadAsync(s => (s.Room(room) is { } row ? SearchSegment.Of(row.Head + 1) : 0, s.SearchSegments(room).ToHashSet()));
        for (long segment = 0; segment < full; segment++)
        {
            if (known.Contains(segment))
            {
                continue;
            }

            cancellation.ThrowIfCancellationRequested();
            var began = Stopwatch.GetTimestamp();
            await SegmentAsync(room, segment);
            if (rest)
            {
                await Task.Delay(Stopwatch.GetElapsedTime(began) * RestForWork, clock, cancellation);
            }
        }
    }

    /// <summary>The buckets that a segment has to have, not sealed.</summary>
    internal async Task<byte[][]> BuildAsync(long room, long segment)
    {
        var index = new SegmentIndex(vault);
        for (var after = SearchSegment.First(segment) - 1; after < SearchSegment.Last(segment) && !index.IsFull;)
        {
            var entries = await store.ReadAsync(s => s.EntriesAfter(room, after, SearchSegment.Last(segment), Read));
            foreach (var entry in entries)
            {
                index.Add(entry, Text(entry));
            }

            after = entries.Count == 0 ? SearchSegment.Last(segment) : entries[^1].Seq;
        }

        return index.Build();
    }

    private async Task SegmentAsync(long room, long segment)
    {
        var (from, to) = (SearchSegment.First(segment), SearchSegment.Last(segment));
        var erased = await store.ReadAsync(s => s.CountErased(room, from, to));
        var built = await BuildAsync(room, segment);
        var buckets = built.Select((bucket, i) => vault.SealSearchBucket(room, segment, i, bucket)).ToList();
        await store.WriteAsync(tx =>
        {
            // What was recalled since it was read must not come back by the index: then this is done again.
            var current = tx.CountErased(room, from, to) == erased;
            if (current && tx.SearchBucket(room, segment, 0) is null)
            {
                tx.InsertSearchSegment(room, segment, buckets);
            }

            return current;
        }, current =>
        {
            if (!current)
            {
                Add(room);
            }
        });
    }

    // An entry that does not open is no reason to leave the others out; verify names it.
    private string? Text(EntryRow row)
    {
        if (row.SealedBody is null || row.Kind is not (EntryKind.Text or EntryKind.Edit or EntryKind.File))
        {
            return null;
        }

        try
        {
            return TextOf(row, vault.OpenEntry(row));
        }
        catch (SealingException e)
        {
            log.EntryDamaged(Ids.Room(row.Room), row.Seq, e);
            return null;
        }
    }

    private async Task RepairAsync(long room, long segment)
    {
        try
        {
            await store.WriteAsync(tx =>
            {
                tx.EraseSearchSegment(room, segment);
                return 0;
            });
            Add(room);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            log.BackgroundFailed("search index", e);
        }
    }

    private long[] Due()
    {
        lock (gate)
        {
            long[] rooms = [.. due];
            due.Clear();
            return rooms;
        }
    }

    private void Add(long room)
    {
        lock (gate)
        {
            due.Add(room);
            if (wake.CurrentCount == 0)
            {
                wake.Release();
            }
        }
    }
}
