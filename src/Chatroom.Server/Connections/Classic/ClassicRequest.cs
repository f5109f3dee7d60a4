using Chatroom.Protocol;

namespace Chatroom.Server.Connections.Classic;

/// <summary>One request of Chatroom 2.0 as it was read: nothing of it is trusted yet.</summary>
internal abstract record ClassicRequest
{
    /// <summary>1: name as typed.</summary>
    public sealed record Login(string Name, string Password) : ClassicRequest;

    /// <summary>2.</summary>
    public sealed record Register(string Name, string Password) : ClassicRequest;

    /// <summary>3: to a friend, or (empty) to everyone.</summary>
    public sealed record Text(string To, string Body) : ClassicRequest;

    /// <summary>6: one of the four words.</summary>
    public sealed record Emoji(string To, string Word) : ClassicRequest;

    /// <summary>7: its content follows as <see cref="FilePiece"/>s, the last of which ends it; a file without bytes has one empty piece.</summary>
    public sealed record File(string To, string Name, long Size) : ClassicRequest;

    /// <param name="Bytes">Valid until the decoder is called again.</param>
    public sealed record FilePiece(ReadOnlyMemory<byte> Bytes, bool Last) : ClassicRequest;

    /// <summary>4.</summary>
    public sealed record Users : ClassicRequest;

    /// <summary>5.</summary>
    public sealed record History : ClassicRequest;

    /// <summary>8.</summary>
    public sealed record Files : ClassicRequest;

    /// <summary>0.</summary>
    public sealed record Friends : ClassicRequest;

    /// <summary>98.</summary>
    public sealed record PrivateInit(string User, string Friend) : ClassicRequest;

    /// <summary>9: null fields when the body is not two lines.</summary>
    public sealed record AddFriend(string? User, string? Name) : ClassicRequest;

    /// <summary>99: null when the body is not two lines.</summary>
    public sealed record Download(string? Name) : ClassicRequest;

    /// <summary>Not to be understood; the code it is answered with: 900, 602 or 702.</summary>
    /// <param name="TooLong">A text above the bound: its bytes are skipped, not taken for requests.</param>
    public sealed record Wrong(Code Answer, bool TooLong = false) : ClassicRequest;
}
