using Chatroom.Server.Files;

namespace Chatroom.Tests.Files;

/// <summary>What a crash may leave of the last writes, made by hand: cut at every byte, or lengthened by blocks never written.</summary>
public sealed class UploadCrashTests : IDisposable
{
    private const int Chunk = BlobWorkbench.Chunk;
    private readonly BlobWorkbench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_small_upload_cut_at_every_byte_resumes_at_the_last_durable_offset(bool zeros)
    {
        var content = BlobWorkbench.Content(170);
        var durable = new List<(long Tail, long Offset)> { (0, 0) };
        using (var upload = _bench.Create("f1"))
        {
            foreach (var length in new[] { 1, 49, 70, 50 })
            {
                await upload.AppendAsync(content.AsMemory((int)upload.Length, length));
                durable.Add((0, await upload.FlushAsync()));
                durable[^1] = (new FileInfo(_bench.TailOf("f1")).Length, durable[^1].Offset);
            }
        }

        var part = File.ReadAllBytes(_bench.PartOf("f1"));
        var tail = File.ReadAllBytes(_bench.TailOf("f1"));
        for (var cut = 0; cut <= tail.Length; cut++)
        {
            var torn = tail[..cut];
            var expected = durable.Last(d => d.Tail <= cut).Offset;
            await Resume(part, zeros ? [.. torn, .. new byte[tail.Length - cut]] : torn, content, expected, finish: cut % 7 == 0);
        }
    }

    [Fact]
    public async Task A_cut_while_a_full_chunk_is_written_loses_nothing_that_was_durable()
    {
        var content = BlobWorkbench.Content(Chunk + 300);
        using (var upload = _bench.Create("f1"))
        {
            await upload.AppendAsync(content.AsMemory(0, 60_000));
            await upload.FlushAsync();
            await upload.AppendAsync(content.AsMemory(60_000, 5_000));
            await upload.FlushAsync();
        }

        var oldTail = File.ReadAllBytes(_bench.TailOf("f1"));
        using (var upload = await _bench.OpenUpload("f1"))
        {
            await upload.AppendAsync(content.AsMemory(65_000));
            await upload.FlushAsync();
        }

        var newTail = File.ReadAllBytes(_bench.TailOf("f1"));
        var part = File.ReadAllBytes(_bench.PartOf("f1"));
        var whole = BlobWorkbench.Header + BlobWorkbench.Slot;
        Assert.Equal(whole, part.Length);
        for (var cut = BlobWorkbench.Header; cut < whole; cut += cut < 100 || cut > whole - 70 ? 1 : 4111)
        {
            await Resume(part[..cut], oldTail, content, 65_000, finish: cut % 10 == 0);
        }

        await Resume(part, oldTail, content, Chunk, finish: true);
        await Resume(part, [], content, Chunk, finish: true);
        for (var cut = 0; cut < newTail.Length; cut += 13)
        {
            // The new piece is written over the finished chunk's pieces; the file's length may not have reached the disk.
            await Resume(part, newTail[..cut], content, Chunk, finish: false);
            await Resume(part, [.. newTail[..cut], .. oldTail[cut..]], content, Chunk, finish: cut % 3 == 0);
        }

        await Resume(part, newTail, content, Chunk + 300, finish: true);
        await Resume(part, [.. newTail, .. oldTail[newTail.Length..]], content, Chunk + 300, finish: true);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    [InlineData(Chunk)]
    [InlineData(Chunk + 300)]
    public async Task A_cut_while_the_last_chunk_is_written_or_before_the_rename_loses_nothing(int size)
    {
        var content = BlobWorkbench.Content(size);
        using (var upload = _bench.Create("f1"))
        {
            await upload.AppendAsync(content);
            await upload.FlushAsync();
        }

        var tail = File.ReadAllBytes(_bench.TailOf("f1"));
        using (var upload = await _bench.OpenUpload("f1"))
        {
            await BlobWorkbench.Complete(upload, content);
        }

        var blob = File.ReadAllBytes(_bench.PathOf("f1"));
        File.Delete(_bench.PathOf("f1"));
        var lastSlot = (int)BlobIo.SlotOffset(BlobIo.ChunkCount(size) - 1);
        for (var cut = lastSlot; cut <= blob.Length; cut += blob.Length - cut < 40 || cut - lastSlot < 40 ? 1 : 3001)
        {
            await Resume(blob[..Math.Min(cut, blob.Length)], tail, content, size, finish: cut % 5 == 0);
        }
    }

    [Fact]
    public async Task After_a_rename_without_the_cleaning_the_blob_is_complete_and_the_rest_can_be_discarded()
    {
        var content = BlobWorkbench.Content(300);
        await _bench.Store("f1", content);
        File.WriteAllBytes(_bench.TailOf("f1"), new byte[99]);
        Assert.True(BlobPaths.IsComplete(_bench.PathOf("f1")));
        Assert.False(BlobPaths.IsUnfinished(_bench.PathOf("f1")));
        BlobPaths.Discard(_bench.PathOf("f1"));
        Assert.False(File.Exists(_bench.TailOf("f1")));
        Assert.Equal(content, await _bench.Load("f1", 300));
    }

    [Fact]
    public async Task A_full_chunk_damaged_on_disk_ends_the_sound_prefix_before_it()
    {
        var content = BlobWorkbench.Content((3 * Chunk) + 300);
        using (var upload = _bench.Create("f1"))
        {
            await upload.AppendAsync(content);
            await upload.FlushAsync();
        }

        var part = File.ReadAllBytes(_bench.PartOf("f1"));
        var tail = File.ReadAllBytes(_bench.TailOf("f1"));
        part[BlobWorkbench.Header + BlobWorkbench.Slot + 5] ^= 1;
        await Resume(part, tail, content, Chunk, finish: true);
    }

    [Fact]
    public async Task What_followed_a_lost_chunk_does_not_come_back_after_other_bytes_were_sent()
    {
        var content = BlobWorkbench.Content((3 * Chunk) + 1);
        var other = BlobWorkbench.Content((3 * Chunk) + 1, seed: 2);
        using (var upload = _bench.Create("f1"))
        {
            await upload.AppendAsync(content);
        }

        var part = File.ReadAllBytes(_bench.PartOf("f1"));
        part.AsSpan(BlobWorkbench.Header, BlobWorkbench.Slot).Clear();
        File.WriteAllBytes(_bench.PartOf("f1"), part);
        using (var upload = await _bench.OpenUpload("f1"))
        {
            Assert.Equal(0, upload.DurableLength);
            await upload.AppendAsync(other.AsMemory(0, Chunk + 1));
        }

        using var again = await _bench.OpenUpload("f1");
        Assert.Equal(Chunk, again.DurableLength);
        await again.AppendAsync(other.AsMemory(Chunk));
        await BlobWorkbench.Complete(again, other);
        Assert.Equal(other, await _bench.Load("f1", other.Length));
    }

    [Fact]
    public async Task No_nonce_is_used_twice_although_positions_are_sealed_again()
    {
        var content = BlobWorkbench.Content(Chunk + 40);
        var nonces = new List<string>();
        _bench.Create("f1").Dispose();
        var part = File.ReadAllBytes(_bench.PartOf("f1"));
        for (var round = 0; round < 20; round++)
        {
            // The folder restored to the very beginning, and other bytes sent.
            File.WriteAllBytes(_bench.PartOf("f1"), part);
            File.WriteAllBytes(_bench.TailOf("f1"), []);
            using (var upload = await _bench.OpenUpload("f1"))
            {
                content[0] = (byte)round;
                await upload.AppendAsync(content.AsMemory(0, 20));
                await upload.FlushAsync();
            }

            nonces.Add(Convert.ToHexString(File.ReadAllBytes(_bench.TailOf("f1")), 16, 12));
            using (var upload = await _bench.OpenUpload("f1"))
            {
                await upload.AppendAsync(content.AsMemory(20));
                await upload.FlushAsync();
            }

            nonces.Add(Convert.ToHexString(File.ReadAllBytes(_bench.TailOf("f1")), 16, 12));
            nonces.Add(Convert.ToHexString(File.ReadAllBytes(_bench.PartOf("f1")), BlobWorkbench.Header, 12));
        }

        Assert.Equal(60, nonces.Count);
        Assert.Equal(60, nonces.Distinct().Count());
    }

    private async Task Resume(byte[] part, byte[] tail, byte[] content, long expected, bool finish)
    {
        File.WriteAllBytes(_bench.PartOf("f1"), part);
        File.WriteAllBytes(_bench.TailOf("f1"), tail);
        using var upload = await _bench.OpenUpload("f1");
        Assert.Equal(expected, upload.DurableLength);
        if (!finish)
        {
            return;
        }

        await upload.AppendAsync(content.AsMemory((int)upload.DurableLength));
        await BlobWorkbench.Complete(upload, content);
        Assert.Equal(content, await _bench.Load("f1", content.Length));
        BlobPaths.Erase(_bench.PathOf("f1"));
    }
}
