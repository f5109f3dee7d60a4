namespace Chatroom.Client;

/// <summary>One answer to LOGIN while it comes.</summary>
internal sealed class Synchronization(string? token)
{
    /// <summary>The token signed in with; null with a password.</summary>
    public string? Token { get; } = token;

    /// <summary>The device has a token that the store does not know.</summary>
    public bool IsNewToken { get; set; }

    /// <summary>Seq up to which entries are held, by room: what the server was told.</summary>
    public Dictionary<string, long> Had { get; } = new(StringComparer.Ordinal);

    /// <summary>Time in UTC ms of the newest entry that was held of another history, by room: what is later is news.</summary>
    public Dictionary<string, long> HeldUntil { get; } = new(StringComparer.Ordinal);

    /// <summary>Rooms named in the answer: all of the person's.</summary>
    public HashSet<string> Named { get; } = new(StringComparer.Ordinal);

    /// <summary>Account items above this are news.</summary>
    public long SeenRevision { get; set; }
}
