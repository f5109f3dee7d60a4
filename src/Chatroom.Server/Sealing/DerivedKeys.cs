using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Chatroom.Server.Sealing;

/// <summary>What a derived key does; part of its derivation, so that no key ever serves two algorithms.</summary>
internal enum KeyUse : byte
{
    /// <summary>AES-256-GCM.</summary>
    Seal = 1,

    /// <summary>HMAC-SHA-256.</summary>
    Index = 2,
}

/// <summary>
/// HKDF-SHA-256 (RFC 5869) from an epoch's data key, with the latest results kept.
/// info = "chatroom/3 " ‖ use (1 byte) ‖ purpose (u16, big-endian) ‖ scope: all but the scope have a fixed length, so two different
/// triples never make the same info. No salt: the data key is uniformly random (RFC 5869, section 3.1).
/// </summary>
/// <remarks>
/// Two generations of at most <see cref="Generation"/> keys each; when the young one is full the old one is cleared and dropped.
/// Keys are copied out under the lock and never lent, so clearing a dropped one cannot hurt a seal in progress. Safe for
/// concurrent use.
/// </remarks>
internal sealed class DerivedKeys : IDisposable
{
    public const int KeyLength = 32;

    /// <summary>Greatest length of a scope in bytes.</summary>
    public const int MaxScope = 256;

    private const int Generation = 2048;

    private readonly Lock _gate = new();
    private Dictionary<byte[], byte[]> _young = new(BytesComparer.Instance);
    private Dictionary<byte[], byte[]> _old = new(BytesComparer.Instance);

    /// <summary>Writes the key for (epoch, use, purpose, scope) to <paramref name="key"/> (32 bytes).</summary>
    public void Derive(ReadOnlySpan<byte> dataKey, int epoch, KeyUse use, ushort purpose, ReadOnlySpan<byte> scope, Span<byte> key)
    {
        if (scope.Length > MaxScope)
        {
            throw new ArgumentException($"A scope has at most {MaxScope} bytes.", nameof(scope));
        }

        // epoch ‖ info; the epoch is not part of the info (each has its own data key) but tells the entries here apart.
        var prefix = "chatroom/3 "u8;
        Span<byte> name = stackalloc byte[2 + prefix.Length + 3 + MaxScope];
        name = name[..(2 + prefix.Length + 3 + scope.Length)];
        BinaryPrimitives.WriteUInt16BigEndian(name, (ushort)epoch);
        prefix.CopyTo(name[2..]);
        name[2 + prefix.Length] = (byte)use;
        BinaryPrimitives.WriteUInt16BigEndian(name[(3 + prefix.Length)..], purpose);
        scope.CopyTo(name[(5 + prefix.Length)..]);

        lock (_gate)
        {
            if (_young.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out var known))
            {
                known.CopyTo(key);
                return;
            }

            if (_old.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out known))
            {
                known.CopyTo(key);
                Keep(name, key);
                return;
            }
        }

        HKDF.DeriveKey(HashAlgorithmName.SHA256, dataKey, key[..KeyLength], salt: default, info: name[2..]);
        lock (_gate)
        {
            Keep(name, key);
        }
    }

    private void Keep(ReadOnlySpan<byte> name, ReadOnlySpan<byte> key)
    {
        if (_young.Count >= Generation)
        {
            Clear(_old);
            (_old, _young) = (_young, _old);
        }

        _young.GetAlternateLookup<ReadOnlySpan<byte>>()[name] = key[..KeyLength].ToArray();
    }

    private static void Clear(Dictionary<byte[], byte[]> keys)
    {
        foreach (var key in keys.Values)
        {
            CryptographicOperations.ZeroMemory(key);
        }

        keys.Clear();
    }

    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _young.Count + _old.Count;
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            Clear(_young);
            Clear(_old);
        }
    }

    private sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly BytesComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] name) => GetHashCode(name.AsSpan());

        public bool Equals(ReadOnlySpan<byte> name, byte[] other) => name.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> name)
        {
            var hash = default(HashCode);
            hash.AddBytes(name);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> name) => name.ToArray();
    }
}
