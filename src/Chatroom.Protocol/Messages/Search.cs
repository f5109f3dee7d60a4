namespace Chatroom.Protocol.Messages;

/// <summary>SEARCH: messages with all of these words, the newest first.</summary>
public sealed record SearchRequest
{
    /// <summary>
    /// Words, and phrases in quotation marks; at most 200 UTF-16 code units. All have to be in a message, whatever their case, width and accents. A word in letters is
    /// found where a word begins with it; one of a script without blanks (Chinese …), wherever it stands.
    /// </summary>
    public string? Text { get; init; }

    /// <summary>Rooms to look in, 1–1,000; absent: all that the person is in, or of more than 1,000 those with the newest entries. To go on, <see cref="SearchPage.More"/>.</summary>
    public IReadOnlyList<SearchPlace>? In { get; init; }

    /// <summary>Account id: only what this person wrote.</summary>
    public string? From { get; init; }

    /// <summary>The same by name.</summary>
    public string? FromName { get; init; }

    /// <summary>1–50; absent: 20.</summary>
    public int? Limit { get; init; }
}

/// <summary>A room, and how far back it has been looked through.</summary>
public sealed record SearchPlace
{
    public string? Room { get; init; }

    /// <summary>Only entries with a lower seq; absent: all.</summary>
    public long? Before { get; init; }
}

/// <summary>FOUND: the next messages, the newest first. It may hold fewer than asked for, or none, although there are more: a request does a bounded amount of work.</summary>
public sealed record SearchPage
{
    public required IReadOnlyList<SearchHit> Hits { get; init; }

    /// <summary>Where to look on, for the next request's <see cref="SearchRequest.In"/>; absent when all has been looked through.</summary>
    public IReadOnlyList<SearchPlace>? More { get; init; }
}

public sealed record SearchHit
{
    /// <summary>The message, in its newest wording.</summary>
    public required Entry Entry { get; init; }

    /// <summary>The wording is not the first one.</summary>
    public bool? Edited { get; init; }

    /// <summary>Where the words stand in the text, or in the name of the file: in order, apart from each other.</summary>
    public required IReadOnlyList<TextRange> Marks { get; init; }
}

/// <summary>A piece of a text, in UTF-16 code units (JSON's own).</summary>
public sealed record TextRange
{
    public required int Start { get; init; }

    public required int Length { get; init; }
}
