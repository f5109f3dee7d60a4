namespace Chatroom.Protocol.Messages;

/// <summary>The body of every error code.</summary>
public sealed record ErrorBody
{
    /// <summary>For people: what happened and what to do. Never to be matched.</summary>
    public required string Text { get; init; }

    /// <summary>Milliseconds after which a retry makes sense; set by every throttle.</summary>
    public long? RetryAfterMs { get; init; }

    /// <summary>The field of the request that caused it.</summary>
    public string? Field { get; init; }

    /// <summary>Which of the code's rules was broken, in a word for programs: they have sentences of their own, in their people's language.</summary>
    public string? Reason { get; init; }
}

/// <summary>A body without fields.</summary>
public sealed record Empty;

/// <summary>LOGIN: either name and password, or a device token.</summary>
public sealed record LoginRequest
{
    /// <summary>Highest protocol version the client speaks: 3.</summary>
    public int Version { get; init; }

    public IReadOnlyList<string>? Features { get; init; }

    public string? Name { get; init; }

    public string? Password { get; init; }

    public string? Token { get; init; }

    /// <summary>What the person calls this device, at most 64 characters; shown in the list of devices.</summary>
    public string? Device { get; init; }

    /// <summary>Program and version, for the list of devices: <c>chatroom-cli/3.0</c>.</summary>
    public string? Client { get; init; }

    /// <summary>A program that comes for a moment, or watches: the person is not shown as online for it.</summary>
    public bool? Quiet { get; init; }

    /// <summary>What the client already has; absent on a first start.</summary>
    public SyncHave? Have { get; init; }

    /// <summary>Entries wanted for a room opened the first time: 1–200; absent: the server's setting.</summary>
    public int? Page { get; init; }
}

public sealed record SyncHave
{
    /// <summary>The <see cref="ServerInfo.History"/> that this is known of: of another one the server takes it as not said. Absent: taken as of the present one.</summary>
    public string? History { get; init; }

    /// <summary>Account revision up to which items are known; 0 for none.</summary>
    public long Revision { get; init; }

    /// <summary>Highest seq held without a gap, by room id: the newest 500 rooms.</summary>
    public IReadOnlyDictionary<string, long>? Rooms { get; init; }
}

/// <summary>LOGIN_SUCCESS: the first frame of the answer; SYNC_DONE is the last.</summary>
public sealed record LoginSuccess
{
    public required AccountInfo Account { get; init; }

    /// <summary>Id of this device.</summary>
    public required string Device { get; init; }

    /// <summary>A new token, after a sign-in by password only: keep it; the server holds nothing but its hash.</summary>
    public string? Token { get; init; }

    public required ServerInfo Server { get; init; }

    /// <summary>The account's revision that this answer brings the client to.</summary>
    public required long Revision { get; init; }

    /// <summary>Items above this revision have not been shown to the person on any device.</summary>
    public required long SeenRevision { get; init; }

    /// <summary>Number of this connection on the server: two signed-in connections never share one.</summary>
    public required string Session { get; init; }
}

public sealed record ServerInfo
{
    public required int Version { get; init; }

    public required IReadOnlyList<string> Features { get; init; }

    /// <summary>Server program and version.</summary>
    public required string Program { get; init; }

    /// <summary>What people call this server.</summary>
    public string? Name { get; init; }

    /// <summary>Names the history on this server, 32 hexadecimal digits: another after a backup was restored. Seqs and revisions known of another history mean nothing any more.</summary>
    public string? History { get; init; }

    /// <summary>UTC, milliseconds since 1970.</summary>
    public required long Time { get; init; }

    /// <summary>Largest file, in bytes.</summary>
    public required long MaxFileSize { get; init; }

    /// <summary>Largest text, in bytes of UTF-8.</summary>
    public required int MaxText { get; init; }

    /// <summary>Entries of the newest page on opening a room.</summary>
    public required int HistoryPage { get; init; }
}

/// <summary>A person: <see cref="ServerRole"/> is owner, admin or member.</summary>
public sealed record AccountInfo
{
    public required string Id { get; init; }

    /// <summary>Null when the account was deleted.</summary>
    public string? Name { get; init; }

    public string? ServerRole { get; init; }

    public bool? Disabled { get; init; }

    /// <summary>In notices and lists of presence: every connection of the person is a client of Chatroom 2.0, which shows lobby, friends and private chats only.</summary>
    public bool? Classic { get; init; }
}

/// <summary>SYNC_DONE: everything up to here has come; events follow.</summary>
public sealed record SyncDone
{
    public required long Revision { get; init; }

    /// <summary>Frames of the answer, this one included.</summary>
    public required int Frames { get; init; }
}

public sealed record RegisterRequest : IChangeRequest
{
    public string? Name { get; init; }

    public string? Password { get; init; }

    /// <summary>Code of an invitation, where registration is by invitation.</summary>
    public string? Invite { get; init; }

    public string? ClientId { get; init; }
}

public sealed record RegisterSuccess
{
    public required AccountInfo Account { get; init; }

    public bool? Duplicate { get; init; }
}

/// <summary>OK: the reply of commands that have nothing else to say.</summary>
public sealed record OkBody
{
    /// <summary>Account revision of the change, where it changed account state.</summary>
    public long? Revision { get; init; }

    public bool? Duplicate { get; init; }
}

/// <summary>BYE: the server is about to close this connection.</summary>
public sealed record Bye
{
    /// <summary>Why, as a code: SERVER_STOPPING, SLOW_CONSUMER, SIGNED_OUT …</summary>
    public required int Reason { get; init; }

    public required string Text { get; init; }

    /// <summary>Come back after this many milliseconds; absent: do not come back by yourself.</summary>
    public long? ReconnectAfterMs { get; init; }
}

public sealed record ChangePasswordRequest : IChangeRequest
{
    public string? OldPassword { get; init; }

    public string? NewPassword { get; init; }

    /// <summary>Also sign out every other device.</summary>
    public bool? SignOutOthers { get; init; }

    public string? ClientId { get; init; }
}

public sealed record DeviceList
{
    public required IReadOnlyList<DeviceInfo> Devices { get; init; }
}

/// <summary>A device or bot token of the account.</summary>
public sealed record DeviceInfo
{
    public required string Id { get; init; }

    public string? Name { get; init; }

    public string? Client { get; init; }

    /// <summary><c>device</c> or <c>bot</c>.</summary>
    public required string Kind { get; init; }

    public IReadOnlyList<string>? Scopes { get; init; }

    public required long Created { get; init; }

    /// <summary>UTC ms of the last sign-in or use, to the minute.</summary>
    public required long LastUsed { get; init; }

    public long? Expires { get; init; }

    /// <summary>Connected now.</summary>
    public bool? Online { get; init; }

    /// <summary>The device that asks.</summary>
    public bool? Current { get; init; }
}

public sealed record SignOutDeviceRequest : IChangeRequest
{
    public string? Device { get; init; }

    public string? ClientId { get; init; }
}

/// <summary>What a person sets for the account; absent fields stay as they are.</summary>
public sealed record SettingsRequest : IChangeRequest
{
    /// <summary>Who may write privately or add as a friend: <c>everyone</c> or <c>friends</c>.</summary>
    public string? Accept { get; init; }

    /// <summary>Whether the account may sign in on the classic port, which is plain text: <c>allow</c> or <c>forbid</c>.</summary>
    public string? Classic { get; init; }

    public string? ClientId { get; init; }
}

public sealed record CreateTokenRequest : IChangeRequest
{
    public string? Name { get; init; }

    /// <summary>Any of <c>read</c>, <c>send</c>, <c>files</c>, <c>manage</c>.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>Days until it expires: 1–3650; absent: never.</summary>
    public int? Days { get; init; }

    public string? ClientId { get; init; }
}

public sealed record TokenCreated
{
    /// <summary>Shown once; null in the reply to a retry, for the server keeps only its hash.</summary>
    public string? Token { get; init; }

    public required DeviceInfo Device { get; init; }

    public bool? Duplicate { get; init; }
}

/// <summary>GET <c>/server</c> over HTTP: what a page may tell before anybody has signed in.</summary>
public sealed record ServerAbout
{
    public required string Name { get; init; }

    public required string Program { get; init; }

    /// <summary>Who may register: <c>open</c>, <c>invite</c> or <c>closed</c>.</summary>
    public required string Registration { get; init; }

    /// <summary>Nobody has an account yet: the first one owns the server, and is made whatever <see cref="Registration"/> says.</summary>
    public bool? Empty { get; init; }

    /// <summary>Changes with the files of the page.</summary>
    public string? Build { get; init; }
}
