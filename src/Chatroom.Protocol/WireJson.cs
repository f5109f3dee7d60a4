using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Chatroom.Protocol;

/// <summary>
/// Bodies as JSON: camel case, absent fields left out, unknown fields ignored, so that old and new clients meet. Characters are written as
/// themselves (the bodies are never embedded in HTML), but for those outside the basic plane, such as emoji, which .NET writes as two escapes.
/// </summary>
public static class WireJson
{
    /// <summary>The context every body goes through.</summary>
    public static GeneratedWireJson Wire => GeneratedWireJson.Wire;

    internal static JsonSerializerOptions Conventions() => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = WireLimits.JsonDepth,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>
    /// The generated code is a quarter of a megabyte, compressed, that a page would have to fetch. Where this switch is on, as in the web client, the same
    /// serializer looks at the types instead, and the trimmer drops the generated code (docs/WEB.md has the figures).
    /// </summary>
    [FeatureSwitchDefinition("Chatroom.Protocol.SmallJson")]
    private static bool IsSmall { get; } = AppContext.TryGetSwitch("Chatroom.Protocol.SmallJson", out var on) && on;

    /// <summary>The metadata of a body's type; every type of the wire is registered with <see cref="GeneratedWireJson"/>.</summary>
    public static JsonTypeInfo<T> Of<T>() => IsSmall ? SmallWireJson.Of<T>() : (JsonTypeInfo<T>)(Wire.GetTypeInfo(typeof(T))
        ?? throw new InvalidOperationException($"{typeof(T)} is not a body of the wire: add it to {nameof(GeneratedWireJson)}."));

    /// <summary>The body as UTF-8.</summary>
    public static byte[] Write<T>(T body) => Write(body, ForWriting<T>(), room: 0);

    /// <summary>A value of another generated context as UTF-8, by the same conventions.</summary>
    /// <param name="type">From a context without options of its own: its generated code is used then, at half of the time.</param>
    public static byte[] Write<T>(T value, JsonTypeInfo<T> type) => Write(value, type, room: 0);

    /// <summary>Reads a body; an empty one stands for <c>{}</c>.</summary>
    /// <exception cref="JsonException">Not JSON, nested too deeply, a field of another type, or a required field absent.</exception>
    public static T Read<T>(ReadOnlySpan<byte> body) =>
        JsonSerializer.Deserialize(body.IsEmpty ? "{}"u8 : body, Of<T>()) ?? throw new JsonException("The body is null.");

    /// <summary>The whole frame, encoded in one buffer.</summary>
    public static byte[] Frame<T>(Code code, uint requestId, T body)
    {
        var bytes = Write(body, ForWriting<T>(), WireLimits.HeaderBytes);
        FrameCodec.WriteHeader(bytes, code, requestId, bytes.Length - WireLimits.HeaderBytes);
        return bytes;
    }

    // .NET uses the generated code for writing only where the options have no encoder. The encoder is the writer's matter here, so nothing else changes.
    private static JsonTypeInfo<T> ForWriting<T>() => IsSmall ? SmallWireJson.Of<T>() : (JsonTypeInfo<T>)(GeneratedWireJson.Default.GetTypeInfo(typeof(T))
        ?? throw new InvalidOperationException($"{typeof(T)} is not a body of the wire: add it to {nameof(GeneratedWireJson)}."));

    /// <param name="room">Bytes left free at the beginning.</param>
    private static byte[] Write<T>(T value, JsonTypeInfo<T> type, int room)
    {
        var (buffer, writer) = pen ??= Pen.New();
        buffer.ResetWrittenCount();
        buffer.GetSpan(room);
        buffer.Advance(room);
        writer.Reset(buffer);
        try
        {
            JsonSerializer.Serialize(writer, value, type);
            writer.Flush();
            return buffer.WrittenSpan.ToArray();
        }
        finally
        {
            // A large page would be held for ever, on each thread.
            if (buffer.Capacity > Kept)
            {
                pen = null;
            }
        }
    }

    private const int Kept = 64 * 1024;

    [ThreadStatic]
    private static Pen? pen;

    private sealed record Pen(ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer)
    {
        public static Pen New()
        {
            var buffer = new ArrayBufferWriter<byte>(1024);
            return new Pen(buffer, new Utf8JsonWriter(buffer, new JsonWriterOptions
            {
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                MaxDepth = WireLimits.JsonDepth,
                SkipValidation = true,
            }));
        }
    }
}
