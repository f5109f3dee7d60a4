namespace Chatroom.Protocol;

/// <summary>Bounds of the wire. A length is checked against them before anything is allocated.</summary>
public static class WireLimits
{
    /// <summary>Bytes of a frame's header: length (u32), code (u16), request id (u32), all big-endian.</summary>
    public const int HeaderBytes = 10;

    /// <summary>Largest body, in bytes, from a client that has not signed in.</summary>
    public const int BodyBeforeSignIn = 4 * 1024;

    /// <summary>Largest body, in bytes, of LOGIN itself: it may carry 500 room positions.</summary>
    public const int LoginBody = 64 * 1024;

    /// <summary>Largest body, in bytes, from a client that has signed in.</summary>
    public const int BodyAfterSignIn = 64 * 1024;

    /// <summary>Largest body, in bytes, from the server.</summary>
    public const int ServerBody = 256 * 1024;

    /// <summary>Largest text of a message, in bytes of UTF-8 before JSON escaping.</summary>
    public const int TextBytes = 16 * 1024;

    /// <summary>Entries that one LOGIN brings in all, in bytes of their JSON; rooms beyond it carry counts and a gap mark.</summary>
    public const int SyncEntryBytes = 256 * 1024;

    /// <summary>Room positions that LOGIN may carry: the newest ones.</summary>
    public const int SyncPositions = 500;

    /// <summary>Entries, members, files or people in one page at most.</summary>
    public const int PageSize = 200;

    /// <summary>Accounts that one message may mention.</summary>
    public const int Mentions = 50;

    /// <summary>Deepest nesting of a JSON body.</summary>
    public const int JsonDepth = 16;
}
