using Chatroom.Server.Storage;

namespace Chatroom.Tests.Support;

/// <summary>A store that fails as long as a test wants it to.</summary>
internal sealed class FaultyStore(IChatStore store) : IChatStore
{
    private volatile Func<Exception>? reads;
    private volatile Func<Exception>? writes;
    private volatile Func<Exception>? readsAfterWrite;

    public string? Failure => store.Failure;

    public int Queued => store.Queued;

    public event Action<bool>? BatchCommitted
    {
        add => store.BatchCommitted += value;
        remove => store.BatchCommitted -= value;
    }

    public void FailReads(Func<Exception> with) => reads = with;

    /// <summary>Reads fail from the next change on.</summary>
    public void FailReadsAfterNextWrite(Func<Exception> with) => readsAfterWrite = with;

    public void FailWrites(Func<Exception> with) => writes = with;

    public void Recover() => reads = writes = readsAfterWrite = null;

    public async Task<T> WriteAsync<T>(Func<IStoreTransaction, T> change, Action<T>? committed = null, bool continueOnWriter = false)
    {
        if (writes is { } fault)
        {
            throw fault();
        }

        var result = await store.WriteAsync(change, committed, continueOnWriter);
        reads ??= readsAfterWrite;
        return result;
    }

    public Task<T> ReadAsync<T>(Func<IStoreReader, T> read) => reads is { } fault ? Task.FromException<T>(fault()) : store.ReadAsync(read);

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
