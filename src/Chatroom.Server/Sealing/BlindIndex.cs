using System.Security.Cryptography;
using System.Text;

namespace Chatroom.Server.Sealing;

/// <summary>
/// Keyed hashes to look up what is sealed: HMAC-SHA-256 (RFC 2104) cut to 16 bytes. Equal values give equal hashes, so whoever has
/// only the disk sees how often a value occurs, but cannot try out guesses without the key. The keys derive from epoch 1's
/// data key and stay the same for the life of the data folder. Safe for concurrent use.
/// </summary>
public sealed class BlindIndex
{
    /// <summary>Length of a hash in bytes. By chance two of 2^48 values collide with a probability of 2^-33.</summary>
    public const int Length = 16;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly KeyRing _ring;

    public BlindIndex(KeyRing ring) => _ring = ring;

    /// <summary>The hash of a value; fold it (case, width) before.</summary>
    public byte[] Of(IndexPurpose purpose, ReadOnlySpan<byte> value)
    {
        Span<byte> key = stackalloc byte[DerivedKeys.KeyLength];
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        _ring.Derive(epoch: 1, KeyUse.Index, (ushort)purpose, scope: default, key);
        HMACSHA256.HashData(key, value, hash);
        CryptographicOperations.ZeroMemory(key);
        return hash[..Length].ToArray();
    }

    /// <summary>The hash of a text's UTF-8 form.</summary>
    /// <exception cref="ArgumentException">The text has a lone surrogate.</exception>
    public byte[] Of(IndexPurpose purpose, string value) => Of(purpose, Utf8.GetBytes(value));
}
