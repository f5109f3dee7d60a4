namespace Chatroom.Protocol.Messages;

/// <summary>Kinds of account items.</summary>
public static class ItemKinds
{
    public const string Friend = "friend";
    public const string Block = "block";
    public const string Room = "room";
    public const string Position = "position";
    public const string Invitation = "invitation";
    public const string Device = "device";
    public const string Settings = "settings";
}

/// <summary>
/// One item of account state, stamped with the account's revision of its last change. Deletions are items too (tombstones), so a device
/// that was away learns of them by "items after revision".
/// </summary>
public sealed record AccountItem
{
    public required string Kind { get; init; }

    /// <summary>What it is about: an account id for friends and blocks, a room id for rooms, positions and invitations, a device id.</summary>
    public required string Key { get; init; }

    public required long Revision { get; init; }

    public bool? Deleted { get; init; }

    /// <summary>Friends and blocks: the other person. Invitations: who invited.</summary>
    public AccountInfo? Person { get; init; }

    /// <summary>Friends: added by this account id (oneself or the other).</summary>
    public string? By { get; init; }

    /// <summary>UTC ms.</summary>
    public long? Time { get; init; }

    /// <summary>Rooms.</summary>
    public RoomState? Room { get; init; }

    /// <summary>Invitations: the group.</summary>
    public GroupInfo? Group { get; init; }

    /// <summary>Positions: read up to here.</summary>
    public long? Position { get; init; }

    /// <summary>Positions: unread as of <see cref="Head"/>.</summary>
    public long? Unread { get; init; }

    public long? Head { get; init; }

    public DeviceInfo? Device { get; init; }

    /// <summary>Settings: who may write or add: <c>everyone</c> or <c>friends</c>.</summary>
    public string? Accept { get; init; }

    /// <summary>Settings: sign-in on the classic port: <c>allow</c> or <c>forbid</c>.</summary>
    public string? Classic { get; init; }

    /// <summary>Settings: the account's role on the server, owner, admin or member.</summary>
    public string? ServerRole { get; init; }
}

/// <summary>ACCOUNT_CHANGED: items of the account, ascending by revision.</summary>
public sealed record AccountChanged
{
    public required IReadOnlyList<AccountItem> Items { get; init; }

    /// <summary>Revision reached with this frame.</summary>
    public required long Revision { get; init; }

    /// <summary>In the answer to LOGIN: forget all items held before (first start, or the revision is unknown here).</summary>
    public bool? Full { get; init; }
}

/// <summary>ADD_FRIEND, REMOVE_FRIEND, BLOCK, UNBLOCK: a person by name or by account id.</summary>
public sealed record PersonRequest : IChangeRequest
{
    public string? Name { get; init; }

    public string? Account { get; init; }

    public string? ClientId { get; init; }
}

/// <summary>ADD_FRIEND_SUCCESS to the one who added.</summary>
public sealed record FriendAdded
{
    public required AccountInfo Friend { get; init; }

    public required long Revision { get; init; }

    public bool? Duplicate { get; init; }
}

/// <summary>ADD_FRIEND_REMIND to the other: a new friend, as an item of the account.</summary>
public sealed record FriendReminder
{
    public required AccountItem Item { get; init; }
}

public sealed record FriendList
{
    public required IReadOnlyList<MemberInfo> Friends { get; init; }
}

/// <summary>LOGIN_USERNAME and LOGOUT_INFO: who came or went, merged over a short while.</summary>
public sealed record PresenceChange
{
    /// <summary>The first 100.</summary>
    public required IReadOnlyList<AccountInfo> Accounts { get; init; }

    /// <summary>How many in all came (or went) in this notice; above the list's length: ask GET_ALL_USERS.</summary>
    public required int Count { get; init; }

    /// <summary>People online now.</summary>
    public required int Total { get; init; }

    /// <summary>
    /// In LOGIN_USERNAME: nobody came. These were online before; their <see cref="AccountInfo.Classic"/> is another now, or they were away for so short a while that
    /// only who asked just then has missed them.
    /// </summary>
    public bool? Stayed { get; init; }
}

/// <summary>PRESENCE in the answer to LOGIN, and GET_SUCCESS to GET_ALL_USERS.</summary>
public sealed record PresencePage
{
    public required IReadOnlyList<AccountInfo> Online { get; init; }

    /// <summary>People online in all.</summary>
    public required int Total { get; init; }

    /// <summary>Ids of friends online (in the answer to LOGIN only).</summary>
    public IReadOnlyList<string>? Friends { get; init; }

    public string? Next { get; init; }
}
