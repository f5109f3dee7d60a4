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
    public static byte[] Write<T>(T body) => JsonSerializer.SerializeToUtf8Bytes(body, Of<T>());

    /// <summary>Reads a body; an empty one stands for <c>{}</c>.</summary>
    /// <exception cref="JsonException">Not JSON, nested too deeply, a field of another type, or a required field absent.</exception>
    public static T Read<T>(ReadOnlySpan<byte> body) =>
        JsonSerializer.Deserialize(body.IsEmpty ? "{}"u8 : body, Of<T>()) ?? throw new JsonException("The body is null.");

    /// <summary>The whole frame, encoded in one buffer.</summary>
    public static byte[] Frame<T>(Code code, uint requestId, T body)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        buffer.GetSpan(WireLimits.HeaderBytes);
        buffer.Advance(WireLimits.HeaderBytes);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true }))
        {
            JsonSerializer.Serialize(writer, body, Of<T>());
        }

        var bytes = buffer.WrittenSpan.ToArray();
        FrameCodec.WriteHeader(bytes, code, requestId, bytes.Length - WireLimits.HeaderBytes);
        return bytes;
    }
}
