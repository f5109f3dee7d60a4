using Chatroom.Server.Files;
using Chatroom.Server.Sealing;
using Chatroom.Tests.Sealing;
using CsCheck;

namespace Chatroom.Tests.Files;

public sealed class BlobReaderTests : IDisposable
{
    private const int Chunk = BlobWorkbench.Chunk;
    private readonly BlobWorkbench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Chunk - 1)]
    [InlineData(Chunk)]
    [InlineData(Chunk + 1)]
    [InlineData(2 * Chunk)]
    [InlineData((3 * Chunk) + 777)]
    public async Task A_content_of_any_size_comes_back_and_only_the_blob_lies_on_disk(int size)
    {
        var content = BlobWorkbench.Content(size);
        await _bench.Store("f1", content);
        Assert.Equal(content, await _bench.Load("f1", size));
        Assert.Null(await _bench.Damage("f1", size));
        Assert.Equal(["f1", "keyring.json"], Directory.GetFiles(_bench.Keys.Data).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Any_range_reads_as_the_content_has_it()
    {
        var content = BlobWorkbench.Content((2 * Chunk) + 500);
        await _bench.Store("f1", content);
        using var reader = _bench.OpenReader("f1", content.Length);
        Gen.Select(Gen.Int[0, content.Length + 10], Gen.Int[0, content.Length + 10]).Sample(
            (offset, length) =>
            {
                var buffer = new byte[length];
                var read = reader.ReadAsync(offset, buffer).AsTask().GetAwaiter().GetResult();
                Assert.Equal(Math.Clamp(content.Length - offset, 0, length), read);
                Assert.True(buffer.AsSpan(0, read).SequenceEqual(content.AsSpan(Math.Min(offset, content.Length), read)));
            },
            iter: 300,
            threads: 1);
    }

    [Fact]
    public async Task A_range_is_copied_and_one_outside_the_content_refused()
    {
        var content = BlobWorkbench.Content(Chunk + 500);
        await _bench.Store("f1", content);
        using var reader = _bench.OpenReader("f1", content.Length);
        using var copy = new MemoryStream();
        await reader.CopyToAsync(copy, Chunk - 10, 20);
        Assert.Equal(content[(Chunk - 10)..(Chunk + 10)], copy.ToArray());
        await reader.CopyToAsync(copy, content.Length, 0);
        Assert.Equal(20, copy.Length);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => reader.CopyToAsync(copy, 0, content.Length + 1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => reader.CopyToAsync(copy, -1, 1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => reader.CopyToAsync(copy, long.MaxValue, 1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    public async Task Every_flipped_byte_is_found(int size)
    {
        await _bench.Store("f1", BlobWorkbench.Content(size));
        var sound = File.ReadAllBytes(_bench.PathOf("f1"));
        for (var i = 0; i < sound.Length; i++)
        {
            var damaged = (byte[])sound.Clone();
            damaged[i] ^= 0x10;
            File.WriteAllBytes(_bench.PathOf("f1"), damaged);
            var message = await _bench.Damage("f1", size);
            Assert.True(message is not null, $"byte {i}");
            Assert.StartsWith("File f1 ", message);
        }

        File.WriteAllBytes(_bench.PathOf("f1"), sound);
        Assert.Null(await _bench.Damage("f1", size));
    }

    [Fact]
    public async Task A_damaged_chunk_is_named_and_none_of_its_bytes_given_out()
    {
        var content = BlobWorkbench.Content((3 * Chunk) + 5);
        await _bench.Store("f1", content);
        var bytes = File.ReadAllBytes(_bench.PathOf("f1"));
        bytes[BlobWorkbench.Header + BlobWorkbench.Slot + 40_000] ^= 1;
        File.WriteAllBytes(_bench.PathOf("f1"), bytes);

        using var reader = _bench.OpenReader("f1", content.Length);
        using var copy = new MemoryStream();
        var error = await Assert.ThrowsAsync<SealingException>(() => reader.CopyToAsync(copy, 0, content.Length));
        Assert.Contains("File f1 is damaged: chunk 1 ", error.Message);
        Assert.Equal(content[..Chunk], copy.ToArray());

        var buffer = new byte[10];
        await Assert.ThrowsAsync<SealingException>(async () => await reader.ReadAsync(Chunk, buffer));
        Assert.Equal(new byte[10], buffer);

        Assert.Equal(10, await reader.ReadAsync(2 * Chunk, buffer));
        Assert.Equal(content[(2 * Chunk)..((2 * Chunk) + 10)], buffer);
    }

    [Fact]
    public async Task A_blob_cut_at_a_chunk_boundary_or_inside_is_found_even_when_the_size_is_forged_to_match()
    {
        var content = BlobWorkbench.Content((2 * Chunk) + 300);
        await _bench.Store("f1", content);
        var sound = File.ReadAllBytes(_bench.PathOf("f1"));
        int[] cuts =
        [
            0, 1, 31, 32, 33, 59, 60, 100, 32 + Chunk, 32 + BlobWorkbench.Slot - 1, 32 + BlobWorkbench.Slot, 32 + BlobWorkbench.Slot + 1,
            32 + BlobWorkbench.Slot + 28, 32 + (2 * BlobWorkbench.Slot), 32 + (2 * BlobWorkbench.Slot) + 28, sound.Length - 1,
        ];
        foreach (var cut in cuts)
        {
            File.WriteAllBytes(_bench.PathOf("f1"), sound[..cut]);
            Assert.NotNull(await _bench.Damage("f1", content.Length));
            for (var chunks = 1; chunks <= 3; chunks++)
            {
                // The size that makes the length on disk right, as whoever can forge the database would put it there.
                var size = cut - 32 - (chunks * 28);
                if (size >= 0 && BlobIo.FileLength(size) == cut)
                {
                    Assert.NotNull(await _bench.Damage("f1", size));
                }
            }
        }

        File.WriteAllBytes(_bench.PathOf("f1"), [.. sound, 0]);
        Assert.NotNull(await _bench.Damage("f1", content.Length));
    }

    [Fact]
    public async Task Swapped_and_repeated_chunks_are_found()
    {
        var content = BlobWorkbench.Content(3 * Chunk);
        await _bench.Store("f1", content);
        var sound = File.ReadAllBytes(_bench.PathOf("f1"));
        foreach (var (to, from) in new[] { (0, 1), (1, 0), (1, 2), (2, 1), (2, 0) })
        {
            var damaged = (byte[])sound.Clone();
            SlotAt(sound, from).CopyTo(SlotAt(damaged, to));
            SlotAt(sound, to).CopyTo(SlotAt(damaged, from));
            File.WriteAllBytes(_bench.PathOf("f1"), damaged);
            Assert.NotNull(await _bench.Damage("f1", content.Length));

            SlotAt(sound, from).CopyTo(SlotAt(damaged, from));
            File.WriteAllBytes(_bench.PathOf("f1"), damaged);
            Assert.NotNull(await _bench.Damage("f1", content.Length));
        }

        static Span<byte> SlotAt(byte[] blob, int chunk) =>
            blob.AsSpan(BlobWorkbench.Header + (chunk * BlobWorkbench.Slot), BlobWorkbench.Slot);
    }

    [Fact]
    public async Task The_blob_of_another_file_or_one_of_its_chunks_does_not_open()
    {
        var content = BlobWorkbench.Content(Chunk + 10);
        await _bench.Store("f1", content);
        await _bench.Store("f2", content);
        var first = File.ReadAllBytes(_bench.PathOf("f1"));
        var second = File.ReadAllBytes(_bench.PathOf("f2"));
        File.WriteAllBytes(_bench.PathOf("f1"), second);
        Assert.Contains("chunk 1", await _bench.Damage("f1", content.Length));

        second.AsSpan(BlobWorkbench.Header, BlobWorkbench.Slot).CopyTo(first.AsSpan(BlobWorkbench.Header));
        File.WriteAllBytes(_bench.PathOf("f1"), first);
        Assert.Contains("chunk 0", await _bench.Damage("f1", content.Length));
    }

    [Fact]
    public async Task An_earlier_blob_of_the_same_file_does_not_lend_its_chunks()
    {
        var content = BlobWorkbench.Content(Chunk + 10);
        await _bench.Store("f1", content);
        var earlier = File.ReadAllBytes(_bench.PathOf("f1"));
        BlobPaths.Erase(_bench.PathOf("f1"));
        await _bench.Store("f1", content);
        var now = File.ReadAllBytes(_bench.PathOf("f1"));
        earlier.AsSpan(BlobWorkbench.Header, BlobWorkbench.Slot).CopyTo(now.AsSpan(BlobWorkbench.Header));
        File.WriteAllBytes(_bench.PathOf("f1"), now);
        Assert.Contains("chunk 0", await _bench.Damage("f1", content.Length));
    }

    [Fact]
    public async Task Another_data_folders_keys_do_not_open_it()
    {
        await _bench.Store("f1", BlobWorkbench.Content(100));
        using var other = new TestRing();
        Assert.Throws<SealingException>(() => BlobReader.Open(other.Ring, _bench.PathOf("f1"), "f1", 100));
    }

    [Fact]
    public void A_missing_blob_is_named()
    {
        var error = Assert.Throws<SealingException>(() => _bench.OpenReader("f9", 100));
        Assert.Equal("File f9 is missing.", error.Message);
    }

    [Fact]
    public async Task A_blob_opens_after_a_new_epoch_and_new_blobs_use_it()
    {
        var content = BlobWorkbench.Content(100);
        await _bench.Store("f1", content);
        _bench.Keys.Ring.AddEpoch();
        await _bench.Store("f2", content);
        Assert.Equal(content, await _bench.Load("f1", 100));
        Assert.Equal(content, await _bench.Load("f2", 100));
        Assert.Equal(1, File.ReadAllBytes(_bench.PathOf("f1"))[6]);
        Assert.Equal(2, File.ReadAllBytes(_bench.PathOf("f2"))[6]);
    }

    [Fact]
    public async Task Random_bytes_in_place_of_a_blob_never_throw_anything_but_a_sealing_exception()
    {
        await _bench.Store("f1", BlobWorkbench.Content(40));
        var header = File.ReadAllBytes(_bench.PathOf("f1"))[..BlobWorkbench.Header];
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Int[0, 200], Gen.Int[0, BlobWorkbench.Header]).Sample(
            (bytes, size, genuine) =>
            {
                header.AsSpan(0, Math.Min(genuine, bytes.Length)).CopyTo(bytes);
                File.WriteAllBytes(_bench.PathOf("f1"), bytes);
                Assert.NotNull(_bench.Damage("f1", size).GetAwaiter().GetResult());
                Assert.NotNull(_bench.Damage("f1", Math.Max(0, bytes.Length - 60)).GetAwaiter().GetResult());
            },
            iter: 1000,
            threads: 1);
    }

    [Fact]
    public async Task A_reader_that_has_begun_reads_to_the_end_although_the_file_is_erased()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the name stays there until the last handle is closed");
        var content = BlobWorkbench.Content((2 * Chunk) + 5);
        await _bench.Store("f1", content);
        using var reader = _bench.OpenReader("f1", content.Length);
        BlobPaths.Erase(_bench.PathOf("f1"));
        Assert.False(BlobPaths.IsComplete(_bench.PathOf("f1")));
        var read = new byte[content.Length];
        Assert.Equal(content.Length, await reader.ReadAsync(0, read));
        Assert.Equal(content, read);
    }
}
