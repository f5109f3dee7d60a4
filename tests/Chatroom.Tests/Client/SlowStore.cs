using Chatroom.Client;

namespace Chatroom.Tests.Client;

/// <summary>A store whose writes end when a test says so.</summary>
internal sealed class SlowStore : IClientStore
{
    private readonly MemoryStore _store = new();

    public Task Writing { get; set; } = Task.CompletedTask;

    public ValueTask<byte[]?> ReadAsync(string key, CancellationToken cancellationToken = default) => _store.ReadAsync(key, cancellationToken);

    public async ValueTask WriteAsync(string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default)
    {
        await Writing;
        await _store.WriteAsync(key, value, cancellationToken);
    }

    public ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default) => _store.DeleteAsync(key, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellationToken = default) =>
        _store.ListAsync(prefix, cancellationToken);

    public ValueTask<IAsyncDisposable?> TryLockAsync(string name, CancellationToken cancellationToken = default) =>
        _store.TryLockAsync(name, cancellationToken);
}
