using System.Buffers;
using System.Security.Cryptography;

namespace Chatroom.Server.Sealing;

/// <summary>
/// The links of a room's log: each is HMAC-SHA-256(chain key, previous link ‖ canonical bytes), so nobody with the disk alone can
/// alter, drop or move an entry and mend the links after it. The key does not change with epochs. Safe for concurrent use.
/// </summary>
public sealed class ChainKey
{
    /// <summary>Length of a link in bytes.</summary>
    public const int Length = 32;

    private readonly KeyRing _ring;

    public ChainKey(KeyRing ring) => _ring = ring;

    /// <summary>What stands before a room's first entry: 32 zero bytes. Which room it is has to be in the canonical bytes.</summary>
    public static ReadOnlySpan<byte> Start => new byte[Length];

    /// <summary>The link of the entry with these canonical bytes after <paramref name="previous"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="previous"/> is not 32 bytes: where it ends would be ambiguous.</exception>
    public byte[] Link(ReadOnlySpan<byte> previous, ReadOnlySpan<byte> canonical)
    {
        if (previous.Length != Length)
        {
            throw new ArgumentException($"A link has {Length} bytes.", nameof(previous));
        }

        Span<byte> key = stackalloc byte[DerivedKeys.KeyLength];
        var input = ArrayPool<byte>.Shared.Rent(Length + canonical.Length);
        try
        {
            _ring.Derive(epoch: 1, KeyUse.Index, (ushort)IndexPurpose.Chain, scope: default, key);
            previous.CopyTo(input);
            canonical.CopyTo(input.AsSpan(Length));
            return HMACSHA256.HashData(key, input.AsSpan(0, Length + canonical.Length));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            ArrayPool<byte>.Shared.Return(input);
        }
    }
}
