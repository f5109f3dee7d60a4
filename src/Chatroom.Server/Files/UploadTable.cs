using Chatroom.Server.Storage;

namespace Chatroom.Server.Files;

/// <summary>
/// The uploads that are open: one holder each at a time, the newest one wins. Kept open for a while between requests, so that resuming does not read
/// everything again. Bounded: by holders at once in all and per account, and by how many stay open unused. Owner of this state: itself, under its lock.
/// </summary>
internal sealed class UploadTable(Func<string, CancellationToken, Task<UploadBlob?>> open, TimeProvider clock)
{
    /// <summary>Uploads held at once, in all: some 200 KiB each.</summary>
    public const int MaxHeld = 256;

    /// <summary>Uploads of one account held at once.</summary>
    public const int MaxHeldByAccount = 16;

    /// <summary>Open uploads nobody holds.</summary>
    public const int MaxIdle = 64;

    /// <summary>How long one stays open unused.</summary>
    public static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(2);

    private readonly Lock gate = new();
    private readonly Dictionary<string, UploadSlot> slots = [];

    /// <summary>How many are open or waited for.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return slots.Count;
            }
        }
    }

    /// <summary>
    /// Takes the upload over: who holds it is told to stop (<see cref="UploadLease.Taken"/>), makes durable what has arrived, and lets go.
    /// </summary>
    /// <returns>Null when too many uploads are held.</returns>
    /// <exception cref="FileNotFoundException">It was removed meanwhile.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public async Task<UploadLease?> TakeAsync(FileRow row, CancellationToken cancellation)
    {
        UploadSlot slot;
        long number;
        UploadLease? before;
        lock (gate)
        {
            if (!slots.TryGetValue(row.Id, out slot!))
            {
                slot = new UploadSlot(row.Id, row.Account);
            }

            if (slot.Users == 0 && IsFull(row.Account))
            {
                return null;
            }

            slots[row.Id] = slot;
            slot.Users++;
            number = ++slot.Newest;
            before = slot.Holder;
        }

        // Outside the lock: what waits for it may run on this thread.
        before?.Stop();
        try
        {
            await slot.Turn.WaitAsync(cancellation);
        }
        catch
        {
            Leave(slot);
            throw;
        }

        var lease = new UploadLease(this, slot);
        try
        {
            slot.Blob ??= await open(row.Id, cancellation);
            lock (gate)
            {
                slot.Holder = lease;
                if (slot.Newest == number)
                {
                    return lease;
                }
            }

            // A newer one came while this one waited.
            lease.Stop();
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>An upload that is open now, to look at: only its holder may touch it. Null when it is not open.</summary>
    public UploadBlob? Find(string file)
    {
        lock (gate)
        {
            return slots.GetValueOrDefault(file)?.Blob;
        }
    }

    public bool IsHeld(string file)
    {
        lock (gate)
        {
            return slots.GetValueOrDefault(file) is { Users: > 0 };
        }
    }

    /// <summary>Closes an upload that nobody holds.</summary>
    public void Close(string file) => CloseWhere(s => s.File == file);

    public void CloseIdle()
    {
        var before = clock.GetUtcNow() - IdleTime;
        CloseWhere(s => s.LastUse <= before);
    }

    public void CloseAll() => CloseWhere(_ => true);

    internal void Release(UploadSlot slot)
    {
        lock (gate)
        {
            slot.Holder = null;
            slot.LastUse = clock.GetUtcNow();
        }

        slot.Turn.Release();
        Leave(slot);
    }

    private void Leave(UploadSlot slot)
    {
        lock (gate)
        {
            slot.Users--;
            if (slot is { Users: 0, Blob: null })
            {
                slots.Remove(slot.File);
            }
        }

        if (IdleOverflow() is { } oldest)
        {
            CloseWhere(s => s.LastUse <= oldest);
        }
    }

    private DateTimeOffset? IdleOverflow()
    {
        lock (gate)
        {
            var idle = slots.Values.Where(s => s.Users == 0).Select(s => s.LastUse).ToList();
            return idle.Count <= MaxIdle ? null : idle.Min();
        }
    }

    private bool IsFull(long account)
    {
        var held = slots.Values.Where(s => s.Users > 0).ToList();
        return held.Count >= MaxHeld || held.Count(s => s.Account == account) >= MaxHeldByAccount;
    }

    private void CloseWhere(Func<UploadSlot, bool> which)
    {
        lock (gate)
        {
            foreach (var slot in slots.Values.Where(s => s.Users == 0 && which(s)).ToList())
            {
                slots.Remove(slot.File);
                slot.Blob?.Dispose();
            }
        }
    }
}

/// <summary>An upload's place in the table.</summary>
internal sealed class UploadSlot(string file, long account)
{
    public string File => file;

    public long Account => account;

    /// <summary>Lets one in at a time.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    /// <summary>Who holds it or waits for it: in the dictionary as long as there is one.</summary>
    public int Users { get; set; }

    /// <summary>Number of the last request that came for it.</summary>
    public long Newest { get; set; }

    public UploadLease? Holder { get; set; }

    /// <summary>Changed by the holder only.</summary>
    public UploadBlob? Blob { get; set; }

    public DateTimeOffset LastUse { get; set; }
}

/// <summary>The right to append to an upload, until disposed.</summary>
internal sealed class UploadLease(UploadTable table, UploadSlot slot) : IDisposable
{
    private readonly CancellationTokenSource taken = new();
    private int disposed;

    /// <summary>Another request wants the upload: flush and let go.</summary>
    public CancellationToken Taken => taken.Token;

    /// <summary>The open upload; null when its content is complete on disk.</summary>
    public UploadBlob? Blob => slot.Blob;

    public void Stop() => taken.Cancel();

    /// <summary>Closes the upload's files: after a failure it has to be opened again, after completion it is of no more use.</summary>
    public void CloseBlob()
    {
        slot.Blob?.Dispose();
        slot.Blob = null;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            table.Release(slot);
        }
    }
}
