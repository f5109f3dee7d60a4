using System.Runtime.InteropServices.JavaScript;
using Chatroom.Client;

namespace Chatroom.Web.Browser;

/// <summary>The store of one account in the browser: a database of IndexedDB, and locks against the other tabs.</summary>
internal sealed partial class IndexedDbStore : IClientStore
{
    private const string Unavailable = "StoreUnavailableError";

    private readonly string _account;

    private IndexedDbStore(string account) => _account = account;

    /// <exception cref="StoreUnavailableException">The browser keeps nothing here.</exception>
    public static async Task<IndexedDbStore> OpenAsync(string account)
    {
        await Modules.LoadAsync("store");
        try
        {
            await Start(account);
        }
        catch (JSException error)
        {
            throw Wrap(error);
        }

        return new IndexedDbStore(account);
    }

    /// <summary>Forgets all of the account on this device, the last view and drafts included. This store, and those of other tabs, refuse from then on.</summary>
    public static async Task DeleteAllAsync(string account)
    {
        await Modules.LoadAsync("store");
        try
        {
            await DeleteAll(account);
        }
        catch (JSException error)
        {
            throw Wrap(error);
        }
    }

    public async ValueTask<byte[]?> ReadAsync(string key, CancellationToken cancellationToken = default)
    {
        try
        {
            using var value = await Read(_account, key).WaitAsync(cancellationToken);
            return value?.GetPropertyAsByteArray("bytes");
        }
        catch (JSException error)
        {
            throw Wrap(error);
        }
    }

    public async ValueTask WriteAsync(string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default)
    {
        // NUL separates keys in a listing.
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(key.IndexOf('\0'), 0, nameof(key));
        try
        {
            await Write(_account, key, value.ToArray()).WaitAsync(cancellationToken);
        }
        catch (JSException error)
        {
            throw Wrap(error);
        }
    }

    public async ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        try
        {
            await Remove(_account, key).WaitAsync(cancellationToken);
        }
        catch (JSException error)
        {
            throw Wrap(error);
        }
    }

    public async ValueTask<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellationToken = default)
    {
        try
        {
            var text = await List(_account, prefix).WaitAsync(cancellationToken);
            return text.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (JSException error)
        {
            throw Wrap(error);
        }
    }

    public async ValueTask<IAsyncDisposable?> TryLockAsync(string name, CancellationToken cancellationToken = default)
    {
        // Not cancelled half-way: a lock that comes afterwards would be held by nobody.
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await Lock(_account, name) is var number and not 0 ? new Held(number) : null;
        }
        catch (JSException error)
        {
            throw Wrap(error);
        }
    }

    // Of an error of the browser only "name: message" comes over.
    private static StoreException Wrap(JSException error)
    {
        var colon = error.Message.IndexOf(':', StringComparison.Ordinal);
        var cause = colon < 0 ? "UnknownError" : error.Message[..colon];
        return cause == Unavailable
            ? new StoreUnavailableException(cause, error.Message, error)
            : new StoreException(cause, error.Message, error);
    }

    [JSImport("start", "store")]
    private static partial Task Start(string account);

    [JSImport("read", "store")]
    private static partial Task<JSObject?> Read(string account, string key);

    [JSImport("write", "store")]
    private static partial Task Write(string account, string key, byte[] bytes);

    [JSImport("remove", "store")]
    private static partial Task Remove(string account, string key);

    [JSImport("list", "store")]
    private static partial Task<string> List(string account, string prefix);

    [JSImport("lock", "store")]
    private static partial Task<int> Lock(string account, string name);

    [JSImport("unlock", "store")]
    private static partial Task Unlock(int number);

    [JSImport("deleteAll", "store")]
    private static partial Task DeleteAll(string account);

    private sealed class Held(int number) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Unlock(number);
    }
}
