using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Chatroom.Server.Sealing;

namespace Chatroom.Server.Files;

/// <summary>
/// The sealed form of a file's content. Header (32 bytes): "CRB1" ‖ format (1) ‖ key epoch (u16) ‖ chunk size (u32) ‖ 0 ‖ blob id
/// (16 random bytes) ‖ 4 × 0; then one slot per 64 KiB chunk: nonce (12) ‖ ciphertext ‖ tag (16). Numbers are big-endian. Only the
/// last chunk may be shorter; an empty file has one empty chunk.
/// </summary>
/// <remarks>
/// <para>The AES-256-GCM key is derived for this blob alone (scope: the blob id), so no other file shares its nonces.</para>
/// <para>Nonces are random and stored, not counters made from the chunk's index: one position is sealed more than once with
/// different content (an upload cut off, reopened at a lower offset, possibly from a restored copy of the folder, and continued
/// with other bytes; a chunk's pieces and then the chunk), and a counter would then use one nonce for two plain texts, which gives
/// away both and the authentication key. A key may make 2^32 random nonces (NIST SP 800-38D, section 8.3): far beyond the chunks
/// and flushes of one upload.</para>
/// <para>The associated data bind header, kind (chunk, last chunk, piece), chunk index, offset in the chunk and file id: chunks
/// cut off, moved, repeated, or taken from another file do not open. Not safe for concurrent use.</para>
/// </remarks>
internal sealed class BlobCipher : IDisposable
{
    public const int HeaderLength = 32;
    public const int ChunkSize = 64 * 1024;
    public const int NonceLength = 12;
    public const int TagLength = 16;
    public const int Overhead = NonceLength + TagLength;
    public const int SlotLength = ChunkSize + Overhead;
    public const int MaxFileIdLength = 128;

    private const byte Format = 1;
    private const int FixedLength = HeaderLength + 1 + 8 + 4;

    private readonly AesGcm _aes;
    private readonly byte[] _associated;

    private BlobCipher(KeyRing ring, ReadOnlySpan<byte> header, string fileId)
    {
        var id = Encoding.UTF8.GetBytes(fileId);
        _associated = new byte[FixedLength + id.Length];
        header.CopyTo(_associated);
        id.CopyTo(_associated, FixedLength);

        Span<byte> key = stackalloc byte[DerivedKeys.KeyLength];
        ring.Derive(
            BinaryPrimitives.ReadUInt16BigEndian(header[5..]), KeyUse.Seal, (ushort)SealPurpose.FileContent, header.Slice(12, 16), key);
        _aes = new AesGcm(key, TagLength);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>What is sealed; part of the associated data, so a piece is never taken for a chunk.</summary>
    private enum Kind : byte
    {
        Chunk = 0,
        LastChunk = 1,
        Piece = 2,
    }

    /// <summary>The header as stored at the beginning of the file.</summary>
    public ReadOnlySpan<byte> Header => _associated.AsSpan(0, HeaderLength);

    /// <summary>A new blob under the current epoch.</summary>
    public static BlobCipher Create(KeyRing ring, string fileId)
    {
        CheckFileId(fileId);
        Span<byte> header = stackalloc byte[HeaderLength];
        header.Clear();
        "CRB1"u8.CopyTo(header);
        header[4] = Format;
        BinaryPrimitives.WriteUInt16BigEndian(header[5..], (ushort)ring.CurrentEpoch);
        BinaryPrimitives.WriteUInt32BigEndian(header[7..], ChunkSize);
        RandomNumberGenerator.Fill(header.Slice(12, 16));
        return new BlobCipher(ring, header, fileId);
    }

    /// <summary>The cipher for a header read from disk; whether it is genuine shows with the first chunk.</summary>
    /// <exception cref="SealingException">No header, or of a format or epoch unknown here.</exception>
    public static BlobCipher Open(KeyRing ring, ReadOnlySpan<byte> header, string fileId)
    {
        CheckFileId(fileId);
        if (header.Length < HeaderLength || !header.StartsWith("CRB1"u8))
        {
            throw new SealingException($"File {fileId} is damaged: it has no header of a sealed file.");
        }

        var chunkSize = BinaryPrimitives.ReadUInt32BigEndian(header[7..]);
        if (header[4] != Format || chunkSize != ChunkSize)
        {
            throw new SealingException(
                $"File {fileId} has format {header[4]} with chunks of {chunkSize} bytes, which this version does not know.");
        }

        try
        {
            return new BlobCipher(ring, header[..HeaderLength], fileId);
        }
        catch (SealingException error)
        {
            throw new SealingException($"File {fileId} cannot be opened. {error.Message}", error);
        }
    }

    /// <summary>Seals a chunk to <paramref name="slot"/>: <see cref="Overhead"/> bytes longer than the plain bytes.</summary>
    public void SealChunk(long index, bool last, ReadOnlySpan<byte> plain, Span<byte> slot) =>
        Seal(last ? Kind.LastChunk : Kind.Chunk, index, 0, plain, slot);

    /// <summary>Opens a chunk; false when altered, cut, or not the one asked for. <paramref name="plain"/> is then cleared.</summary>
    public bool TryOpenChunk(long index, bool last, ReadOnlySpan<byte> slot, Span<byte> plain) =>
        TryOpen(last ? Kind.LastChunk : Kind.Chunk, index, 0, slot, plain);

    /// <summary>Seals a piece of the unfinished chunk, beginning <paramref name="offset"/> bytes into it.</summary>
    public void SealPiece(long index, int offset, ReadOnlySpan<byte> plain, Span<byte> slot) =>
        Seal(Kind.Piece, index, offset, plain, slot);

    /// <summary>As <see cref="TryOpenChunk"/>, for a piece.</summary>
    public bool TryOpenPiece(long index, int offset, ReadOnlySpan<byte> slot, Span<byte> plain) =>
        TryOpen(Kind.Piece, index, offset, slot, plain);

    private void Seal(Kind kind, long index, int offset, ReadOnlySpan<byte> plain, Span<byte> slot)
    {
        RandomNumberGenerator.Fill(slot[..NonceLength]);
        _aes.Encrypt(
            slot[..NonceLength], plain, slot.Slice(NonceLength, plain.Length), slot.Slice(NonceLength + plain.Length, TagLength),
            Associated(kind, index, offset));
    }

    private bool TryOpen(Kind kind, long index, int offset, ReadOnlySpan<byte> slot, Span<byte> plain)
    {
        try
        {
            _aes.Decrypt(
                slot[..NonceLength], slot[NonceLength..^TagLength], slot[^TagLength..], plain, Associated(kind, index, offset));
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private byte[] Associated(Kind kind, long index, int offset)
    {
        _associated[HeaderLength] = (byte)kind;
        BinaryPrimitives.WriteInt64BigEndian(_associated.AsSpan(HeaderLength + 1), index);
        BinaryPrimitives.WriteInt32BigEndian(_associated.AsSpan(HeaderLength + 9), offset);
        return _associated;
    }

    private static void CheckFileId(string fileId)
    {
        if (fileId.Length is 0 or > MaxFileIdLength)
        {
            throw new ArgumentException($"A file id has 1 to {MaxFileIdLength} characters.", nameof(fileId));
        }
    }

    public void Dispose() => _aes.Dispose();
}
