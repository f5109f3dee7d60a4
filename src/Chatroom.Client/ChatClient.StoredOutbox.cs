using System.Text.Json;

namespace Chatroom.Client;

// What is left to be sent, by an earlier run of the program or by another one that has ended.
public sealed partial class ChatClient
{
    // One at a time: loading, taking over and giving back.
    private readonly SemaphoreSlim _outboxGate = new(1, 1);

    // Where this client keeps its sends; null: all slots are taken, or none was asked for yet, and what it sends is kept in memory only.
    private OutboxSlot? _outboxSlot;

    /// <summary>
    /// Takes over the unacknowledged sends of programs on the same store that have ended. It happens by itself whenever the client goes
    /// online; call it when something else lets expect that one has ended, such as the page becoming visible. A fault of the store is raised
    /// as <see cref="ProblemOccurred"/>.
    /// </summary>
    public async Task AdoptAsync()
    {
        try
        {
            if (Account is { } account && !_disposed.IsCancellationRequested)
            {
                await LoadOutboxAsync(account.Id).ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            _sequence.Post(() => Raise(new ProblemOccurred(error)));
        }
    }

    /// <summary>Takes a slot of the account's outbox, unless one is held, with what is in it; then what is in slots that nobody holds.</summary>
    private async Task LoadOutboxAsync(string accountId)
    {
        await _outboxGate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_outboxSlot is not { } slot || slot.Account != accountId)
            {
                await GiveBackSlotAsync().ConfigureAwait(false);
                if (await OutboxSlot.TakeFreeAsync(_options.Store, accountId).ConfigureAwait(false) is not { } free)
                {
                    return;
                }

                _outboxSlot = slot = free;
                await LoadSlotAsync(slot, slot.Number).ConfigureAwait(false);
            }

            await AdoptSlotsAsync(slot).ConfigureAwait(false);
        }
        finally
        {
            _outboxGate.Release();
        }
    }

    private async Task AdoptSlotsAsync(OutboxSlot own)
    {
        try
        {
            var seen = new HashSet<int> { own.Number };
            foreach (var key in await KeysAsync(own).ConfigureAwait(false))
            {
                if (OutboxSlot.NumberOf(own.Account, key) is { } number && seen.Add(number)
                    && await OutboxSlot.TryTakeAsync(_options.Store, own.Account, number).ConfigureAwait(false) is { } left)
                {
                    await using (left.ConfigureAwait(false))
                    {
                        await LoadSlotAsync(own, number).ConfigureAwait(false);
                    }
                }
            }
        }
        catch (Exception error)
        {
            // What others left must not keep this client from signing in: it stays where it is.
            _sequence.Post(() => Raise(new ProblemOccurred(error)));
        }
    }

    /// <summary>Loads the items of a slot whose lock is held, and moves them into the client's own when it is another.</summary>
    private async Task LoadSlotAsync(OutboxSlot own, int number)
    {
        // Listed under the lock: before, its owner could still add to it.
        foreach (var key in await KeysAsync(own).ConfigureAwait(false))
        {
            if (OutboxSlot.NumberOf(own.Account, key) != number
                || await _options.Store.ReadAsync(key).ConfigureAwait(false) is not { } bytes)
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

            var known = await InSequence(() => _sends.ContainsKey(item.ClientId)).ConfigureAwait(false);
            if (number != own.Number)
            {
                // Written before it is deleted: a crash between leaves it twice, under one client id, which the server takes once.
                if (!known)
                {
                    item.StoreKey = own.KeyOf(item);
                    await _options.Store.WriteAsync(item.StoreKey, bytes).ConfigureAwait(false);
                }

                await _options.Store.DeleteAsync(key).ConfigureAwait(false);
            }

            if (!known)
            {
                await InSequence(() => TakeStored(own, item)).ConfigureAwait(false);
            }
        }
    }

    private void TakeStored(OutboxSlot own, OutboxItem item)
    {
        if (AccountId != own.Account)
        {
            // Signed out meanwhile, or another account: the next sign-in finds it.
            return;
        }

        var sent = new Sent(item);
        Bind(sent, item);
        _lastOrder = Math.Max(_lastOrder, item.Order);
        _sends[item.ClientId] = sent;
        if (_live && Detach(sent))
        {
            return;
        }

        if (item.Refusal is { } refusal)
        {
            sent.Fail(refusal);
        }
        else
        {
            _queue.Add(item);
        }

        OutboxTouched(sent);
    }

    private ValueTask<IReadOnlyList<string>> KeysAsync(OutboxSlot slot) => _options.Store.ListAsync(OutboxSlot.AllOf(slot.Account));

    private async Task ReleaseOutboxAsync()
    {
        await _outboxGate.WaitAsync().ConfigureAwait(false);
        try
        {
            await GiveBackSlotAsync().ConfigureAwait(false);
        }
        finally
        {
            _outboxGate.Release();
        }
    }

    private async Task GiveBackSlotAsync()
    {
        if (_outboxSlot is { } held)
        {
            _outboxSlot = null;
            await held.DisposeAsync().ConfigureAwait(false);
        }
    }
}
