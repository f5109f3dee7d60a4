using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

public enum Origin
{
    Own,
    System,
    Other,
}

/// <summary>A row of a room as it stands now: an entry with the edits, reactions, recall and pin that came after it folded in. Immutable.</summary>
public sealed record MessageView
{
    /// <summary>The entry as committed; after a recall its content is gone.</summary>
    public required Entry Entry { get; init; }

    public long Seq => Entry.Seq;

    public required Origin Origin { get; init; }

    /// <summary>The text after the newest edit; null for other kinds and after a recall.</summary>
    public string? Text { get; init; }

    /// <summary>Ids mentioned by the newest text.</summary>
    public IReadOnlyList<string> Mentions { get; init; } = [];

    public bool IsEdited { get; init; }

    public bool IsRecalled { get; init; }

    public bool IsPinned { get; init; }

    /// <summary>Reactions in order of their first appearance; those nobody holds any more are left out.</summary>
    public IReadOnlyList<ReactionView> Reactions { get; init; } = [];

    /// <summary>The sender is blocked by the person: fold it away.</summary>
    public bool IsFromBlocked { get; init; }

    /// <summary>The kind is newer than this client: show a placeholder.</summary>
    public bool IsUnknown { get; init; }
}

/// <param name="Mine">The person is one of them.</param>
/// <param name="By">Ids of those known, at most the first 100 and later ones.</param>
public sealed record ReactionView(string Emoji, int Count, bool Mine, IReadOnlyList<string> By);
