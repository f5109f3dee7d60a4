using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Chatroom.Server.Sealing;

/// <summary>
/// What a master key does for one key ring: wraps data keys (AES-256-GCM) and authenticates the ring (HMAC-SHA-256), each
/// under its own HKDF derivation with the ring's id as the salt.
/// </summary>
/// <remarks>Nonces are random; a ring's 65,535 epochs stay far below the 2^32 a key allows (NIST SP 800-38D, section 8.3).</remarks>
internal sealed class WrappingKeys : IDisposable
{
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int WrappedLength = NonceLength + DerivedKeys.KeyLength + TagLength;

    private readonly byte[] _ringId;
    private readonly byte[] _wrap = new byte[DerivedKeys.KeyLength];
    private readonly byte[] _mac = new byte[DerivedKeys.KeyLength];
    private readonly byte[] _fingerprint = new byte[16];

    public WrappingKeys(MasterKey master, byte[] ringId)
    {
        _ringId = ringId;
        HKDF.DeriveKey(HashAlgorithmName.SHA256, master.Bytes, _wrap, ringId, "chatroom/3 keyring wrap"u8);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, master.Bytes, _mac, ringId, "chatroom/3 keyring mac"u8);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, master.Bytes, _fingerprint, ringId, "chatroom/3 keyring fingerprint"u8);
    }

    public byte[] RingId => _ringId;

    /// <summary>The file for these data keys (epoch 1 first), freshly wrapped and authenticated.</summary>
    public KeyRingFile Wrap(IReadOnlyList<byte[]> dataKeys, PassphraseParameters? passphrase)
    {
        var epochs = new WrappedKey[dataKeys.Count];
        using var aes = new AesGcm(_wrap, TagLength);
        for (var i = 0; i < epochs.Length; i++)
        {
            var wrapped = new byte[WrappedLength];
            var nonce = wrapped.AsSpan(0, NonceLength);
            RandomNumberGenerator.Fill(nonce);
            aes.Encrypt(
                nonce, dataKeys[i], wrapped.AsSpan(NonceLength, DerivedKeys.KeyLength), wrapped.AsSpan(WrappedLength - TagLength),
                Associated(i + 1));
            epochs[i] = new WrappedKey(i + 1, Convert.ToHexStringLower(wrapped));
        }

        var file = new KeyRingFile(
            KeyRingFile.CurrentFormat, Convert.ToHexStringLower(_ringId), Convert.ToHexStringLower(_fingerprint), epochs, "", passphrase);
        return file with { Mac = Convert.ToHexStringLower(HMACSHA256.HashData(_mac, file.Canonical())) };
    }

    /// <summary>The data keys, epoch 1 first.</summary>
    /// <exception cref="SealingException">Another master key's ring, or a damaged one.</exception>
    public List<byte[]> Unwrap(KeyRingFile file, string path)
    {
        try
        {
            var genuine = CryptographicOperations.FixedTimeEquals(
                HMACSHA256.HashData(_mac, file.Canonical()), Convert.FromHexString(file.Mac));
            if (!genuine)
            {
                throw CryptographicOperations.FixedTimeEquals(_fingerprint, Convert.FromHexString(file.Master))
                    ? KeyRingFile.Damaged(path)
                    : new SealingException(file.Passphrase is null
                        ? $"The master key does not belong to {Path.GetDirectoryName(path)}."
                        : $"The passphrase is not the one of {Path.GetDirectoryName(path)}.")
                    { IsWrongKey = true };
            }

            using var aes = new AesGcm(_wrap, TagLength);
            var keys = new List<byte[]>(file.Epochs.Length);
            foreach (var (epoch, hex) in file.Epochs)
            {
                var wrapped = Convert.FromHexString(hex);
                if (wrapped.Length != WrappedLength)
                {
                    throw KeyRingFile.Damaged(path);
                }

                var key = GC.AllocateUninitializedArray<byte>(DerivedKeys.KeyLength, pinned: true);
                aes.Decrypt(
                    wrapped.AsSpan(0, NonceLength), wrapped.AsSpan(NonceLength, DerivedKeys.KeyLength),
                    wrapped.AsSpan(WrappedLength - TagLength), key, Associated(epoch));
                keys.Add(key);
            }

            return keys;
        }
        catch (Exception error) when (error is FormatException or CryptographicException)
        {
            throw KeyRingFile.Damaged(path, error);
        }
    }

    private byte[] Associated(int epoch)
    {
        var associated = new byte[_ringId.Length + 2];
        _ringId.CopyTo(associated, 0);
        BinaryPrimitives.WriteUInt16BigEndian(associated.AsSpan(_ringId.Length), (ushort)epoch);
        return associated;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_wrap);
        CryptographicOperations.ZeroMemory(_mac);
    }
}
