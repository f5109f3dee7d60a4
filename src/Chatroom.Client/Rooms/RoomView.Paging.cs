using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

public sealed partial class RoomView
{
    private Task<int>? _loadingOlder;

    /// <summary>Loads the page before the oldest entry held. A second call while one is under way waits for that one.</summary>
    /// <param name="limit">1–200; null: the client's page size.</param>
    /// <returns>Entries loaded; 0 at the beginning.</returns>
    /// <exception cref="ConnectionLostException">Not online.</exception>
    /// <exception cref="ChatException">916: too many requests, see <see cref="ChatException.RetryAfter"/>.</exception>
    public async Task<int> LoadOlderAsync(int? limit = null, CancellationToken cancellationToken = default)
    {
        var loading = await _client.InSequence(() =>
        {
            if (_loadingOlder is null or { IsCompleted: true })
            {
                _loadingOlder = HasOlder ? FetchOlderAsync(FirstHeld, limit) : Task.FromResult(0);
            }

            return _loadingOlder;
        }).ConfigureAwait(false);
        return await loading.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Loads what is missing up to the head, where <see cref="GapAfter"/> is set; the client also does so by itself after signing in.</summary>
    /// <returns>Entries loaded, at most a page.</returns>
    /// <exception cref="ConnectionLostException">Not online.</exception>
    public async Task<int> LoadNewerAsync(CancellationToken cancellationToken = default)
    {
        if (GapAfter is not { } last)
        {
            return 0;
        }

        return await _client.PageAsync(
            new HistoryRequest { Room = Id, After = last, Limit = _client.PageSize }, page => _client.AppendPage(this, page), cancellationToken)
            .ConfigureAwait(false);
    }

    private Task<int> FetchOlderAsync(long before, int? limit) => _client.PageAsync(
        new HistoryRequest { Room = Id, Before = before, Limit = limit ?? _client.PageSize },
        page =>
        {
            var added = Prepend(page, before);
            _client.RoomTouched(this);
            return added;
        },
        CancellationToken.None);

    private bool IsFarBehind => Head - Last > 5L * WireLimits.PageSize && IsCounted(Head - WireLimits.PageSize);

    /// <summary>Brings the room to its head. Pages that need not be walked through are skipped, when more than a few would be.</summary>
    internal async Task RepairAsync()
    {
        while (true)
        {
            // Decided in one step of the sequence: what came in between may have repaired the room already.
            var (needed, newest, last) = await _client.InSequence(() => (NeedsRepair, WantsNewest || IsFarBehind, Last)).ConfigureAwait(false);
            if (!needed)
            {
                return;
            }

            var request = newest
                ? new HistoryRequest { Room = Id, Limit = Held == 0 ? _client.PageSize : WireLimits.PageSize }
                : new HistoryRequest { Room = Id, After = last, Limit = WireLimits.PageSize };
            var head = last;
            await _client.PageAsync(
                request,
                page =>
                {
                    head = page.Head;
                    return newest ? _client.ReplaceByPage(this, page) : _client.AppendPage(this, page);
                },
                CancellationToken.None).ConfigureAwait(false);
            if (!newest && Last == last && head > last)
            {
                throw new InvalidDataException($"The server has entries after {last} in room {Id}, and gives none.");
            }
        }
    }
}
