using Chatroom.Server.Storage;

namespace Chatroom.Tests.Support;

/// <summary>Does something once, between the reads before a change and the change itself: the moment a race needs.</summary>
internal sealed class BetweenStore(IChatStore store) : IChatStore
{
    private Func<IStoreTransaction, object?>? once;

    public string? Failure => store.Failure;

    public int Queued => store.Queued;

    public event Action<bool>? BatchCommitted
    {
        add => store.BatchCommitted += value;
        remove => store.BatchCommitted -= value;
    }

    /// <summary>Before the next change.</summary>
    public void Before(Func<IStoreTransaction, object?> change) => once = change;

    public async Task<T> WriteAsync<T>(Func<IStoreTransaction, T> change, Action<T>? committed = null, bool continueOnWriter = false)
    {
        if (Interlocked.Exchange(ref once, null) is { } first)
        {
            await store.WriteAsync(first);
        }

        return await store.WriteAsync(change, committed, continueOnWriter);
    }

    public Task<T> ReadAsync<T>(Func<IStoreReader, T> read) => store.ReadAsync(read);

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
