using System.Text.Json.Serialization;

namespace Chatroom.Client;

/// <summary>The sign-in kept in the store.</summary>
internal sealed record StoredSession
{
    public required string Token { get; init; }

    public required string AccountId { get; init; }

    public string? Name { get; init; }
}

/// <summary>An unacknowledged send kept in the store.</summary>
internal sealed record StoredSend
{
    public required string ClientId { get; init; }

    public required long Order { get; init; }

    public required ushort Code { get; init; }

    public required string Lane { get; init; }

    public required byte[] Body { get; init; }

    public string? Room { get; init; }

    public string? To { get; init; }

    public required string Kind { get; init; }

    public string? Text { get; init; }

    public long? Target { get; init; }

    public string? History { get; init; }

    /// <summary>UTC ms.</summary>
    public required long Time { get; init; }

    /// <summary>Code of the server's refusal; null while it is to be sent.</summary>
    public ushort? Refused { get; init; }

    public string? RefusedText { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredSession))]
[JsonSerializable(typeof(StoredSend))]
internal sealed partial class StoredJson : JsonSerializerContext;
