using System.Buffers.Binary;
using System.Security.Cryptography;
using Chatroom.Server.Storage;

namespace Chatroom.Tests.Storage;

public sealed partial class SqliteChatStoreTests
{
    private const int Rooms = 30;

    // Bodies are noise, so that 8 bytes of one are found nowhere by chance. Many rooms growing at once make SQLite split pages and move rows, and
    // moved rows leave copies behind unless the schema keeps them from moving.
    [Theory]
    [InlineData(200)]
    [InlineData(900)]
    [InlineData(3000)]
    public async Task No_fragment_of_an_erased_body_is_in_database_or_log_within_a_minute(int longest)
    {
        var written = new List<(long Room, long Seq, byte[] Body)>();
        await WriteAsync(tx =>
        {
            for (var room = 1; room <= Rooms; room++)
            {
                tx.InsertRoom(Sample.Room(room));
            }
        });
        for (var batch = 0; batch < 60; batch++)
        {
            await Store.WriteAsync(tx => AppendNoise(tx, longest), written.AddRange);
        }

        await EmptyWalAsync();
        Assert.Equal(written.Count, CountFound(written.Select(w => w.Body)));
        var (kept, erased) = (written.Where(w => w.Seq % 5 == 0).ToList(), written.Where(w => w.Seq % 5 != 0).ToList());

        // In several rounds: what one round moved, a later one has to erase as well.
        foreach (var round in erased.GroupBy(w => w.Seq % 5))
        {
            await WriteAsync(tx => round.ToList().ForEach(w => tx.EraseEntry(w.Room, w.Seq)));
        }

        await EmptyWalAsync();
        Assert.Equal(0, new FileInfo(Wal).Length);
        Assert.Equal(0, CountFound(erased.Select(w => w.Body)));
        foreach (var (room, seq, body) in kept)
        {
            Assert.Equal(body, (await ReadAsync(r => r.Entry(room, seq)))!.SealedBody);
        }
    }

    // What a segment's buckets hold is made of the words of its entries.
    [Fact]
    public async Task No_fragment_of_an_erased_segment_of_the_search_index_is_in_database_or_log_within_a_minute()
    {
        await WriteAsync(tx => tx.InsertRoom(Sample.Room(1)));
        for (var seq = 1; seq <= 3 * SearchSegment.Entries; seq++)
        {
            await WriteAsync(tx => Sample.Append(tx, Sample.Entry(1, seq)));
        }

        var buckets = Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, SearchSegment.Buckets).Select(i => RandomNumberGenerator.GetBytes(40 + (i * 90))).ToArray()).ToArray();
        foreach (var segment in new[] { 1, 0, 2 })
        {
            await WriteAsync(tx => tx.InsertSearchSegment(1, segment, buckets[segment]));
        }

        Assert.Equal(buckets[1][63], await ReadAsync(r => r.SearchBucket(1, 1, 63)));
        await EmptyWalAsync();
        Assert.Equal(3 * SearchSegment.Buckets, CountFound(buckets.SelectMany(b => b)));
        await WriteAsync(tx => tx.EraseEntry(1, SearchSegment.Entries + 5));
        await WriteAsync(tx => tx.InsertSearchSegment(1, 1, buckets[1]));
        await WriteAsync(tx => tx.EraseEntry(1, SearchSegment.Entries + 6));
        await EmptyWalAsync();
        Assert.Equal([0L, 2L], await ReadAsync(r => r.SearchSegments(1)));
        Assert.Null(await ReadAsync(r => r.SearchBucket(1, 1, 63)));
        Assert.Equal(0, CountFound(buckets[1]));
        Assert.Equal(buckets[0][63], await ReadAsync(r => r.SearchBucket(1, 0, 63)));
        Assert.Equal(buckets[2][0], await ReadAsync(r => r.SearchBucket(1, 2, 0)));
    }

    [Fact]
    public async Task No_fragment_of_an_erased_name_or_file_is_in_database_or_log_within_a_minute()
    {
        // In random order of their keys and with rows that grow, as accounts do in a life.
        var values = Enumerable.Range(0, 400).Select(_ => RandomNumberGenerator.GetBytes(64)).ToArray();
        var ids = Enumerable.Range(0, 400).OrderBy(_ => RandomNumberGenerator.GetInt32(int.MaxValue)).ToArray();
        foreach (var i in ids)
        {
            await WriteAsync(tx =>
            {
                tx.InsertAccount(Sample.Account(i + 1) with { SealedName = values[i] });
                tx.InsertFile(Sample.File($"{i:x8}", 1) with { ClientId = Sample.Bytes(i), SealedInfo = values[i] });
                tx.InsertDevice(Sample.Device(i, 1) with { SealedInfo = values[i] });
            });
        }

        await WriteAsync(tx =>
        {
            foreach (var i in ids)
            {
                tx.UpdateAccount(tx.Account(i + 1)! with { PasswordHash = new string('x', 100) });
                tx.UpdateFile(tx.File($"{i:x8}")! with { Seq = long.MaxValue - i });
            }
        });
        await EmptyWalAsync();
        Assert.Equal(400, CountFound(values));
        foreach (var round in ids.Chunk(80))
        {
            await WriteAsync(tx => Array.ForEach(round, i => EraseNames(tx, i)));
        }

        await EmptyWalAsync();
        Assert.Equal(0, CountFound(values));
    }

    private static void EraseNames(IStoreTransaction tx, int i)
    {
        tx.UpdateAccount(tx.Account(i + 1)! with { SealedName = null });
        tx.UpdateDevice(tx.Device(i)! with { SealedInfo = [] });
        if (i % 2 == 0)
        {
            tx.UpdateFile(tx.File($"{i:x8}")! with { SealedInfo = null });
        }
        else
        {
            tx.DeleteFile($"{i:x8}");
        }
    }

    private static List<(long Room, long Seq, byte[] Body)> AppendNoise(IStoreTransaction tx, int longest)
    {
        var rows = new List<(long, long, byte[])>();
        for (var i = 0; i < 30; i++)
        {
            long room = 1 + RandomNumberGenerator.GetInt32(Rooms);
            var seq = tx.Room(room)!.Head + 1;
            var body = RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(60, longest));
            Sample.Append(tx, Sample.Entry(room, seq, sender: 1 + i % 7) with { SealedBody = body });
            rows.Add((room, seq, body));
        }

        return rows;
    }

    /// <summary>How many of the values have at least one of their aligned 8-byte pieces anywhere in the files.</summary>
    private int CountFound(IEnumerable<byte[]> values)
    {
        var pieces = new Dictionary<ulong, int>();
        foreach (var (index, value) in values.Index())
        {
            for (var at = 0; at + 8 <= value.Length; at += 8)
            {
                pieces[BinaryPrimitives.ReadUInt64LittleEndian(value.AsSpan(at))] = index;
            }
        }

        var found = new HashSet<int>();
        foreach (var bytes in new[] { Shared(Database), Shared(Wal) })
        {
            for (var at = 0; at + 8 <= bytes.Length; at++)
            {
                if (pieces.TryGetValue(BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at)), out var index))
                {
                    found.Add(index);
                }
            }
        }

        return found.Count;
    }
}
