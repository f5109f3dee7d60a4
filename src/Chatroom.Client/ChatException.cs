using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

/// <summary>The server refused a request. Decide by <see cref="Code"/>; <see cref="Text"/> is for people.</summary>
public sealed class ChatException(Code code, string text, TimeSpan? retryAfter = null, string? field = null, string? reason = null)
    : Exception($"{text} ({(ushort)code})")
{
    public Code Code { get; } = code;

    /// <summary>What happened and what to do, as the server put it.</summary>
    public string Text { get; } = text;

    /// <summary>When a retry makes sense; set by every throttle.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>The field of the request that caused it.</summary>
    public string? Field { get; } = field;

    /// <summary>Which rule a refused name or password breaks, in a word for programs (docs/PROTOCOL.md); null for all else.</summary>
    public string? Reason { get; } = reason;

    internal static ChatException From(Frame frame)
    {
        var body = WireJson.Read<ErrorBody>(frame.Body.Span);
        return new ChatException(frame.Code, body.Text, NamedWait.Of(body.RetryAfterMs), body.Field, body.Reason);
    }
}

/// <summary>
/// There is no connection, or it was lost before the answer came. Thrown for requests that only read (ask again when online) and for the
/// first attempt to sign in; changes are never given up for it: they wait in the outbox, and transfers of files go on from the last durable byte.
/// </summary>
public sealed class ConnectionLostException(string message, Exception? inner = null) : IOException(message, inner);
