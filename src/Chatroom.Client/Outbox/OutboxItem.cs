using Chatroom.Protocol;

namespace Chatroom.Client;

/// <summary>A change on its way: made once, with its bytes, and the same through every retry.</summary>
internal sealed class OutboxItem
{
    public required string ClientId { get; init; }

    /// <summary>Place in the outbox of the account; ascending in the order in which the person acted.</summary>
    public long Order { get; set; }

    public required Code Code { get; init; }

    public required string Lane { get; init; }

    public required byte[] Body { get; init; }

    public Destination Destination { get; init; }

    public string Kind { get; init; } = "";

    public string? Text { get; init; }

    public long? Target { get; init; }

    public DateTimeOffset Time { get; init; }
}
