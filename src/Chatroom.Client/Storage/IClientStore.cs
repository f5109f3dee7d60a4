namespace Chatroom.Client;

/// <summary>
/// Where a client keeps what must survive a restart: its token, pins and unacknowledged sends. Keys are words separated by <c>/</c>.
/// One store serves one server; a folder on .NET (<see cref="FolderStore"/>), IndexedDB or similar in a browser.
/// </summary>
public interface IClientStore
{
    /// <summary>The value, or null when there is none.</summary>
    ValueTask<byte[]?> ReadAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Writes the value whole or not at all; when it returns, the value survives the end of the program.</summary>
    ValueTask WriteAsync(string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default);

    /// <summary>Removes the value; nothing happens when there is none.</summary>
    ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>The keys beginning with <paramref name="prefix"/>, in ordinal order.</summary>
    ValueTask<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellationToken = default);

    /// <summary>Takes a lock against every other process and object on the same store, until disposed; null when another holds it.</summary>
    ValueTask<IAsyncDisposable?> TryLockAsync(string name, CancellationToken cancellationToken = default);
}
