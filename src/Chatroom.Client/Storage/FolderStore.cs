namespace Chatroom.Client;

/// <summary>A store in a folder: one file per key, replaced whole, readable by the user only.</summary>
public sealed class FolderStore(string folder) : IClientStore
{
    public ValueTask<byte[]?> ReadAsync(string key, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public ValueTask WriteAsync(string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public ValueTask<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public ValueTask<IAsyncDisposable?> TryLockAsync(string name, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    public override string ToString() => folder;
}
