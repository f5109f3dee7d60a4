using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Names;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>What a request is answered with: a body, a committed entry, or a refusal.</summary>
public sealed class Reply
{
    private Reply(Code code, byte[] body)
    {
        Code = code;
        Body = body;
    }

    public Code Code { get; }

    public byte[] Body { get; }

    /// <summary>The entry that is the reply, when it is one.</summary>
    public EntryRow? Entry { get; private init; }

    /// <summary>What a retry is told, where it differs from <see cref="Body"/>: a new token is shown once only.</summary>
    public byte[]? Remembered { get; private init; }

    public bool Refused => Codes.IsError(Code);

    public static Reply Of<T>(Code code, T body) => new(code, WireJson.Write(body));

    public static Reply Raw(Code code, byte[] body) => new(code, body);

    /// <summary>A body whose secret part is not repeated to a retry.</summary>
    public static Reply Once<T>(Code code, T body, T toRetries) => new(code, WireJson.Write(body)) { Remembered = WireJson.Write(toRetries) };

    public static Reply Ok() => Of(Code.Ok, new OkBody());

    public static Reply Ok(long revision) => Of(Code.Ok, new OkBody { Revision = revision });

    /// <summary>The entry itself, once committed.</summary>
    public static Reply Of(EntryRow entry, Code code, byte[] body) => new(code, body) { Entry = entry };

    /// <summary>A refusal: nothing was changed. The text says what happened and what to do.</summary>
    public static Reply Refuse(Code code, string text, string? field = null, long? retryAfterMs = null, string? reason = null) =>
        new(code, WireJson.Write(new ErrorBody { Text = text, Field = field, RetryAfterMs = retryAfterMs, Reason = reason }));

    public static Reply Refuse(NameProblem problem) => Refuse(Code.InvalidName, NameRules.Describe(problem), "name", reason: NameRules.Reason(problem));

    public static Reply Wrong(string text, string? field = null) => Refuse(Code.WrongMessage, text, field);

    /// <summary>No such room and not a member are one answer: an outsider learns nothing.</summary>
    public static Reply NoRoom() => Refuse(Code.NotFound, "There is no such room, or you are not in it.", "room");

    public static Reply Forbidden(string text) => Refuse(Code.Forbidden, text);

    /// <summary>The same reply, marked as the first result of a change made before.</summary>
    public Reply AsDuplicate() => new(Code, Marked(Body)) { Entry = Entry };

    private static byte[] Marked(byte[] body) => body.AsSpan().SequenceEqual("{}"u8)
        ? "{\"duplicate\":true}"u8.ToArray()
        : [.. "{\"duplicate\":true,"u8, .. body.AsSpan(1)];
}
