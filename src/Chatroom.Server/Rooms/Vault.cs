using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Chatroom.Protocol;
using Chatroom.Server.Sealing;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Rooms;

/// <summary>
/// Between the rules and the store: nothing that people wrote or are called passes it unsealed. Every seal is bound to what it belongs to, so that
/// a value copied to another row does not open.
/// </summary>
public sealed class Vault(Sealer sealer, BlindIndex index, ChainKey chain)
{
    /// <summary>Bound to room, sender and client id; not to the seq, for it is sealed before the seq is known.</summary>
    public byte[] SealEntry(long room, long sender, ReadOnlySpan<byte> clientId, EntryBody body)
    {
        Span<byte> bound = stackalloc byte[24];
        Bind(bound, sender, clientId);
        return sealer.Seal(SealPurpose.EntryBody, Scope(room), bound, WireJson.Write(body, SealedJson.Default.EntryBody));
    }

    /// <summary>The content of an entry; an empty one once erased.</summary>
    /// <exception cref="SealingException">The body was altered or belongs to another entry.</exception>
    public EntryBody OpenEntry(EntryRow row)
    {
        if (row.SealedBody is null)
        {
            return new EntryBody();
        }

        Span<byte> bound = stackalloc byte[24];
        Bind(bound, row.Sender, row.ClientId);
        return Parse(sealer.Open(SealPurpose.EntryBody, Scope(row.Room), bound, row.SealedBody), SealedJson.Relaxed.EntryBody);
    }

    public byte[] SealAccountName(long account, string name) => sealer.Seal(SealPurpose.AccountName, default, Scope(account), Encoding.UTF8.GetBytes(name));

    public string OpenAccountName(long account, byte[] value) => Encoding.UTF8.GetString(sealer.Open(SealPurpose.AccountName, default, Scope(account), value));

    public byte[] SealRoom(long room, RoomInfo info) =>
        sealer.Seal(SealPurpose.RoomName, default, Scope(room), WireJson.Write(info, SealedJson.Default.RoomInfo));

    public RoomInfo OpenRoom(RoomRow row) => row.SealedInfo is null
        ? new RoomInfo()
        : Parse(sealer.Open(SealPurpose.RoomName, default, Scope(row.Id), row.SealedInfo), SealedJson.Relaxed.RoomInfo);

    public byte[] SealDevice(long device, DeviceNames names) =>
        sealer.Seal(SealPurpose.DeviceName, default, Scope(device), WireJson.Write(names, SealedJson.Default.DeviceNames));

    public DeviceNames OpenDevice(DeviceRow row) => Parse(sealer.Open(SealPurpose.DeviceName, default, Scope(row.Id), row.SealedInfo), SealedJson.Relaxed.DeviceNames);

    public byte[] SealFile(string file, FileNames names) =>
        sealer.Seal(SealPurpose.FileName, default, Encoding.ASCII.GetBytes(file), WireJson.Write(names, SealedJson.Default.FileNames));

    public FileNames? OpenFile(FileRow row) => row.SealedInfo is null
        ? null
        : Parse(sealer.Open(SealPurpose.FileName, default, Encoding.ASCII.GetBytes(row.Id), row.SealedInfo), SealedJson.Relaxed.FileNames);

    public byte[] SealReply(long account, ReadOnlySpan<byte> clientId, ReadOnlySpan<byte> body)
    {
        Span<byte> bound = stackalloc byte[24];
        Bind(bound, account, clientId);
        return sealer.Seal(SealPurpose.Reply, default, bound, body);
    }

    public byte[] OpenReply(ChangeRow row)
    {
        Span<byte> bound = stackalloc byte[24];
        Bind(bound, row.Account, row.ClientId);
        return row.SealedReply is null ? "{}"u8.ToArray() : sealer.Open(SealPurpose.Reply, default, bound, row.SealedReply);
    }

    public byte[] SealAudit(string detail) => sealer.Seal(SealPurpose.Audit, default, default, Encoding.UTF8.GetBytes(detail));

    public string? OpenAudit(AuditRow row) => row.SealedDetail is null ? null : Encoding.UTF8.GetString(sealer.Open(SealPurpose.Audit, default, default, row.SealedDetail));

    /// <summary>Look-up key of a folded account name.</summary>
    public byte[] AccountKey(string folded) => index.Of(IndexPurpose.AccountName, folded);

    /// <summary>Look-up key of a name of Chatroom 2.0, which told letters' case apart: of its exact UTF-8 bytes, nothing folded.</summary>
    public byte[] ClassicAliasKey(string exactName) => index.Of(IndexPurpose.ClassicAlias, exactName);

    public byte[] RoomKey(string folded) => index.Of(IndexPurpose.RoomName, folded);

    public byte[] TokenHash(string token) => index.Of(IndexPurpose.Token, token);

    public byte[] InviteHash(string code) => index.Of(IndexPurpose.RegistrationCode, code);

    /// <summary>Keyed digest of a request's content: tells a retry from another request under the same client id.</summary>
    public byte[] Digest(ReadOnlySpan<byte> content) => index.Of(IndexPurpose.RequestDigest, content);

    /// <summary>Signature of a download link: 16 bytes that only this server can make.</summary>
    /// <param name="expires">UTC ms.</param>
    public byte[] FileLink(string file, long device, long expires) =>
        index.Of(IndexPurpose.FileLink, string.Create(CultureInfo.InvariantCulture, $"{file}|{device}|{expires}"));

    /// <summary>Where a term stands in a segment of the search index: the same in all rooms, and known to nobody without the key.</summary>
    public (int Bucket, uint Tag) SearchPlace(UInt128 term)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, term);
        var hash = index.Of(IndexPurpose.SearchTerm, bytes);
        return (hash[0] % SearchSegment.Buckets, BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(1)));
    }

    /// <summary>Bound to room, segment and its place in it.</summary>
    public byte[] SealSearchBucket(long room, long segment, int bucket, byte[] content) =>
        sealer.Seal(SealPurpose.SearchIndex, Scope(room), [.. Scope(segment), (byte)bucket], content);

    /// <exception cref="SealingException">Altered, or of another place.</exception>
    public byte[] OpenSearchBucket(long room, long segment, int bucket, byte[] value) =>
        sealer.Open(SealPurpose.SearchIndex, Scope(room), [.. Scope(segment), (byte)bucket], value);

    /// <summary>The chain link of an entry (its <see cref="EntryRow.Link"/> is not looked at).</summary>
    /// <param name="head">The room's head before this entry: its first 32 bytes are the previous link.</param>
    public byte[] Link(ReadOnlySpan<byte> head, EntryRow row)
    {
        Span<byte> canonical = stackalloc byte[8 * 8 + 4 + 1 + 16 + 32];
        BinaryPrimitives.WriteInt64BigEndian(canonical, row.Room);
        BinaryPrimitives.WriteInt64BigEndian(canonical[8..], row.Seq);
        BinaryPrimitives.WriteInt64BigEndian(canonical[16..], row.Sender);
        BinaryPrimitives.WriteInt64BigEndian(canonical[24..], row.Time);
        BinaryPrimitives.WriteInt64BigEndian(canonical[32..], row.Target ?? 0);
        BinaryPrimitives.WriteInt64BigEndian(canonical[40..], row.Subject ?? 0);
        BinaryPrimitives.WriteInt64BigEndian(canonical[48..], row.Ordinal);
        BinaryPrimitives.WriteInt64BigEndian(canonical[56..], row.SenderOrdinal);
        BinaryPrimitives.WriteInt32BigEndian(canonical[64..], (int)row.Kind);
        canonical[68] = row.Counts ? (byte)1 : (byte)0;
        row.ClientId.CopyTo(canonical[69..]);
        row.BodyDigest.CopyTo(canonical[85..]);
        return chain.Link(head[..ChainKey.Length], canonical);
    }

    /// <summary>
    /// What a room's row keeps of its head: the newest link, and a keyed seal over room, seq and link. Without the key nobody can set a head back to an
    /// earlier entry, so a tail that was cut off is found.
    /// </summary>
    public byte[] Head(long room, long seq, ReadOnlySpan<byte> link)
    {
        Span<byte> canonical = stackalloc byte[20];
        "head"u8.CopyTo(canonical);
        BinaryPrimitives.WriteInt64BigEndian(canonical[4..], room);
        BinaryPrimitives.WriteInt64BigEndian(canonical[12..], seq);
        return [.. link, .. chain.Link(link, canonical)];
    }

    /// <summary>The head of a room without entries.</summary>
    public byte[] NoHead(long room) => Head(room, 0, ChainKey.Start);

    private static byte[] Scope(long id)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, id);
        return bytes;
    }

    private static void Bind(Span<byte> target, long account, ReadOnlySpan<byte> clientId)
    {
        BinaryPrimitives.WriteInt64BigEndian(target, account);
        clientId.CopyTo(target[8..]);
    }

    private static T Parse<T>(byte[] json, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(json, type)
        ?? throw new SealingException("A sealed value holds no content.");
}
