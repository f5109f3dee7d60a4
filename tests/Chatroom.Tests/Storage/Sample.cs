using System.Buffers.Binary;
using Chatroom.Server.Storage;

namespace Chatroom.Tests.Storage;

/// <summary>Rows for tests: every column has a value of its own, so that two columns mistaken for each other show.</summary>
internal static class Sample
{
    public static byte[] Bytes(long value, int length = 16)
    {
        var bytes = new byte[length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        bytes[^1] = 0x5a;
        return bytes;
    }

    public static AccountRow Account(long id) => new(
        id, Bytes(id), Bytes(id + 1000, 40), $"hash {id}", ServerRole.Admin, 11, Disabled: false, Deleted: false, AcceptPolicy.Friends);

    public static DeviceRow Device(long id, long account) => new(
        id, account, Bytes(id), TokenKind.Bot, ~0, Bytes(id + 1, 50), 20 + id, 30, 40, Revoked: false);

    public static RoomRow Room(long id, byte[]? nameKey = null, bool isPublic = false) => new(
        id, RoomKind.Group, nameKey, Bytes(id, 60), isPublic, HistoryPolicy.All, 12, 13, 0, new byte[32], 0);

    public static EntryRow Entry(long room, long seq, long sender = 1, EntryKind kind = EntryKind.Text, long? target = null) => new(
        room, seq, kind, sender, 1_000_000 + seq, Bytes(seq), target, null, Counts: true, Ordinal: seq, SenderOrdinal: seq,
        Recalled: false, Bytes(seq, 80), Bytes(seq + 1, 32), Bytes(seq + 2, 32));

    public static FileRow File(string id, long account, FileState state = FileState.Uploading, long size = 100, long progress = 50) => new(
        id, 2, null, account, 4, Bytes(id[0]), size, state, 49, progress, Bytes(6, 70));

    /// <summary>Appends as a command does: the entry and the head of its room.</summary>
    public static void Append(IStoreTransaction transaction, EntryRow entry)
    {
        transaction.InsertEntry(entry);
        transaction.SetRoomHead(entry.Room, entry.Seq, entry.Link, entry.Ordinal);
    }
}
