using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Chatroom.Protocol.Messages;

namespace Chatroom.Protocol;

/// <summary>
/// Bodies as JSON: camel case, absent fields left out, unknown fields ignored, so that old and new clients meet. Characters are written as
/// themselves (the bodies are never embedded in HTML), but for those outside the basic plane, such as emoji, which .NET writes as two escapes.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(Empty))]
[JsonSerializable(typeof(OkBody))]
[JsonSerializable(typeof(Bye))]
[JsonSerializable(typeof(LoginRequest))]
[JsonSerializable(typeof(LoginSuccess))]
[JsonSerializable(typeof(SyncDone))]
[JsonSerializable(typeof(RegisterRequest))]
[JsonSerializable(typeof(RegisterSuccess))]
[JsonSerializable(typeof(ChangePasswordRequest))]
[JsonSerializable(typeof(DeviceList))]
[JsonSerializable(typeof(SignOutDeviceRequest))]
[JsonSerializable(typeof(SettingsRequest))]
[JsonSerializable(typeof(CreateTokenRequest))]
[JsonSerializable(typeof(TokenCreated))]
[JsonSerializable(typeof(Entry))]
[JsonSerializable(typeof(RoomList))]
[JsonSerializable(typeof(HistoryPage))]
[JsonSerializable(typeof(HistoryRequest))]
[JsonSerializable(typeof(SendMessageRequest))]
[JsonSerializable(typeof(SendEmojiRequest))]
[JsonSerializable(typeof(TypingNotice))]
[JsonSerializable(typeof(RoomRequest))]
[JsonSerializable(typeof(CreateGroupRequest))]
[JsonSerializable(typeof(RoomJoined))]
[JsonSerializable(typeof(RoomTextRequest))]
[JsonSerializable(typeof(GroupOptionsRequest))]
[JsonSerializable(typeof(MemberRequest))]
[JsonSerializable(typeof(JoinGroupRequest))]
[JsonSerializable(typeof(PageRequest))]
[JsonSerializable(typeof(MemberPage))]
[JsonSerializable(typeof(GroupPage))]
[JsonSerializable(typeof(EditRequest))]
[JsonSerializable(typeof(TargetRequest))]
[JsonSerializable(typeof(MarkReadRequest))]
[JsonSerializable(typeof(PinList))]
[JsonSerializable(typeof(PrivateInitRequest))]
[JsonSerializable(typeof(PrivateChat))]
[JsonSerializable(typeof(AccountItem))]
[JsonSerializable(typeof(AccountChanged))]
[JsonSerializable(typeof(PersonRequest))]
[JsonSerializable(typeof(FriendAdded))]
[JsonSerializable(typeof(FriendReminder))]
[JsonSerializable(typeof(FriendList))]
[JsonSerializable(typeof(PresenceChange))]
[JsonSerializable(typeof(PresencePage))]
[JsonSerializable(typeof(SendFileRequest))]
[JsonSerializable(typeof(UploadOpened))]
[JsonSerializable(typeof(FileHistoryRequest))]
[JsonSerializable(typeof(FilePage))]
[JsonSerializable(typeof(DownFileRequest))]
[JsonSerializable(typeof(FileLink))]
[JsonSerializable(typeof(HttpError))]
[JsonSerializable(typeof(AccountInfo))]
[JsonSerializable(typeof(ServerAbout))]
[JsonSerializable(typeof(UserPage))]
[JsonSerializable(typeof(UserRequest))]
[JsonSerializable(typeof(CreateInviteRequest))]
[JsonSerializable(typeof(InviteCreated))]
[JsonSerializable(typeof(AuditPage))]
public sealed partial class WireJson : JsonSerializerContext
{
    /// <summary>The context every body goes through.</summary>
    public static WireJson Wire { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = WireLimits.JsonDepth,
        RespectRequiredConstructorParameters = true,
    });

    /// <summary>The metadata of a body's type; every type of the wire is registered above.</summary>
    public static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)(Wire.GetTypeInfo(typeof(T))
        ?? throw new InvalidOperationException($"{typeof(T)} is not a body of the wire: add it to {nameof(WireJson)}."));

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
