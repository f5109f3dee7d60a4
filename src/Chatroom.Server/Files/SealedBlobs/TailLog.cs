using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Chatroom.Server.Files;

/// <summary>
/// The durable form of an upload's unfinished chunk: a file of records, each a piece of the chunk's bytes since the last flush:
/// length (u32) ‖ chunk index (u64) ‖ offset in the chunk (u32), big-endian, ‖ nonce ‖ ciphertext ‖ tag.
/// </summary>
/// <remarks>
/// Only ever appended to while its chunk is unfinished, so a torn write cannot harm what was reported durable; a chunk rewritten in
/// place could. When the chunk is full and durable in the blob, the log begins anew for the next one.
/// </remarks>
internal sealed class TailLog(SafeFileHandle file)
{
    private const int PrefixLength = 4 + 8 + 4;

    /// <summary>Greatest length of a record.</summary>
    public const int MaxRecordLength = PrefixLength + BlobCipher.SlotLength;

    private long _length;
    private long _chunk = -1;

    /// <summary>How many bytes of the chunk it was last asked about are in the log.</summary>
    public int Covered { get; private set; }

    /// <summary>
    /// Reads the sound pieces of the chunk into <paramref name="plain"/>, one after the other from its start, and cuts off the
    /// rest: torn records, and those of a chunk that has been finished since. Returns the number of plain bytes.
    /// </summary>
    public int Recover(BlobCipher cipher, long chunk, byte[] plain, byte[] buffer)
    {
        (_length, _chunk, Covered) = (0, chunk, 0);
        while (RandomAccess.Read(file, buffer.AsSpan(0, PrefixLength), _length) == PrefixLength)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(buffer);
            if (length == 0 || length > BlobCipher.ChunkSize - Covered
                || BinaryPrimitives.ReadInt64BigEndian(buffer.AsSpan(4)) != chunk
                || BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(12)) != Covered)
            {
                break;
            }

            var slot = buffer.AsSpan(PrefixLength, (int)length + BlobCipher.Overhead);
            if (!BlobIo.TryReadFully(file, slot, _length + PrefixLength)
                || !cipher.TryOpenPiece(chunk, Covered, slot, plain.AsSpan(Covered, (int)length)))
            {
                break;
            }

            Covered += (int)length;
            _length += PrefixLength + slot.Length;
        }

        RandomAccess.SetLength(file, _length);
        return Covered;
    }

    /// <summary>
    /// Adds the bytes of <paramref name="plain"/> (the chunk so far) not yet in the log and syncs it. The chunks before this one have
    /// to be durable: their pieces are dropped.
    /// </summary>
    public async ValueTask CoverAsync(BlobCipher cipher, long chunk, ReadOnlyMemory<byte> plain, byte[] buffer)
    {
        if (chunk != _chunk)
        {
            RandomAccess.SetLength(file, 0);
            (_length, _chunk, Covered) = (0, chunk, 0);
        }

        if (plain.Length == Covered)
        {
            return;
        }

        var piece = plain[Covered..];
        BinaryPrimitives.WriteInt32BigEndian(buffer, piece.Length);
        BinaryPrimitives.WriteInt64BigEndian(buffer.AsSpan(4), chunk);
        BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(12), Covered);
        var record = PrefixLength + piece.Length + BlobCipher.Overhead;
        cipher.SealPiece(chunk, Covered, piece.Span, buffer.AsSpan(PrefixLength, piece.Length + BlobCipher.Overhead));
        await RandomAccess.WriteAsync(file, buffer.AsMemory(0, record), _length);
        await BlobIo.SyncAsync(file);
        _length += record;
        Covered = plain.Length;
    }
}
