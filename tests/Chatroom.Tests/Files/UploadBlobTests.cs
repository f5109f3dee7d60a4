using System.Security.Cryptography;
using Chatroom.Server.Files;
using Chatroom.Server.Sealing;
using CsCheck;

namespace Chatroom.Tests.Files;

public sealed class UploadBlobTests : IDisposable
{
    private const int Chunk = BlobWorkbench.Chunk;
    private readonly BlobWorkbench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Lengths_tell_what_is_appended_and_what_is_durable()
    {
        using var upload = _bench.Create("f1");
        Assert.Equal((0, 0), (upload.Length, upload.DurableLength));
        await upload.AppendAsync(BlobWorkbench.Content(Chunk + 10));
        Assert.Equal((Chunk + 10, 0), (upload.Length, upload.DurableLength));
        Assert.Equal(Chunk + 10, await upload.FlushAsync());
        Assert.Equal((Chunk + 10, Chunk + 10), (upload.Length, upload.DurableLength));
        Assert.Equal(SHA256.HashData(BlobWorkbench.Content(Chunk + 10)), upload.Sha256SoFar());
    }

    [Fact]
    public async Task Any_pattern_of_appends_flushes_and_reopenings_keeps_every_durable_byte()
    {
        var step = Gen.Select(Gen.OneOf(Gen.Int[0, 300], Gen.Int[0, Chunk + 100], Gen.Const(Chunk)), Gen.Int[0, 3]);
        var round = 0;
        await step.Array[1, 8].SampleAsync(
            async steps =>
            {
                var id = $"r{Interlocked.Increment(ref round)}";
                var content = BlobWorkbench.Content(steps.Sum(s => s.Item1), seed: steps.Length);
                var upload = _bench.Create(id);
                foreach (var (length, then) in steps)
                {
                    await upload.AppendAsync(content.AsMemory((int)upload.Length, Math.Min(length, content.Length - (int)upload.Length)));
                    if (then > 0)
                    {
                        Assert.Equal(upload.Length, await upload.FlushAsync());
                    }

                    if (then > 1)
                    {
                        var durable = upload.DurableLength;
                        upload.Dispose();
                        upload = await _bench.OpenUpload(id);
                        Assert.Equal(durable, upload.DurableLength);
                        Assert.Equal(SHA256.HashData(content.AsSpan(0, (int)durable)), upload.Sha256SoFar());
                    }
                }

                await upload.AppendAsync(content.AsMemory((int)upload.Length));
                await BlobWorkbench.Complete(upload, content);
                Assert.Equal(content, await _bench.Load(id, content.Length));
                Assert.False(BlobPaths.IsUnfinished(_bench.PathOf(id)));
            },
            iter: 40,
            threads: 1);
    }

    [Fact]
    public async Task Closed_without_a_flush_it_reopens_at_no_less_than_what_was_durable()
    {
        var content = BlobWorkbench.Content((2 * Chunk) + 100);
        using (var upload = _bench.Create("f1"))
        {
            await upload.AppendAsync(content.AsMemory(0, 1000));
            await upload.FlushAsync();
            await upload.AppendAsync(content.AsMemory(1000));
        }

        using var again = await _bench.OpenUpload("f1");
        Assert.Equal(2 * Chunk, again.DurableLength);
        await again.AppendAsync(content.AsMemory(2 * Chunk));
        await BlobWorkbench.Complete(again, content);
        Assert.Equal(content, await _bench.Load("f1", content.Length));
    }

    [Fact]
    public async Task A_wrong_length_or_hash_is_refused_and_nothing_gets_the_final_name()
    {
        var content = BlobWorkbench.Content(100);
        using var upload = _bench.Create("f1");
        await upload.AppendAsync(content);
        var hash = SHA256.HashData(content);
        await Assert.ThrowsAsync<BlobMismatchException>(async () => await upload.CompleteAsync(101, hash));
        await Assert.ThrowsAsync<BlobMismatchException>(async () => await upload.CompleteAsync(99, hash));
        await Assert.ThrowsAsync<BlobMismatchException>(async () => await upload.CompleteAsync(100, SHA256.HashData([])));
        await Assert.ThrowsAsync<BlobMismatchException>(async () => await upload.CompleteAsync(100, default));
        Assert.False(BlobPaths.IsComplete(_bench.PathOf("f1")));
        await upload.CompleteAsync(100, hash);
        Assert.True(BlobPaths.IsComplete(_bench.PathOf("f1")));
    }

    [Fact]
    public async Task Discarding_leaves_nothing_behind()
    {
        var upload = _bench.Create("f1");
        await upload.AppendAsync(BlobWorkbench.Content(Chunk + 10));
        await upload.FlushAsync();
        upload.Dispose();
        Assert.True(BlobPaths.IsUnfinished(_bench.PathOf("f1")));
        BlobPaths.Discard(_bench.PathOf("f1"));
        Assert.False(BlobPaths.IsUnfinished(_bench.PathOf("f1")));
        Assert.Equal([_bench.PathOf("keyring.json")], Directory.GetFiles(_bench.Keys.Data));
    }

    [Fact]
    public async Task An_upload_is_not_begun_twice_nor_over_a_finished_blob_nor_opened_twice()
    {
        var content = BlobWorkbench.Content(10);
        using (var upload = _bench.Create("f1"))
        {
            Assert.Throws<IOException>(() => _bench.Create("f1"));
            await Assert.ThrowsAsync<IOException>(() => _bench.OpenUpload("f1"));
            await upload.AppendAsync(content);
            await BlobWorkbench.Complete(upload, content);
        }

        Assert.Throws<IOException>(() => _bench.Create("f1"));
        await Assert.ThrowsAsync<FileNotFoundException>(() => _bench.OpenUpload("f1"));
        Assert.Equal(content, await _bench.Load("f1", 10));
    }

    [Fact]
    public async Task A_closed_upload_takes_nothing_more()
    {
        var upload = _bench.Create("f1");
        upload.Dispose();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await upload.AppendAsync(new byte[1]));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await upload.FlushAsync());
    }

    [Fact]
    public async Task Neither_unfinished_nor_finished_files_show_content_or_more_of_a_name_than_the_id()
    {
        var canary = "a canary in the coal mine, forty bytes at least"u8.ToArray();
        var content = new byte[Chunk + 5000];
        for (var i = 0; i + canary.Length <= content.Length; i += canary.Length)
        {
            canary.CopyTo(content, i);
        }

        using (var upload = _bench.Create("f1"))
        {
            await upload.AppendAsync(content);
            await upload.FlushAsync();
        }

        AssertSealed(3);
        using (var upload = await _bench.OpenUpload("f1"))
        {
            await BlobWorkbench.Complete(upload, content);
        }

        AssertSealed(2);

        // The search itself works.
        File.WriteAllBytes(_bench.PathOf("f0"), content);
        Assert.ThrowsAny<Exception>(() => AssertSealed(3));

        void AssertSealed(int files)
        {
            var all = Directory.GetFiles(_bench.Keys.Data);
            Assert.Equal(files, all.Length);
            foreach (var file in all)
            {
                Assert.Equal(-1, File.ReadAllBytes(file).AsSpan().IndexOf(canary.AsSpan(0, 8)));
            }
        }
    }

    [Fact]
    public async Task A_wrong_key_or_a_damaged_header_is_reported_and_changes_nothing()
    {
        using (var upload = _bench.Create("f1"))
        {
            await upload.AppendAsync(BlobWorkbench.Content(100));
            await upload.FlushAsync();
        }

        var sound = File.ReadAllBytes(_bench.PartOf("f1"));
        var tail = File.ReadAllBytes(_bench.TailOf("f1"));
        foreach (var damaged in new byte[][] { [], sound[..31], [.. "CRB2"u8, .. sound[4..]], [.. sound[..5], 9, .. sound[6..]] })
        {
            File.WriteAllBytes(_bench.PartOf("f1"), damaged);
            await Assert.ThrowsAsync<SealingException>(() => _bench.OpenUpload("f1"));
            Assert.Equal(damaged, File.ReadAllBytes(_bench.PartOf("f1")));
            Assert.Equal(tail, File.ReadAllBytes(_bench.TailOf("f1")));
        }
    }
}
