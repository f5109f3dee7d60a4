using Chatroom.Client;
using Chatroom.Protocol.Messages;

namespace Chatroom.Web.State;

/// <summary>The last search of this tab, so that who looked at one message comes back to the others.</summary>
public sealed class MessageFinder
{
    private CancellationTokenSource _stop = new();
    private MessageSearch? _search;

    public string Text { get; set; } = "";

    /// <summary>Only in the room shown.</summary>
    public bool InRoom { get; set; }

    /// <summary>Account id of whose messages are wanted; empty: everybody's.</summary>
    public string From { get; set; } = "";

    /// <summary>What was found so far, newest first.</summary>
    public List<SearchHit> Hits { get; } = [];

    /// <summary>There is an answer for what is asked; before, <see cref="Hits"/> is empty for another reason.</summary>
    public bool IsAnswered { get; private set; }

    public bool HasMore => _search is { IsOver: false };

    /// <summary>Begins anew; what an earlier search still brings is dropped.</summary>
    /// <exception cref="OperationCanceledException">Another search has begun.</exception>
    public async Task BeginAsync(ChatClient client, RoomView? room)
    {
        Forget();
        if (Text.Trim().Length > 0)
        {
            _search = client.Search(Text, InRoom ? room?.Id : null, From.Length > 0 ? PersonRef.WithId(From) : null);
            await MoreAsync();
        }
    }

    /// <exception cref="OperationCanceledException">Another search has begun.</exception>
    public async Task MoreAsync()
    {
        if (_search is not { } search)
        {
            return;
        }

        var stop = _stop.Token;
        var hits = await search.NextAsync(stop);
        stop.ThrowIfCancellationRequested();
        Hits.AddRange(hits);
        IsAnswered = true;
    }

    public void Forget()
    {
        _stop.Cancel();
        _stop = new CancellationTokenSource();
        (_search, IsAnswered) = (null, false);
        Hits.Clear();
    }
}
