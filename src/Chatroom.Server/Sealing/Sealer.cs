using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Chatroom.Server.Sealing;

/// <summary>
/// Seals and opens small values (kept in memory whole) with AES-256-GCM. A sealed value is
/// format (1 byte) ‖ key epoch (u16, big-endian) ‖ nonce (12 random bytes) ‖ ciphertext ‖ tag (16).
/// The purpose and the scope are bound by the key, format and epoch and the caller's associated data by the tag: a value moved to
/// another row, room or column does not open. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Nonces are random, so one key may seal at most 2^32 values (NIST SP 800-38D, section 8.3: the probability of a repeated nonce
/// stays below 2^-32). A key serves one (epoch, purpose, scope): give values that grow without bound a scope, such as their room's
/// id, and open a new epoch before a single room comes near 4 thousand million entries.
/// </remarks>
public sealed class Sealer(KeyRing ring)
{
    /// <summary>What sealing adds to a value, in bytes.</summary>
    public const int Overhead = HeaderLength + NonceLength + TagLength;

    private const byte Format = 1;
    private const int HeaderLength = 3;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    // Strict: a lone surrogate is the caller's mistake and must not be sealed as U+FFFD.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Seals under the current epoch. Sealing twice gives different values; the length of the plain value shows.</summary>
    /// <param name="scope">At most 256 bytes, e.g. the room's id; may be empty.</param>
    /// <param name="associated">Authenticated, not stored: the same bytes have to be given to open. The caller makes it unambiguous.</param>
    public byte[] Seal(SealPurpose purpose, ReadOnlySpan<byte> scope, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plain)
    {
        var epoch = ring.CurrentEpoch;
        var value = new byte[Overhead + plain.Length];
        value[0] = Format;
        BinaryPrimitives.WriteUInt16BigEndian(value.AsSpan(1), (ushort)epoch);
        var nonce = value.AsSpan(HeaderLength, NonceLength);
        RandomNumberGenerator.Fill(nonce);

        Span<byte> key = stackalloc byte[DerivedKeys.KeyLength];
        var bound = Bind(value, associated);
        try
        {
            ring.Derive(epoch, KeyUse.Seal, (ushort)purpose, scope, key);
            using var aes = new AesGcm(key, TagLength);
            aes.Encrypt(
                nonce, plain, value.AsSpan(HeaderLength + NonceLength, plain.Length), value.AsSpan(value.Length - TagLength),
                bound.AsSpan(0, HeaderLength + associated.Length));
            return value;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            ArrayPool<byte>.Shared.Return(bound);
        }
    }

    /// <summary>Opens a value sealed with the same purpose, scope and associated data, under whatever epoch.</summary>
    /// <exception cref="SealingException">Altered, sealed for something else, or of an unknown epoch or format.</exception>
    public byte[] Open(SealPurpose purpose, ReadOnlySpan<byte> scope, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> sealedValue)
    {
        if (sealedValue.Length < Overhead)
        {
            throw new SealingException($"A sealed value ({purpose}) is cut short: {sealedValue.Length} bytes.");
        }

        if (sealedValue[0] != Format)
        {
            throw new SealingException($"A sealed value ({purpose}) has format {sealedValue[0]}, which this version does not know.");
        }

        var epoch = BinaryPrimitives.ReadUInt16BigEndian(sealedValue[1..]);
        Span<byte> key = stackalloc byte[DerivedKeys.KeyLength];
        var plain = new byte[sealedValue.Length - Overhead];
        var bound = Bind(sealedValue, associated);
        try
        {
            ring.Derive(epoch, KeyUse.Seal, (ushort)purpose, scope, key);
            using var aes = new AesGcm(key, TagLength);
            aes.Decrypt(
                sealedValue.Slice(HeaderLength, NonceLength), sealedValue.Slice(HeaderLength + NonceLength, plain.Length),
                sealedValue[^TagLength..], plain, bound.AsSpan(0, HeaderLength + associated.Length));
            return plain;
        }
        catch (AuthenticationTagMismatchException error)
        {
            throw new SealingException($"A sealed value ({purpose}) was altered or does not belong here.", error);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            ArrayPool<byte>.Shared.Return(bound);
        }
    }

    /// <summary>Seals a text as UTF-8.</summary>
    /// <exception cref="ArgumentException">The text has a lone surrogate.</exception>
    public byte[] SealText(SealPurpose purpose, ReadOnlySpan<byte> scope, ReadOnlySpan<byte> associated, string plain) =>
        Seal(purpose, scope, associated, Utf8.GetBytes(plain));

    /// <summary>Opens a text sealed with <see cref="SealText"/>.</summary>
    /// <exception cref="SealingException">As <see cref="Open"/>, or the value is no text.</exception>
    public string OpenText(SealPurpose purpose, ReadOnlySpan<byte> scope, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> sealedValue)
    {
        try
        {
            return Utf8.GetString(Open(purpose, scope, associated, sealedValue));
        }
        catch (DecoderFallbackException error)
        {
            throw new SealingException($"A sealed value ({purpose}) is not a text.", error);
        }
    }

    /// <summary>Header ‖ associated, in a rented array.</summary>
    private static byte[] Bind(ReadOnlySpan<byte> value, ReadOnlySpan<byte> associated)
    {
        var bound = ArrayPool<byte>.Shared.Rent(HeaderLength + associated.Length);
        value[..HeaderLength].CopyTo(bound);
        associated.CopyTo(bound.AsSpan(HeaderLength));
        return bound;
    }
}
