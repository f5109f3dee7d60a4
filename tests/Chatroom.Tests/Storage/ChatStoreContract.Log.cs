using Chatroom.Server.Storage;

namespace Chatroom.Tests.Storage;

public abstract partial class ChatStoreContract
{
    [Fact]
    public async Task An_entry_comes_back_with_every_column()
    {
        var row = new EntryRow(
            1, 1, EntryKind.Reaction, 2, 3, Sample.Bytes(4), 5, 6, false, 7, 8, false, Sample.Bytes(9, 5000), Sample.Bytes(10, 32), Sample.Bytes(11, 32));
        await WriteAsync(tx => tx.InsertRoom(Sample.Room(1)));
        await WriteAsync(tx => Sample.Append(tx, row));
        Same(row, await ReadAsync(r => r.Entry(1, 1)));
        Same(
            Sample.Room(1) with { Head = 1, HeadLink = row.Link, Ordinal = 7 },
            await ReadAsync(r => r.Room(1)));
    }

    [Fact]
    public async Task The_log_has_no_gap_and_no_second_entry_at_a_seq()
    {
        await AppendAsync(1, 3);
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(tx => tx.InsertEntry(Sample.Entry(1, 5))));
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(tx => tx.InsertEntry(Sample.Entry(1, 3))));
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(tx => tx.InsertEntry(Sample.Entry(2, 1))));
        Assert.Equal([1L, 2L, 3L], await ReadAsync(r => r.EntriesAfter(1, 0, 100, 100).Select(e => e.Seq)));
    }

    [Fact]
    public async Task Paging_forward_keeps_its_bounds()
    {
        await AppendAsync(1, 10);
        await AppendAsync(2, 10);
        Assert.Equal([4L, 5L, 6L], await ReadAsync(r => r.EntriesAfter(1, 3, 6, 10).Select(e => e.Seq)));
        Assert.Equal([4L, 5L], await ReadAsync(r => r.EntriesAfter(1, 3, 9, 2).Select(e => e.Seq)));
        Assert.Empty(await ReadAsync(r => r.EntriesAfter(1, 6, 6, 10)));
        Assert.Empty(await ReadAsync(r => r.EntriesAfter(1, 10, 100, 10)));
        Assert.Empty(await ReadAsync(r => r.EntriesAfter(1, 0, 10, 0)));
    }

    [Fact]
    public async Task Paging_back_gives_the_last_before_the_bound_in_ascending_order()
    {
        await AppendAsync(1, 10);
        await AppendAsync(2, 10);
        Assert.Equal([5L, 6L], await ReadAsync(r => r.EntriesBefore(1, 7, 0, 2).Select(e => e.Seq)));
        Assert.Equal([6L], await ReadAsync(r => r.EntriesBefore(1, 7, 6, 2).Select(e => e.Seq)));
        Assert.Equal([9L, 10L], await ReadAsync(r => r.EntriesBefore(1, long.MaxValue, 1, 2).Select(e => e.Seq)));
        Assert.Empty(await ReadAsync(r => r.EntriesBefore(1, 1, 0, 2)));
    }

    [Fact]
    public async Task Entries_are_found_by_what_they_are_about()
    {
        await AppendAsync(1, 4);
        await WriteAsync(tx =>
        {
            Sample.Append(tx, Sample.Entry(1, 5, kind: EntryKind.Reaction, target: 4));
            Sample.Append(tx, Sample.Entry(1, 6, kind: EntryKind.Edit, target: 2));
            Sample.Append(tx, Sample.Entry(1, 7, kind: EntryKind.Reaction, target: 3));
        });
        Assert.Equal([5L, 6L, 7L], await ReadAsync(r => r.EntriesTargeting(1, 2, 4, 0).Select(e => e.Seq)));
        Assert.Equal([6L, 7L], await ReadAsync(r => r.EntriesTargeting(1, 2, 3, 0).Select(e => e.Seq)));
        Assert.Equal([7L], await ReadAsync(r => r.EntriesTargeting(1, 2, 4, 6).Select(e => e.Seq)));
        Assert.Empty(await ReadAsync(r => r.EntriesTargeting(2, 0, 100, 0)));
    }

    [Fact]
    public async Task File_entries_are_listed_newest_first_until_they_are_recalled()
    {
        await WriteAsync(tx =>
        {
            tx.InsertRoom(Sample.Room(1));
            for (var seq = 1; seq <= 8; seq++)
            {
                Sample.Append(tx, Sample.Entry(1, seq, kind: seq % 2 == 0 ? EntryKind.File : EntryKind.Text));
            }

            tx.EraseEntry(1, 6);
        });
        Assert.Equal([8L, 4L, 2L], await ReadAsync(r => r.FileEntries(1, 100, 0, 10).Select(e => e.Seq)));
        Assert.Equal([4L], await ReadAsync(r => r.FileEntries(1, 8, 3, 10).Select(e => e.Seq)));
        Assert.Equal([8L], await ReadAsync(r => r.FileEntries(1, 100, 0, 1).Select(e => e.Seq)));
    }

    [Fact]
    public async Task Erasing_takes_the_body_and_leaves_digest_and_link()
    {
        await AppendAsync(1, 2);
        await WriteAsync(tx => tx.EraseEntry(1, 1));
        Same(Sample.Entry(1, 1) with { SealedBody = null, Recalled = true }, await ReadAsync(r => r.Entry(1, 1)));
        Same(Sample.Entry(1, 2), await ReadAsync(r => r.Entry(1, 2)));
    }

    [Fact]
    public async Task Erasing_edits_takes_only_the_bodies_of_edits_of_that_entry()
    {
        await AppendAsync(1, 2);
        var edit = Sample.Entry(1, 3, kind: EntryKind.Edit, target: 1);
        var reaction = Sample.Entry(1, 4, kind: EntryKind.Reaction, target: 1);
        var other = Sample.Entry(1, 5, kind: EntryKind.Edit, target: 2);
        await WriteAsync(tx =>
        {
            Sample.Append(tx, edit);
            Sample.Append(tx, reaction);
            Sample.Append(tx, other);
            tx.EraseEdits(1, 1);
            tx.EraseEdits(1, 99);
        });
        Same(
            new[] { edit with { SealedBody = null }, reaction, other },
            await ReadAsync(r => r.EntriesAfter(1, 2, 100, 10)));
        Same(Sample.Entry(1, 1), await ReadAsync(r => r.Entry(1, 1)));
    }

    [Fact]
    public async Task Pins_are_listed_the_newest_first()
    {
        await WriteAsync(tx =>
        {
            tx.SetPin(1, 10, 21, on: true);
            tx.SetPin(1, 30, 31, on: true);
            tx.SetPin(1, 20, 41, on: true);
            tx.SetPin(2, 50, 51, on: true);
        });
        Assert.Equal([20L, 30L, 10L], await ReadAsync(r => r.Pins(1)));
        await WriteAsync(tx => tx.SetPin(1, 10, 51, on: true));
        await WriteAsync(tx => tx.SetPin(1, 20, 61, on: false));
        await WriteAsync(tx => tx.SetPin(1, 99, 71, on: false));
        Assert.Equal([10L, 30L], await ReadAsync(r => r.Pins(1)));
    }

    private Task AppendAsync(long room, int count) => WriteAsync(tx =>
    {
        tx.InsertRoom(Sample.Room(room));
        for (var seq = 1; seq <= count; seq++)
        {
            Sample.Append(tx, Sample.Entry(room, seq));
        }
    });
}
