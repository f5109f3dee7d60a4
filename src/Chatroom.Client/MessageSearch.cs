using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

/// <summary>A search under way: each call of <see cref="NextAsync"/> goes on further back. Not for concurrent use.</summary>
public sealed class MessageSearch
{
    private readonly ChatClient _client;
    private SearchRequest _next;

    internal MessageSearch(ChatClient client, SearchRequest first) => (_client, _next) = (client, first);

    /// <summary>All has been looked through.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The next hits, newest first: as many as the server gives at once, 50 at most; none only when all has been looked through.</summary>
    /// <exception cref="ConnectionLostException">Not online: the search can be gone on with later.</exception>
    /// <exception cref="ChatException">900: nothing to look for, or too much, see <see cref="ChatException.Text"/>; 903: nobody is called so; 914: no longer in the room.</exception>
    public async Task<IReadOnlyList<SearchHit>> NextAsync(CancellationToken cancellationToken = default)
    {
        while (!IsOver)
        {
            var page = await PageAsync(cancellationToken).ConfigureAwait(false);
            _next = _next with { In = page.More };
            IsOver = page.More is null;
            if (page.Hits.Count > 0)
            {
                return page.Hits;
            }
        }

        return [];
    }

    // A long search is many requests; the server's limit slows it down and does not end it.
    private async Task<SearchPage> PageAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await _client.AskAsync<SearchRequest, SearchPage>(Code.Search, _next, cancellationToken).ConfigureAwait(false);
            }
            catch (ChatException error) when (error.RetryAfter is { } wait)
            {
                await _client.DelayAsync(wait, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
