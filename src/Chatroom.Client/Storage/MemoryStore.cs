using System.Collections.Concurrent;

namespace Chatroom.Client;

/// <summary>A store that is forgotten with the program. Clients in one process may share one.</summary>
public sealed class MemoryStore : IClientStore
{
    private readonly ConcurrentDictionary<string, byte[]> _values = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Held> _locks = new(StringComparer.Ordinal);

    public ValueTask<byte[]?> ReadAsync(string key, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(_values.GetValueOrDefault(key));

    public ValueTask WriteAsync(string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default)
    {
        _values[key] = value.ToArray();
        return ValueTask.CompletedTask;
    }

    public ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        _values.TryRemove(key, out _);
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellationToken = default)
    {
        var keys = _values.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
        return ValueTask.FromResult<IReadOnlyList<string>>(keys);
    }

    public ValueTask<IAsyncDisposable?> TryLockAsync(string name, CancellationToken cancellationToken = default)
    {
        var held = new Held(this, name);
        return ValueTask.FromResult<IAsyncDisposable?>(_locks.TryAdd(name, held) ? held : null);
    }

    private sealed class Held(MemoryStore store, string name) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            store._locks.TryRemove(new KeyValuePair<string, Held>(name, this));
            return ValueTask.CompletedTask;
        }
    }
}
