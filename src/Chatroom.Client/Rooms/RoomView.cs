using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

/// <summary>
/// One room's observable state. Entries are a contiguous piece of the room's log that ends at its newest entry, except while
/// <see cref="GapAfter"/> is set. It changes only as told by <see cref="ChatClient.Changed"/>.
/// </summary>
public sealed partial class RoomView
{
    private readonly ChatClient _client;
    private readonly RoomLog _log;
    private RoomState _state;

    internal RoomView(ChatClient client, RoomState state)
    {
        _client = client;
        _state = state;
        _log = new RoomLog(client.AccountId, client.IsBlocked);
        _log.Reset(state.Head);
        _keep = client.WindowEntries;
    }

    public string Id => _state.Id;

    /// <summary>One of <see cref="RoomKinds"/>.</summary>
    public string Kind => _state.Kind;

    /// <summary>Name of a group; null for the lobby and private chats.</summary>
    public string? Name => _state.Name;

    public string? Topic => _state.Topic;

    public bool IsPublic => _state.Public == true;

    /// <summary>What newcomers see: <c>all</c> or <c>join</c>.</summary>
    public string? History => _state.History;

    /// <summary>The other person of a private chat.</summary>
    public AccountInfo? Peer => _state.Peer;

    /// <summary>The person's role: one of <see cref="Roles"/>.</summary>
    public string Role => _state.Role;

    public int MemberCount => _state.MemberCount;

    /// <summary>False once the person has left or was removed.</summary>
    public bool IsMember { get; internal set; } = true;

    /// <summary>Seq of the newest entry known to exist.</summary>
    public long Head { get; private set; }

    /// <summary>Read up to here.</summary>
    public long Position { get; private set; }

    /// <summary>Counted entries by others after <see cref="Position"/>, not recalled.</summary>
    public long Unread { get; private set; }

    /// <summary>Rows to show, ascending: edits, recalls, reactions and pins are folded into their targets.</summary>
    public IReadOnlyList<MessageView> Entries => _log.Rows;

    /// <summary>The entries held as they were committed, ascending and without a gap, those that amend others included.</summary>
    public IReadOnlyList<Entry> Log => _log.Entries;

    /// <summary>Texts and emoji of the person's not yet acknowledged, and refused ones: to be shown after <see cref="Entries"/>.</summary>
    public IReadOnlyList<Sent> Pending { get; internal set; } = [];

    /// <summary>There are older entries to load.</summary>
    public bool HasOlder { get; private set; }

    /// <summary>Seq after which newer entries exist that are not here yet; null when the room is complete to its head.</summary>
    public long? GapAfter => _log.Last < Head ? _log.Last : null;

    /// <summary>The row of an entry, such as one replied to; null when it is not held.</summary>
    public MessageView? Find(long seq) => _log.FindRow(seq);

    /// <summary>Drops the oldest entries beyond the client's bound, after the person has read back far and returned.</summary>
    public void TrimOlder() => _client.InSequence(() =>
    {
        _keep = _client.WindowEntries;
        if (Trim(_keep))
        {
            _client.RoomTouched(this);
        }
    });
}
