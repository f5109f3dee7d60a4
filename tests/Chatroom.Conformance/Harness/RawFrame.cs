using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Chatroom.Conformance.Harness;

/// <summary>A frame as it came, with its body read.</summary>
public sealed record RawFrame(int Code, uint Request, JsonObject Body, int BodyBytes)
{
    public const int HeaderBytes = 10;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Turns an anonymous object into a body; null stands for the empty body.</summary>
    public static byte[] BodyOf(object? body) => body is null ? [] : JsonSerializer.SerializeToUtf8Bytes(body, Options);

    /// <summary>The same as a tree, so that fields can be added.</summary>
    public static JsonObject TreeOf(object body) =>
        body as JsonObject ?? JsonSerializer.SerializeToNode(body, Options)?.AsObject() ?? throw new ArgumentException("Not an object.", nameof(body));

    /// <summary>Length (u32), code (u16), request id (u32), all big-endian, then the body.</summary>
    public static byte[] Encode(int code, uint request, ReadOnlySpan<byte> body)
    {
        var bytes = new byte[HeaderBytes + body.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)body.Length + 6);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), (ushort)code);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(6), request);
        body.CopyTo(bytes.AsSpan(HeaderBytes));
        return bytes;
    }

    /// <summary>Reads one whole frame.</summary>
    /// <exception cref="FormatException">The length does not match, or the body is not an object.</exception>
    public static RawFrame Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes || BinaryPrimitives.ReadUInt32BigEndian(bytes) != bytes.Length - 4)
        {
            throw new FormatException($"{bytes.Length} bytes are not one whole frame.");
        }

        var body = bytes[HeaderBytes..];
        var tree = body.IsEmpty ? [] : JsonNode.Parse(body) as JsonObject ?? throw new FormatException("The body is not an object.");
        return new RawFrame(
            BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[6..]), tree, body.Length);
    }

    public override string ToString()
    {
        var text = Body.ToJsonString(Options);
        return $"{Code} #{Request} {(text.Length > 300 ? text[..300] + "…" : text)}";
    }
}
