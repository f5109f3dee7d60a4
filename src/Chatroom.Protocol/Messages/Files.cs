namespace Chatroom.Protocol.Messages;

/// <summary>SEND_FILE: announces an upload, whose bytes then travel by the tus protocol over HTTP. Its entry appears when the content is complete and durable.</summary>
public sealed record SendFileRequest : IChangeRequest
{
    public string? Room { get; init; }

    public string? To { get; init; }

    /// <summary>Name without folders, at most 255 bytes of UTF-8.</summary>
    public string? Name { get; init; }

    public long? Size { get; init; }

    public string? Type { get; init; }

    /// <summary>64 hexadecimal digits; the server refuses other content.</summary>
    public string? Sha256 { get; init; }

    public string? ClientId { get; init; }
}

/// <summary>UPLOAD_OPENED: PATCH the content to <see cref="Path"/> from <see cref="Offset"/> on.</summary>
public sealed record UploadOpened
{
    public required string Path { get; init; }

    /// <summary>Bytes already durable.</summary>
    public required long Offset { get; init; }

    /// <summary>Set when the upload had been completed before.</summary>
    public Entry? Entry { get; init; }

    public bool? Duplicate { get; init; }
}

public sealed record FileHistoryRequest
{
    public string? Room { get; init; }

    /// <summary>Files of entries with a seq below this.</summary>
    public long? Before { get; init; }

    public int? Limit { get; init; }
}

/// <summary>FILE_HISTORY: entries of files, newest first, recalled ones left out.</summary>
public sealed record FilePage
{
    public required string Room { get; init; }

    public required IReadOnlyList<Entry> Files { get; init; }

    /// <summary>Ask with this as <c>before</c> for the next page; absent at the end.</summary>
    public long? Next { get; init; }
}

public sealed record DownFileRequest
{
    public string? File { get; init; }
}

/// <summary>DOWNFILE_SUCCESS: a URL path good for five minutes, for this device and file only; membership is checked at every fetch.</summary>
public sealed record FileLink
{
    public required string Path { get; init; }

    public required long Expires { get; init; }

    public required FileInfo File { get; init; }
}

/// <summary>A refusal over HTTP: the code that a frame would have had, and its body.</summary>
public sealed record HttpError
{
    public required int Code { get; init; }

    /// <summary>For people: what happened and what to do. Never to be matched.</summary>
    public required string Text { get; init; }

    /// <summary>Milliseconds after which a retry makes sense; set by every throttle.</summary>
    public long? RetryAfterMs { get; init; }

    /// <summary>The field of the request that caused it.</summary>
    public string? Field { get; init; }

    /// <summary>Which of the code's rules was broken.</summary>
    public string? Reason { get; init; }
}
