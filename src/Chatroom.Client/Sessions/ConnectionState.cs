using Chatroom.Protocol;

namespace Chatroom.Client;

public enum ConnectionPhase
{
    /// <summary>Not asked to connect.</summary>
    Offline,
    Connecting,
    SigningIn,

    /// <summary>Signed in; account, rooms and entries are coming.</summary>
    Syncing,

    /// <summary>Everything up to now is here, and events follow.</summary>
    Online,

    /// <summary>The connection was lost; the next attempt is at <see cref="ConnectionState.RetryAt"/>.</summary>
    WaitingToRetry,

    /// <summary>The token is no longer good, or the person signed out: no attempt is made until a new sign-in.</summary>
    SignedOut,

    /// <summary>Only a person can mend it (another certificate, another protocol version): no attempt is made until asked.</summary>
    Failed,
}

/// <summary>How the client stands to the server.</summary>
/// <param name="RetryAt">When the next attempt is made, in <see cref="ConnectionPhase.WaitingToRetry"/>.</param>
/// <param name="Reason">The code the server gave, where it gave one.</param>
/// <param name="Text">The reason for people, where the server gave one.</param>
/// <param name="Cause">What broke the connection or refused the sign-in.</param>
public sealed record ConnectionState(
    ConnectionPhase Phase, DateTimeOffset? RetryAt = null, Code? Reason = null, string? Text = null, Exception? Cause = null)
{
    public static ConnectionState Offline { get; } = new(ConnectionPhase.Offline);
}
