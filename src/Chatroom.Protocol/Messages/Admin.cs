namespace Chatroom.Protocol.Messages;

public sealed record UserInfo
{
    public required string Id { get; init; }

    public string? Name { get; init; }

    public required string ServerRole { get; init; }

    public required long Created { get; init; }

    public bool? Disabled { get; init; }

    public bool? Deleted { get; init; }

    public bool? Online { get; init; }
}

public sealed record UserPage
{
    public required IReadOnlyList<UserInfo> Users { get; init; }

    public string? Next { get; init; }
}

/// <summary>SET_USER_ROLE, DISABLE_USER, DELETE_USER, RESET_PASSWORD: a person by name or id.</summary>
public sealed record UserRequest : IChangeRequest
{
    public string? Name { get; init; }

    public string? Account { get; init; }

    public string? Role { get; init; }

    public bool? Disabled { get; init; }

    public string? Password { get; init; }

    public string? ClientId { get; init; }
}

public sealed record CreateInviteRequest : IChangeRequest
{
    /// <summary>How many may register with it: 1–1000; absent: 1.</summary>
    public int? Uses { get; init; }

    /// <summary>Days until it expires: 1–365; absent: 7.</summary>
    public int? Days { get; init; }

    public string? ClientId { get; init; }
}

public sealed record InviteCreated
{
    /// <summary>What people register with; told once, so null in the answer to a retry.</summary>
    public string? Code { get; init; }

    /// <summary>What REVOKE_INVITE takes.</summary>
    public required string Id { get; init; }

    public required long Expires { get; init; }

    public bool? Duplicate { get; init; }
}

/// <summary>An invitation that still lets somebody in. Its code is known to nobody but whom it was told.</summary>
public sealed record InviteInfo
{
    public required string Id { get; init; }

    public required AccountInfo By { get; init; }

    public required long Created { get; init; }

    public required long Expires { get; init; }

    public required int UsesLeft { get; init; }
}

/// <summary>LIST_INVITES' reply: the first to expire first, at most 500.</summary>
public sealed record InviteList
{
    public required IReadOnlyList<InviteInfo> Invites { get; init; }
}

public sealed record RevokeInviteRequest : IChangeRequest
{
    public string? Invite { get; init; }

    public string? ClientId { get; init; }
}

/// <summary>One line of the append-only audit log.</summary>
public sealed record AuditLine
{
    public required long Id { get; init; }

    public required long Time { get; init; }

    /// <summary>Who did it; null for the console.</summary>
    public AccountInfo? Actor { get; init; }

    public required string Action { get; init; }

    public AccountInfo? Subject { get; init; }

    public string? Room { get; init; }

    public string? Detail { get; init; }
}

/// <summary>READ_AUDIT's reply, newest first.</summary>
public sealed record AuditPage
{
    public required IReadOnlyList<AuditLine> Lines { get; init; }

    public string? Next { get; init; }
}
