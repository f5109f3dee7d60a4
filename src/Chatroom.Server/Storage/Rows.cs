namespace Chatroom.Server.Storage;

// Numbers stored on disk: explicit, never reused.
public enum ServerRole
{
    Member = 0,
    Admin = 1,
    Owner = 2,
}

public enum RoomKind
{
    Lobby = 0,
    Group = 1,
    Private = 2,
}

public enum RoomRole
{
    Member = 0,
    Moderator = 1,
    Owner = 2,
}

/// <summary>What newcomers see.</summary>
public enum HistoryPolicy
{
    FromJoin = 0,
    All = 1,
}

public enum EntryKind
{
    Text = 1,
    Emoji = 2,
    File = 3,
    Edit = 4,
    Recall = 5,
    Reaction = 6,
    Pin = 7,
    Create = 16,
    Join = 17,
    Leave = 18,
    Remove = 19,
    Role = 20,
    Rename = 21,
    Topic = 22,
    Options = 23,
}

public enum ItemKind
{
    Friend = 1,
    Block = 2,
    Room = 3,
    Position = 4,
    Invitation = 5,
    Device = 6,
    Settings = 7,
}

public enum TokenKind
{
    Device = 0,
    Bot = 1,
}

public enum FileState
{
    Uploading = 0,
    Complete = 1,
    Erased = 2,
}

/// <summary>Who may write privately or add as a friend.</summary>
public enum AcceptPolicy
{
    Everyone = 0,
    Friends = 1,
}

/// <param name="NameKey">Blind index of the folded name: 16 bytes, unique for ever, also after deletion.</param>
/// <param name="SealedName">Null once deleted.</param>
/// <param name="PasswordHash">Argon2id in PHC string format; empty once deleted.</param>
/// <param name="Created">UTC ms.</param>
/// <param name="Revision">Of account state; moved by <see cref="IStoreTransaction.Touch"/> only.</param>
/// <param name="SeenRevision">Up to here some device has been told.</param>
/// <param name="ClassicAllowed">May sign in on the classic port, where passwords travel in plain text.</param>
public sealed record AccountRow(
    long Id, byte[] NameKey, byte[]? SealedName, string PasswordHash, ServerRole Role, long Created,
    bool Disabled, bool Deleted, AcceptPolicy Accept, long Revision = 0, long SeenRevision = 0, bool ClassicAllowed = true);

/// <param name="TokenHash">Keyed hash of the token: 16 bytes, unique.</param>
/// <param name="SealedInfo">Name and client program.</param>
/// <param name="Scopes">Bit set; ~0 for devices.</param>
/// <param name="Expires">UTC ms; null for never.</param>
public sealed record DeviceRow(
    long Id, long Account, byte[] TokenHash, TokenKind Kind, int Scopes, byte[] SealedInfo,
    long Created, long LastUsed, long? Expires, bool Revoked);

public sealed record RegistrationInviteRow(byte[] CodeHash, long CreatedBy, long Created, long Expires, int UsesLeft);

/// <param name="Id">Given by the store, ascending.</param>
/// <param name="Actor">Null for the console.</param>
public sealed record AuditRow(long Id, long Time, long? Actor, string Action, long? Subject, long? Room, byte[]? SealedDetail);

public sealed record ItemRow(long Account, ItemKind Kind, long Key, long Revision, bool Deleted);

/// <summary>One half of a friendship; the other half is a row of its own.</summary>
public sealed record FriendRow(long Account, long Other, long By, long Since);

public sealed record InvitationRow(long Room, long Account, long By, long Time);

/// <param name="NameKey">Blind index of the folded name, for public groups only (unique among them); null otherwise.</param>
/// <param name="SealedInfo">Name and topic.</param>
/// <param name="Head">Seq of the newest entry; 0 when there is none.</param>
/// <param name="HeadLink">Chain link of the newest entry and a keyed seal of the head: 64 bytes.</param>
/// <param name="Ordinal">Counted entries so far.</param>
public sealed record RoomRow(
    long Id, RoomKind Kind, byte[]? NameKey, byte[]? SealedInfo, bool Public, HistoryPolicy History,
    long Created, long CreatedBy, long Head, byte[] HeadLink, long Ordinal);

/// <summary>An interval of membership: entries with <c>JoinedSeq &lt;= seq &lt;= LeftSeq</c>.</summary>
/// <param name="LeftSeq">Null while it is open.</param>
public sealed record MembershipRow(long Room, long Account, long JoinedSeq, long? LeftSeq, RoomRole Role);

/// <param name="ClientId">16 bytes.</param>
/// <param name="Target">Seq that an edit, recall, reaction or pin is about.</param>
/// <param name="Subject">Account a system entry is about.</param>
/// <param name="Counts">Counts as unread.</param>
/// <param name="Ordinal">Counted entries of the room up to and including this one.</param>
/// <param name="SenderOrdinal">Counted entries of the sender in the room up to and including this one.</param>
/// <param name="SealedBody">Null once erased.</param>
/// <param name="BodyDigest">SHA-256 of the sealed body; stays when the body is erased.</param>
/// <param name="Link">HMAC over every column above but <paramref name="SealedBody"/> and <paramref name="Recalled"/>, the digest and the previous link: 32 bytes.</param>
public sealed record EntryRow(
    long Room, long Seq, EntryKind Kind, long Sender, long Time, byte[] ClientId, long? Target, long? Subject,
    bool Counts, long Ordinal, long SenderOrdinal, bool Recalled, byte[]? SealedBody, byte[] BodyDigest, byte[] Link);

/// <summary>The first result of a change, for ever: what a retry gets.</summary>
/// <param name="Digest">Keyed digest of the request's content: 16 bytes.</param>
/// <param name="Room">With <paramref name="Seq"/>: the entry that is the result.</param>
/// <param name="SealedReply">The reply's body where it is not an entry.</param>
public sealed record ChangeRow(long Account, byte[] ClientId, byte[] Digest, ushort Code, long? Room, long? Seq, byte[]? SealedReply, long Time);

/// <param name="Id">Random, 26 characters; also the name of the blob on disk.</param>
/// <param name="Seq">The entry, once complete.</param>
/// <param name="Device">The device or token that uploads.</param>
/// <param name="SealedInfo">Name, type, SHA-256; null once erased.</param>
/// <param name="Progress">UTC ms of the last durable progress.</param>
public sealed record FileRow(
    string Id, long Room, long? Seq, long Account, long Device, byte[] ClientId, long Size, FileState State,
    long Created, long Progress, byte[]? SealedInfo);

/// <summary>A run of a room's log that is in the search index as a whole, or not at all.</summary>
public static class SearchSegment
{
    /// <summary>Seqs in a segment: the first holds 1–1023, the next 1024–2047, and so on. On disk: never changed.</summary>
    public const int Entries = 1024;

    /// <summary>Pieces that a segment's terms are spread over. On disk: never changed.</summary>
    public const int Buckets = 64;

    public static long Of(long seq) => seq / Entries;

    public static long First(long segment) => Math.Max(1, segment * Entries);

    public static long Last(long segment) => (segment * Entries) + Entries - 1;
}
