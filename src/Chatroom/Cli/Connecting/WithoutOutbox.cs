using Chatroom.Client;

namespace Chatroom.Cli.Connecting;

/// <summary>
/// The profile's store for verbs that end by themselves: what they could not send is not left behind to go out on some later day, and they do
/// not take over what a chat left there. Without the lock the SDK neither writes nor reads its outbox.
/// </summary>
internal sealed class WithoutOutbox(IClientStore store) : IClientStore
{
    public ValueTask<byte[]?> ReadAsync(string key, CancellationToken cancellationToken = default) => store.ReadAsync(key, cancellationToken);

    public ValueTask WriteAsync(string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default) =>
        store.WriteAsync(key, value, cancellationToken);

    public ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default) => store.DeleteAsync(key, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellationToken = default) =>
        store.ListAsync(prefix, cancellationToken);

    public ValueTask<IAsyncDisposable?> TryLockAsync(string name, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IAsyncDisposable?>(null);
}
