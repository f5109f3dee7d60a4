using System.Collections.Concurrent;
using Chatroom.Protocol.Messages;

namespace Chatroom.Server.Connections.Classic;

/// <param name="Ended">No friend any more, but still in the list.</param>
internal readonly record struct ListedFriend(string Name, bool Ended = false);

/// <summary>Who is signed in on a classic connection, and what its client has been shown: it must not be told that somebody leaves whom it never saw.</summary>
/// <param name="Id">Of the account, as on the wire.</param>
/// <param name="Name">As typed at sign-in: that client knows itself by nothing else.</param>
internal sealed record ClassicPerson(string Id, long Account, string Name)
{
    private volatile byte[]? adding;

    /// <summary>Seq of the lobby's newest entry at sign-in: what came later is told as it came, not in the answers of start-up.</summary>
    public required long LobbyHead { get; init; }

    /// <summary>The same for private chats, by room.</summary>
    public required IReadOnlyDictionary<string, long> PrivateHeads { get; init; }

    /// <summary>Online at sign-in.</summary>
    public required PresencePage Presence { get; init; }

    /// <summary>Rooms known to be private chats.</summary>
    public ConcurrentDictionary<string, bool> PrivateRooms { get; } = new();

    /// <summary>Names in the client's list of people online, by account.</summary>
    public ConcurrentDictionary<string, string> Online { get; } = new();

    /// <summary>Who stands in the client's list of friends, by account: it takes nobody off before the next sign-in.</summary>
    public ConcurrentDictionary<string, ListedFriend> Friends { get; } = new();

    /// <summary>Key of the name that this client is adding as a friend right now: it is told by the answer, not by the event.</summary>
    public byte[]? Adding
    {
        get => adding;
        set => adding = value;
    }

    /// <summary>Client ids of files on their way: the client shows its own itself.</summary>
    public ConcurrentDictionary<string, bool> Uploads { get; } = new();

    /// <summary>Names of files in the client's list.</summary>
    public ConcurrentDictionary<string, bool> Files { get; } = new();

    /// <summary>How a person is called on this connection.</summary>
    public string NameOf(string id, string? name) => id == Id ? Name : name ?? "(deleted)";
}
