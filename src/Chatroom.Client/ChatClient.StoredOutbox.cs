using System.Text.Json;

namespace Chatroom.Client;

// What an earlier run of the program left to be sent.
public sealed partial class ChatClient
{
    // Held while this client is the one that stores and sends the account's outbox; null: what it sends is kept in memory only.
    private IAsyncDisposable? _outboxLock;
    private string? _outboxAccount;

    /// <summary>Takes over what an earlier run of the program left unacknowledged, when no other process is at it.</summary>
    private async Task LoadOutboxAsync(string accountId)
    {
        if (_outboxLock is not null && _outboxAccount == accountId)
        {
            return;
        }

        await ReleaseOutboxAsync().ConfigureAwait(false);
        _outboxAccount = accountId;
        _outboxLock = await _options.Store.TryLockAsync($"outbox-{accountId}").ConfigureAwait(false);
        if (_outboxLock is null)
        {
            return;
        }

        foreach (var key in await _options.Store.ListAsync(OutboxItem.StorePrefix(accountId)).ConfigureAwait(false))
        {
            if (await _options.Store.ReadAsync(key).ConfigureAwait(false) is not { } bytes)
            {
                continue;
            }

            OutboxItem item;
            try
            {
                item = OutboxItem.FromBytes(key, bytes);
            }
            catch (JsonException error)
            {
                // One unreadable file must not keep the others, or the sign-in, from going on.
                _sequence.Post(() => Raise(new ProblemOccurred(error)));
                continue;
            }

            var sent = new Sent(item);
            Bind(sent, item);
            await InSequence(() =>
            {
                _lastOrder = Math.Max(_lastOrder, item.Order);
                _sends[item.ClientId] = sent;
                _queue.Add(item);
                OutboxTouched(sent);
            }).ConfigureAwait(false);
        }
    }

    private async Task ReleaseOutboxAsync()
    {
        if (_outboxLock is { } held)
        {
            _outboxLock = null;
            await held.DisposeAsync().ConfigureAwait(false);
        }
    }
}
