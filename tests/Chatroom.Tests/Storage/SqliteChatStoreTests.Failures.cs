using Chatroom.Server.Storage;

namespace Chatroom.Tests.Storage;

public sealed partial class SqliteChatStoreTests
{
    [Fact]
    public async Task Without_space_every_change_of_the_batch_is_refused_and_later_ones_work_again()
    {
        await WriteAsync(tx => tx.InsertRoom(Sample.Room(1)));
        await WriteAsync(tx => Raw(tx).Execute("PRAGMA max_page_count = 1"));
        var called = 0;
        Task small = null!, big = null!, late = null!;
        await InOneBatchAsync(() =>
        {
            small = Store.WriteAsync(Insert, _ => called++);
            big = Store.WriteAsync(AppendBig, _ => called++);
            late = Store.WriteAsync(_ => 0, _ => called++);
        });
        await Assert.ThrowsAsync<StoreFullException>(() => small);
        await Assert.ThrowsAsync<StoreFullException>(() => big);
        await Assert.ThrowsAsync<StoreFullException>(() => late);
        Assert.Equal(0, called);
        Assert.Null(Store.Failure);
        Assert.False(await ReadAsync(r => r.AnyAccount()));

        await WriteAsync(tx => Raw(tx).Execute("PRAGMA max_page_count = 1000000"));
        await Store.WriteAsync(Insert);
        await Store.WriteAsync(AppendBig);
        Assert.Equal(1, (await ReadAsync(r => r.Room(1)))!.Head);
    }

    [Fact]
    public async Task A_change_that_swallows_the_lack_of_space_is_not_acknowledged()
    {
        await WriteAsync(tx => tx.InsertRoom(Sample.Room(1)));
        await WriteAsync(tx => Raw(tx).Execute("PRAGMA max_page_count = 1"));
        await Assert.ThrowsAsync<StoreFullException>(() => Store.WriteAsync(tx => Record.Exception(() => AppendBig(tx))));
    }

    [Fact]
    public async Task After_a_failed_commit_nothing_is_acknowledged_and_nothing_is_written_any_more()
    {
        await Store.WriteAsync(Insert);
        var called = 0;
        Task failed = null!;
        await InOneBatchAsync(() =>
        {
            failed = Store.WriteAsync(
                tx =>
                {
                    tx.InsertAccount(Sample.Account(2));
                    return 0;
                },
                _ => called++);

            // Takes the transaction away from under the writer: its COMMIT then fails as it does on a broken disk.
            _ = Store.WriteAsync(tx =>
            {
                Raw(tx).Execute("ROLLBACK");
                return 0;
            });
        });
        await Assert.ThrowsAsync<StoreFailedException>(() => failed);
        Assert.NotNull(Store.Failure);
        var ran = false;
        await Assert.ThrowsAsync<StoreFailedException>(() => Store.WriteAsync(_ => ran = true));
        Assert.False(ran);
        Assert.Equal(0, called);
        Assert.Equal([1L], await ReadAsync(r => r.Accounts(0, 10).Select(a => a.Id)));

        var (database, wal) = (Shared(Database), Shared(Wal));
        await EmptyWalAsync().ContinueWith(t => Assert.IsType<StoreFailedException>(t.Exception?.InnerException), TaskScheduler.Default);
        await Store.DisposeAsync();
        Assert.Equal(database, Shared(Database));
        Assert.Equal(wal, Shared(Wal));
        await using var again = Open();
        Assert.Null(again.Failure);
        Assert.Equal([1L], await again.ReadAsync(r => r.Accounts(0, 10).Select(a => a.Id)));
    }

    [Fact]
    public async Task A_damaged_page_met_by_a_change_stops_all_writing()
    {
        await WriteAsync(tx => tx.InsertRoom(Sample.Room(1)));
        var root = await Store.WriteAsync(tx => Raw(tx).Scalar("SELECT rootpage FROM sqlite_schema WHERE name = 'accounts'"));
        await Store.DisposeAsync();
        using (var file = new FileStream(Database, FileMode.Open))
        {
            file.Position = (root - 1) * 4096;
            file.Write(Enumerable.Repeat((byte)0xFF, 4096).ToArray());
        }

        await using var damaged = Open();
        await Assert.ThrowsAsync<IOException>(() => damaged.ReadAsync(r => r.Account(1)));
        Assert.Null(damaged.Failure);
        await Assert.ThrowsAsync<StoreFailedException>(() => damaged.WriteAsync(Insert));
        Assert.NotNull(damaged.Failure);
    }

    [Fact]
    public async Task A_callback_that_throws_takes_no_acknowledgement_away()
    {
        Assert.Equal(5, await Store.WriteAsync(_ => 5, _ => throw new FormatException("from a callback")));
        Assert.Equal(6, await Store.WriteAsync(_ => 6));
        Assert.Null(Store.Failure);
    }

    private static int Insert(IStoreTransaction tx)
    {
        tx.InsertAccount(Sample.Account(1));
        return 0;
    }

    private static int AppendBig(IStoreTransaction tx)
    {
        Sample.Append(tx, Sample.Entry(1, 1) with { SealedBody = new byte[100_000] });
        return 0;
    }
}
