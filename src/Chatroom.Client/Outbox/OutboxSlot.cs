using System.Globalization;

namespace Chatroom.Client;

/// <summary>
/// A client's own part of an account's outbox in a store that several programs (or tabs of a browser) use at once: whoever holds the slot's
/// lock stores and sends what is in it. A slot that nobody holds was left behind, and its items may be taken over.
/// </summary>
internal sealed class OutboxSlot : IAsyncDisposable
{
    // More programs of one account on one device than anybody runs; the search for a free slot must end somewhere.
    private const int Count = 32;

    private readonly IAsyncDisposable _lock;

    private OutboxSlot(string account, int number, IAsyncDisposable held) => (Account, Number, _lock) = (account, number, held);

    public string Account { get; }

    public int Number { get; }

    public string Prefix => Number == 0 ? AllOf(Account) : string.Create(CultureInfo.InvariantCulture, $"{AllOf(Account)}{Number}/");

    /// <summary>Begins the keys of every slot of the account.</summary>
    public static string AllOf(string account) => $"outbox/{account}/";

    /// <summary>The slot that the key of an item of the account belongs to; null when it is no such key.</summary>
    public static int? NumberOf(string account, string key)
    {
        var rest = key.AsSpan(AllOf(account).Length);
        var slash = rest.IndexOf('/');

        // Programs that knew of no slots wrote their items without a number: that is slot 0, and stays so.
        return slash < 0 ? 0
            : int.TryParse(rest[..slash], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < Count ? number
            : null;
    }

    /// <summary>The slot, or null when another holds it.</summary>
    public static async Task<OutboxSlot?> TryTakeAsync(IClientStore store, string account, int number)
    {
        // The name of slot 0 is the one that programs without slots lock.
        var name = number == 0 ? $"outbox-{account}" : string.Create(CultureInfo.InvariantCulture, $"outbox-{account}-{number}");
        return await store.TryLockAsync(name).ConfigureAwait(false) is { } held ? new OutboxSlot(account, number, held) : null;
    }

    /// <summary>The first slot that nobody holds, or null when all are held.</summary>
    public static async Task<OutboxSlot?> TakeFreeAsync(IClientStore store, string account)
    {
        for (var number = 0; number < Count; number++)
        {
            if (await TryTakeAsync(store, account, number).ConfigureAwait(false) is { } slot)
            {
                return slot;
            }
        }

        return null;
    }

    // Keys sort by order, so a listing of a slot is the outbox in its order.
    public string KeyOf(OutboxItem item) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{item.Order:x16}-{item.ClientId}");

    public ValueTask DisposeAsync() => _lock.DisposeAsync();
}
