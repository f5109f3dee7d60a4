using Chatroom.Server.Storage;
using CsCheck;

namespace Chatroom.Tests.Storage;

public abstract partial class ChatStoreContract
{
    private static long _nextRoom = 1000;

    [Fact]
    public async Task Unread_counts_equal_a_naive_count_over_random_logs()
    {
        var log = Gen.Select(Gen.Long[1, 3], Gen.Bool, Gen.Int[0, 3], (sender, counts, fate) => (sender, counts, recalled: counts && fate == 0));
        await log.Array[0, 40].SampleAsync(
            async entries =>
            {
                var room = Interlocked.Increment(ref _nextRoom);
                await WriteAsync(tx => AppendLog(tx, room, entries));
                await Store.ReadAsync(r =>
                {
                    for (var seq = 0; seq <= entries.Length + 1; seq++)
                    {
                        Assert.Equal(entries.Take(seq).Count(e => e.counts), r.OrdinalAt(room, seq));
                        for (var account = 1; account <= 3; account++)
                        {
                            Assert.Equal(
                                entries.Take(seq).Count(e => e.counts && e.sender == account), r.SenderOrdinalAt(room, account, seq));
                            Assert.Equal(
                                entries.Skip(seq).Count(e => e.recalled && e.sender != account), r.RecalledAfter(room, seq, account));
                        }
                    }

                    return 0;
                });
            },
            iter: 60,
            threads: 1);
    }

    private static void AppendLog(IStoreTransaction tx, long room, (long sender, bool counts, bool recalled)[] entries)
    {
        tx.InsertRoom(Sample.Room(room));
        var bySender = new long[4];
        long ordinal = 0;
        for (var i = 0; i < entries.Length; i++)
        {
            var (sender, counts, recalled) = entries[i];
            ordinal += counts ? 1 : 0;
            bySender[sender] += counts ? 1 : 0;
            var entry = Sample.Entry(room, i + 1, sender);
            Sample.Append(tx, entry with { Counts = counts, Ordinal = ordinal, SenderOrdinal = bySender[sender] });
            if (recalled)
            {
                tx.EraseEntry(room, i + 1);
            }
        }
    }
}
