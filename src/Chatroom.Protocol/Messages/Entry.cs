namespace Chatroom.Protocol.Messages;

/// <summary>The kinds of entries. Unknown kinds are kept and shown as a placeholder.</summary>
public static class EntryKinds
{
    public const string Text = "text";
    public const string Emoji = "emoji";
    public const string File = "file";
    public const string Edit = "edit";
    public const string Recall = "recall";
    public const string Reaction = "reaction";
    public const string Pin = "pin";
    public const string Create = "create";
    public const string Join = "join";
    public const string Leave = "leave";
    public const string Remove = "remove";
    public const string Role = "role";
    public const string Rename = "rename";
    public const string Topic = "topic";
    public const string Options = "options";

    /// <summary>True for entries that the system states (who joined, what was renamed): they hold ids, and each client says them in its language.</summary>
    public static bool IsSystem(string kind) => kind is Create or Join or Leave or Remove or Role or Rename or Topic or Options;
}

/// <summary>
/// One committed entry of a room's log, as everyone gets it. Which fields are set depends on <see cref="Kind"/>.
/// Own, system and others' entries are told apart by <see cref="Kind"/> and <see cref="Sender"/>, never by text.
/// </summary>
public sealed record Entry
{
    public required string Room { get; init; }

    /// <summary>Place in the room's log: from 1, without gaps.</summary>
    public required long Seq { get; init; }

    public required string Kind { get; init; }

    /// <summary>Account id of who did it.</summary>
    public required string Sender { get; init; }

    /// <summary>Name of the sender now; null when the account was deleted.</summary>
    public string? SenderName { get; init; }

    /// <summary>When the server took it: UTC, milliseconds since 1970.</summary>
    public required long Time { get; init; }

    /// <summary>The sender's id of the change: 32 hexadecimal digits.</summary>
    public string? ClientId { get; init; }

    /// <summary>How the body is to be read: <c>text</c> now.</summary>
    public string? Format { get; init; }

    /// <summary>Text of <c>text</c> and <c>edit</c>; the new name of <c>rename</c>; the new topic of <c>topic</c>.</summary>
    public string? Text { get; init; }

    /// <summary>The emoji of <c>emoji</c> and <c>reaction</c>.</summary>
    public string? Emoji { get; init; }

    public FileInfo? File { get; init; }

    /// <summary>Seq of the entry replied to.</summary>
    public long? ReplyTo { get; init; }

    /// <summary>Seq of the first entry of the thread.</summary>
    public long? Root { get; init; }

    /// <summary>Ids of the accounts mentioned.</summary>
    public IReadOnlyList<string>? Mentions { get; init; }

    /// <summary>Seq of the entry that an edit, recall, reaction or pin is about.</summary>
    public long? Target { get; init; }

    /// <summary>Sender of the target: lets a client keep its unread count without having the target.</summary>
    public string? TargetSender { get; init; }

    /// <summary>For <c>reaction</c> and <c>pin</c>: put on (true) or taken off (false).</summary>
    public bool? On { get; init; }

    /// <summary>For <c>join</c>, <c>remove</c> and <c>role</c>: the account it happened to.</summary>
    public string? Subject { get; init; }

    public string? SubjectName { get; init; }

    /// <summary>For <c>role</c>: the new role.</summary>
    public string? Role { get; init; }

    /// <summary>True when the entry was recalled: its content is gone, its place stays.</summary>
    public bool? Recalled { get; init; }

    /// <summary>True when the entry counts as unread for others (texts, emoji, files, and later kinds that say so).</summary>
    public bool? Counts { get; init; }

    /// <summary>In the reply to a retry: the change had been made before; this is its first result and moves no position.</summary>
    public bool? Duplicate { get; init; }

    /// <summary>For <c>options</c>: whether the group is listed for everyone.</summary>
    public bool? Public { get; init; }

    /// <summary>For <c>options</c>: whether newcomers see everything (<c>all</c>) or from their join on (<c>join</c>).</summary>
    public string? History { get; init; }
}

/// <summary>A file in a room. Its content travels over HTTP: GET <c>/files/{id}</c> on the same port.</summary>
public sealed record FileInfo
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Media type as the uploader named it; a hint, never trusted.</summary>
    public string? Type { get; init; }

    /// <summary>SHA-256 of the content, 64 hexadecimal digits.</summary>
    public required string Sha256 { get; init; }
}

/// <summary>What later entries made of an entry in a page: the newest edit, who reacted, whether it is pinned.</summary>
public sealed record Amendment
{
    public required long Target { get; init; }

    /// <summary>The newest edit, if any.</summary>
    public Entry? Edit { get; init; }

    public IReadOnlyList<ReactionCount>? Reactions { get; init; }

    /// <summary>True while pinned.</summary>
    public bool? Pinned { get; init; }
}

/// <summary>Who reacted with one emoji: the count, the first 100 accounts, and whether the reader is one of them.</summary>
public sealed record ReactionCount
{
    public required string Emoji { get; init; }

    public required int Count { get; init; }

    public required IReadOnlyList<string> By { get; init; }

    public bool? Mine { get; init; }
}
