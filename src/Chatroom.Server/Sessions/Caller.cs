using Chatroom.Server.Storage;

namespace Chatroom.Server.Sessions;

/// <summary>What a token may do. Devices may do everything; bots what their token says.</summary>
[Flags]
public enum Scopes
{
    None = 0,
    Read = 1,
    Send = 2,
    Files = 4,
    Manage = 8,

    /// <summary>Account, tokens and server administration: devices only.</summary>
    Account = 16,

    AllOfBots = Read | Send | Files | Manage,
    All = ~0,
}

/// <summary>Who is speaking: an account through one of its devices or bot tokens, or the console of the server's own machine.</summary>
/// <param name="Account">0 for the console.</param>
public sealed record Caller(long Account, string Name, long Device, Scopes Scopes, TokenKind Kind)
{
    /// <summary>The person at the server's own console: may do what a server owner may.</summary>
    public static Caller Console { get; } = new(0, "console", 0, Scopes.All, TokenKind.Device);

    public bool IsConsole => Account == 0;

    /// <summary>
    /// For the import of old messages only: when it was said (UTC ms), in place of now. Such a caller acts at the server's own machine, without a device.
    /// </summary>
    public long? SaidAt { get; init; }
}
