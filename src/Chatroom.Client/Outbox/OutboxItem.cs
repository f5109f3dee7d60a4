using System.Text.Json;
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

    public required byte[] Body { get; set; }

    public Destination Destination { get; init; }

    public string Kind { get; init; } = "";

    public string? Text { get; init; }

    /// <summary>Seq of the entry it is about or replies to.</summary>
    public long? Target { get; set; }

    /// <summary>The server's history that <see cref="Target"/> is of; null: not known.</summary>
    public string? History { get; init; }

    public DateTimeOffset Time { get; init; }

    /// <summary>It may go out: it is in the store, or needs not be.</summary>
    public bool IsStored { get; set; }

    /// <summary>It was answered, given up or abandoned.</summary>
    public bool IsDone { get; set; }

    public string? StoreKey { get; set; }

    /// <summary>Why the server refused it: it is kept to be shown, and not sent.</summary>
    public ChatException? Refusal { get; set; }

    /// <summary>Gets the answer, an error included; within the sequence.</summary>
    public required Action<Frame> Answered { get; set; }

    /// <summary>It will not be tried again; within the sequence.</summary>
    public required Action<Exception> GivenUp { get; set; }

    /// <summary>The handle of the application, for changes in rooms.</summary>
    public Sent? Sent { get; set; }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(new StoredSend
    {
        ClientId = ClientId,
        Order = Order,
        Code = (ushort)Code,
        Lane = Lane,
        Body = Body,
        Room = Destination.RoomId,
        To = Destination.Name,
        Kind = Kind,
        Text = Text,
        Target = Target,
        History = History,
        Time = Time.ToUnixTimeMilliseconds(),
        Refused = (ushort?)Refusal?.Code,
        RefusedText = Refusal?.Text,
    }, StoredJson.Default.StoredSend);

    /// <exception cref="JsonException">The bytes are not an item.</exception>
    public static OutboxItem FromBytes(string key, byte[] bytes)
    {
        var stored = JsonSerializer.Deserialize(bytes, StoredJson.Default.StoredSend) ?? throw new JsonException("The item is null.");
        return new OutboxItem
        {
            ClientId = stored.ClientId,
            Order = stored.Order,
            Code = (Code)stored.Code,
            Lane = stored.Lane,
            Body = stored.Body,
            Destination = stored.Room is { } room ? Destination.Room(room) : Destination.Person(stored.To ?? ""),
            Kind = stored.Kind,
            Text = stored.Text,
            Target = stored.Target,
            History = stored.History,
            Time = DateTimeOffset.FromUnixTimeMilliseconds(stored.Time),
            IsStored = true,
            StoreKey = key,
            Refusal = stored.Refused is { } code ? new ChatException((Code)code, stored.RefusedText ?? "") : null,
            Answered = static _ => { },
            GivenUp = static _ => { },
        };
    }
}
