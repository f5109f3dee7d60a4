namespace Chatroom.Protocol.Messages;

public static class RoomKinds
{
    public const string Lobby = "lobby";
    public const string Group = "group";
    public const string Private = "private";
}

public static class Roles
{
    public const string Owner = "owner";
    public const string Moderator = "moderator";
    public const string Admin = "admin";
    public const string Member = "member";
}

/// <summary>A room as one member sees it.</summary>
public sealed record RoomState
{
    public required string Id { get; init; }

    /// <summary><c>lobby</c>, <c>group</c> or <c>private</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of a group; null for the lobby and private chats.</summary>
    public string? Name { get; init; }

    public string? Topic { get; init; }

    /// <summary>Listed and open to everyone.</summary>
    public bool? Public { get; init; }

    /// <summary>What newcomers see: <c>all</c> or <c>join</c>.</summary>
    public string? History { get; init; }

    /// <summary>The other person of a private chat.</summary>
    public AccountInfo? Peer { get; init; }

    /// <summary><c>owner</c>, <c>moderator</c> or <c>member</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Seq of the newest entry.</summary>
    public required long Head { get; init; }

    /// <summary>Lowest seq that this member may read.</summary>
    public required long First { get; init; }

    /// <summary>Up to here the person has read.</summary>
    public required long Position { get; init; }

    /// <summary>Texts, emoji and files by others after the position, not recalled, as of <see cref="Head"/>.</summary>
    public required long Unread { get; init; }

    public required int MemberCount { get; init; }
}

/// <summary>ROOMS: rooms of the person, in one or more frames during the answer to LOGIN.</summary>
public sealed record RoomList
{
    public required IReadOnlyList<RoomState> Rooms { get; init; }
}

/// <summary>A page of a room's log, ascending by seq.</summary>
public sealed record HistoryPage
{
    public required string Room { get; init; }

    public required IReadOnlyList<Entry> Entries { get; init; }

    /// <summary>What entries outside the page made of entries in it, as of <see cref="Head"/>.</summary>
    public IReadOnlyList<Amendment>? Amendments { get; init; }

    /// <summary>Seq of the newest entry when the page was read.</summary>
    public required long Head { get; init; }

    /// <summary>There are visible entries before the first of the page.</summary>
    public bool? Before { get; init; }

    /// <summary>There are entries after the last of the page.</summary>
    public bool? After { get; init; }

    /// <summary>In the answer to LOGIN: entries between what the client has and this page are missing; page to get them.</summary>
    public bool? Gap { get; init; }
}

/// <summary>GET_ALL_CHAT_HISTORY: the newest page; or the page before a seq; or after one.</summary>
public sealed record HistoryRequest
{
    public string? Room { get; init; }

    /// <summary>Entries with a seq below this.</summary>
    public long? Before { get; init; }

    /// <summary>Entries with a seq above this.</summary>
    public long? After { get; init; }

    /// <summary>1–200; absent: the server's setting.</summary>
    public int? Limit { get; init; }
}

/// <summary>SEND_MESSAGE: a text to a room, or to a person by name (a private chat, opened when there is none).</summary>
public sealed record SendMessageRequest : IChangeRequest
{
    public string? Room { get; init; }

    public string? To { get; init; }

    public string? Text { get; init; }

    public long? ReplyTo { get; init; }

    public IReadOnlyList<string>? Mentions { get; init; }

    public string? ClientId { get; init; }
}

/// <summary>SEND_EMOJI: one emoji, as itself or by one of the four words of Chatroom 2.0.</summary>
public sealed record SendEmojiRequest : IChangeRequest
{
    public string? Room { get; init; }

    public string? To { get; init; }

    public string? Emoji { get; init; }

    public string? ClientId { get; init; }
}

public sealed record TypingNotice
{
    public required string Room { get; init; }

    public required string Account { get; init; }
}

public sealed record RoomRequest : IChangeRequest
{
    public string? Room { get; init; }

    public string? ClientId { get; init; }
}

public sealed record CreateGroupRequest : IChangeRequest
{
    public string? Name { get; init; }

    public string? Topic { get; init; }

    /// <summary>Listed, and anyone may join; absent: private, by invitation.</summary>
    public bool? Public { get; init; }

    /// <summary><c>all</c> or <c>join</c>; absent: <c>all</c> for public groups, <c>join</c> for private ones.</summary>
    public string? History { get; init; }

    public string? ClientId { get; init; }
}

/// <summary>GROUP_CREATED and JOINED.</summary>
public sealed record RoomJoined
{
    public required RoomState Room { get; init; }

    public bool? Duplicate { get; init; }
}

/// <summary>RENAME_GROUP and SET_TOPIC.</summary>
public sealed record RoomTextRequest : IChangeRequest
{
    public string? Room { get; init; }

    public string? Text { get; init; }

    public string? ClientId { get; init; }
}

public sealed record GroupOptionsRequest : IChangeRequest
{
    public string? Room { get; init; }

    public bool? Public { get; init; }

    public string? History { get; init; }

    public string? ClientId { get; init; }
}

/// <summary>INVITE, REMOVE_MEMBER and SET_ROLE: a member or guest of a room, by account id or by name.</summary>
public sealed record MemberRequest : IChangeRequest
{
    public string? Room { get; init; }

    public string? Account { get; init; }

    public string? Name { get; init; }

    public string? Role { get; init; }

    public string? ClientId { get; init; }
}

/// <summary>JOIN_GROUP: by id (public, or invited), or a public group by name.</summary>
public sealed record JoinGroupRequest : IChangeRequest
{
    public string? Room { get; init; }

    public string? Name { get; init; }

    public string? ClientId { get; init; }
}

/// <summary>A page of a list: <see cref="Cursor"/> is the <c>next</c> of the page before.</summary>
public sealed record PageRequest
{
    public string? Room { get; init; }

    public string? Cursor { get; init; }

    /// <summary>1–200; absent: 100.</summary>
    public int? Limit { get; init; }
}

public sealed record MemberInfo
{
    public required string Id { get; init; }

    public string? Name { get; init; }

    public required string Role { get; init; }

    public bool? Online { get; init; }
}

public sealed record MemberPage
{
    public required string Room { get; init; }

    public required IReadOnlyList<MemberInfo> Members { get; init; }

    public required int Total { get; init; }

    public string? Next { get; init; }
}

public sealed record GroupInfo
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public string? Topic { get; init; }

    public required int MemberCount { get; init; }

    /// <summary>The person is a member already.</summary>
    public bool? Member { get; init; }
}

public sealed record GroupPage
{
    public required IReadOnlyList<GroupInfo> Groups { get; init; }

    public string? Next { get; init; }
}

/// <summary>EDIT: a new text for one's own message.</summary>
public sealed record EditRequest : IChangeRequest
{
    public string? Room { get; init; }

    public long? Target { get; init; }

    public string? Text { get; init; }

    public IReadOnlyList<string>? Mentions { get; init; }

    public string? ClientId { get; init; }
}

/// <summary>RECALL, REACT and PIN.</summary>
public sealed record TargetRequest : IChangeRequest
{
    public string? Room { get; init; }

    public long? Target { get; init; }

    public string? Emoji { get; init; }

    /// <summary>Put on (absent or true) or take off (false).</summary>
    public bool? On { get; init; }

    public string? ClientId { get; init; }
}

/// <summary>MARK_READ: the position never moves back.</summary>
public sealed record MarkReadRequest
{
    public string? Room { get; init; }

    public long? Seq { get; init; }
}

/// <summary>PINS: pinned entries, newest first, with their edits applied in <see cref="Amendments"/>.</summary>
public sealed record PinList
{
    public required string Room { get; init; }

    public required IReadOnlyList<Entry> Entries { get; init; }

    public IReadOnlyList<Amendment>? Amendments { get; init; }
}

/// <summary>PRIVATE_INIT: opens the private chat with a person, by name or id.</summary>
public sealed record PrivateInitRequest : IChangeRequest
{
    public string? Name { get; init; }

    public string? Account { get; init; }

    public string? ClientId { get; init; }
}

/// <summary>PRIVATE_HISTORY and PRIVATE_HISTORY_EMPTY.</summary>
public sealed record PrivateChat
{
    public required RoomState Room { get; init; }

    public required HistoryPage Page { get; init; }
}
