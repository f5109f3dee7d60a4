namespace Chatroom.Client;

/// <summary>A request over HTTP; immutable.</summary>
public sealed record HttpAsk
{
    /// <summary><c>GET</c>, <c>HEAD</c> or <c>PATCH</c>.</summary>
    public required string Method { get; init; }

    /// <summary>From the server's root on, such as <c>/files/ID</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Without those of the body.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public HttpBody? Body { get; init; }
}
