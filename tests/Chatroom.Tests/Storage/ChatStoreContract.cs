using Chatroom.Server.Storage;

namespace Chatroom.Tests.Storage;

/// <summary>What every store promises; each store's own test class opens one and inherits these.</summary>
public abstract partial class ChatStoreContract : IAsyncLifetime
{
    private IChatStore? _store;

    protected IChatStore Store => _store ?? throw new InvalidOperationException("Not opened.");

    /// <summary>Opens a new, empty store.</summary>
    protected abstract Task<IChatStore> OpenAsync();

    public virtual async ValueTask InitializeAsync() => _store = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Store.DisposeAsync();
    }

    [Fact]
    public async Task Callbacks_come_in_the_order_of_the_commits()
    {
        await WriteAsync(tx => tx.InsertRoom(Sample.Room(1)));
        var order = new List<long>();
        await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => Task.Run(() => Store.WriteAsync(AppendNext, order.Add))));

        // Only the writer's sequence touched the list, one callback at a time.
        Assert.Equal(Enumerable.Range(1, 300).Select(n => (long)n), order);
    }

    [Fact]
    public async Task The_end_of_a_batch_is_told_after_its_callbacks_and_before_its_tasks()
    {
        var events = new List<string>();
        Store.BatchCommitted += _ => events.Add("batch");
        await Store.WriteAsync(_ => "change", events.Add);
        Assert.Equal(["change", "batch"], events);
    }

    [Fact]
    public async Task A_change_that_throws_leaves_nothing_and_its_neighbours_in_the_batch_stay()
    {
        await WriteAsync(tx => tx.InsertRoom(Sample.Room(1)));
        var called = new List<int>();
        Task<int> first = null!, bad = null!, last = null!;
        await InOneBatchAsync(() =>
        {
            first = Store.WriteAsync(tx => Insert(tx, 1), called.Add);
            bad = Store.WriteAsync<int>(
                tx =>
                {
                    Insert(tx, 2);
                    Sample.Append(tx, Sample.Entry(1, 1));
                    throw new ArgumentException("refused");
                },
                called.Add);
            last = Store.WriteAsync(tx => Insert(tx, 3), called.Add);
        });

        Assert.Equal(1, await first);
        Assert.Equal("refused", (await Assert.ThrowsAsync<ArgumentException>(() => bad)).Message);
        Assert.Equal(3, await last);
        Assert.Equal([1, 3], called);
        Assert.Equal([1L, 3L], await ReadAsync(r => r.Accounts(0, 10).Select(a => a.Id)));
        Assert.Null(await ReadAsync(r => r.Entry(1, 1)));
        Assert.Equal(0, (await ReadAsync(r => r.Room(1)))!.Head);

        static int Insert(IStoreTransaction tx, int id)
        {
            tx.InsertAccount(Sample.Account(id));
            return id;
        }
    }

    [Fact]
    public async Task A_change_sees_what_earlier_changes_of_its_batch_did()
    {
        Task<bool> seen = null!;
        await InOneBatchAsync(() =>
        {
            _ = WriteAsync(tx => tx.InsertAccount(Sample.Account(7)));
            seen = Store.WriteAsync(tx => tx.Account(7) is not null);
        });
        Assert.True(await seen);
    }

    [Fact]
    public async Task A_read_sees_only_what_is_committed()
    {
        using var written = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var write = Store.WriteAsync(tx =>
        {
            tx.InsertAccount(Sample.Account(1));
            written.Set();
            go.Wait(TestContext.Current.CancellationToken);
            return 0;
        });
        written.Wait(TestContext.Current.CancellationToken);
        Assert.False(await ReadAsync(r => r.AnyAccount()));
        go.Set();
        await write;
        Assert.True(await ReadAsync(r => r.AnyAccount()));
    }

    [Fact]
    public async Task A_read_sees_one_state_from_its_first_look_to_its_last()
    {
        using var looked = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var read = Store.ReadAsync(r =>
        {
            var before = r.Account(1);
            looked.Set();
            go.Wait(TestContext.Current.CancellationToken);
            return (before, after: r.Account(1));
        });
        looked.Wait(TestContext.Current.CancellationToken);
        await WriteAsync(tx => tx.InsertAccount(Sample.Account(1)));
        go.Set();
        var (before, after) = await read;
        Assert.Null(before);
        Assert.Null(after);
    }

    [Fact]
    public async Task A_read_that_throws_harms_no_later_read()
    {
        for (var i = 0; i < 20; i++)
        {
            await Assert.ThrowsAsync<FormatException>(() => Store.ReadAsync<int>(_ => throw new FormatException()));
        }

        Assert.False(await ReadAsync(r => r.AnyAccount()));
    }

    [Fact]
    public async Task What_was_queued_before_closing_is_done_and_what_comes_after_is_refused()
    {
        var queued = Enumerable.Range(1, 50).Select(id => WriteAsync(tx => tx.InsertAccount(Sample.Account(id)))).ToList();
        await Store.DisposeAsync();
        await Task.WhenAll(queued);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Store.WriteAsync(_ => 0));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Store.ReadAsync(_ => 0));
    }

    protected Task WriteAsync(Action<IStoreTransaction> change) => Store.WriteAsync(tx =>
    {
        change(tx);
        return 0;
    });

    protected Task<T> ReadAsync<T>(Func<IStoreReader, T> read) => Store.ReadAsync(read);

    /// <summary>Holds the writer with a first change while <paramref name="enqueue"/> queues others, which then share a transaction.</summary>
    protected async Task InOneBatchAsync(Action enqueue)
    {
        using var entered = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var blocker = Store.WriteAsync(_ =>
        {
            entered.Set();
            go.Wait(TestContext.Current.CancellationToken);
            return 0;
        });
        entered.Wait(TestContext.Current.CancellationToken);
        enqueue();
        go.Set();
        await blocker;
    }

    private static long AppendNext(IStoreTransaction tx)
    {
        var seq = tx.Room(1)!.Head + 1;
        Sample.Append(tx, Sample.Entry(1, seq));
        return seq;
    }

    protected static void Same(object? expected, object? actual) => Assert.Equivalent(expected, actual, strict: true);
}
