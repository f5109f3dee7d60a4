namespace Chatroom.Client;

/// <summary>Where a message goes: a room, or a person by name (their private chat, opened when there is none).</summary>
public readonly record struct Destination
{
    private Destination(string? roomId, string? name) => (RoomId, Name) = (roomId, name);

    public string? RoomId { get; }

    public string? Name { get; }

    public static Destination Room(string id) => new(id, null);

    public static Destination Person(string name) => new(null, name);

    public static implicit operator Destination(RoomView room) => Room(room.Id);
}

/// <summary>A person, by account id or by name (names are matched after NFKC and case folding, by the server).</summary>
public readonly record struct PersonRef
{
    private PersonRef(string? id, string? name) => (Id, Name) = (id, name);

    public string? Id { get; }

    public string? Name { get; }

    public static PersonRef WithId(string id) => new(id, null);

    public static PersonRef Named(string name) => new(null, name);
}
