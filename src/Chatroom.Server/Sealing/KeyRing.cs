using System.Security.Cryptography;

namespace Chatroom.Server.Sealing;

/// <summary>
/// The data folder's keys: <c>keyring.json</c> holds each epoch's random data key, wrapped under the master key. The newest
/// epoch seals, all open. Safe for concurrent use; one process per data folder.
/// </summary>
public sealed class KeyRing : IDisposable
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly DerivedKeys _derived = new();
    private WrappingKeys _wrapping;
    private byte[][] _dataKeys;
    private PassphraseParameters? _passphrase;
    private volatile bool _disposed;

    private KeyRing(string path, WrappingKeys wrapping, IEnumerable<byte[]> dataKeys, PassphraseParameters? passphrase)
    {
        _path = path;
        _passphrase = passphrase;
        _wrapping = wrapping;
        _dataKeys = [.. dataKeys];
    }

    /// <summary>The epoch that seals, 1 to 65,535.</summary>
    public int CurrentEpoch => Volatile.Read(ref _dataKeys).Length;

    internal DerivedKeys Derived => _derived;

    /// <summary>Whether the folder has a key ring (readable or not).</summary>
    public static bool Exists(string dataFolder) => File.Exists(KeyRingFile.PathIn(dataFolder));

    /// <summary>How the folder's master key is made of a passphrase; null: it is not. Not known to be genuine before the ring is opened with it.</summary>
    /// <exception cref="SealingException">No key ring, or none that can be read.</exception>
    internal static PassphraseParameters? PassphraseOf(string dataFolder) => KeyRingFile.Read(KeyRingFile.PathIn(dataFolder)).Passphrase;

    /// <summary>Opens the folder's key ring. Only reads: whatever is wrong, nothing in the folder is touched.</summary>
    /// <exception cref="SealingException">No key ring, an unknown format, a damaged one, or one of another master key.</exception>
    public static KeyRing Open(string dataFolder, MasterKey master)
    {
        var path = KeyRingFile.PathIn(dataFolder);
        var file = KeyRingFile.Read(path);
        byte[] id;
        try
        {
            id = Convert.FromHexString(file.Id);
        }
        catch (FormatException error)
        {
            throw KeyRingFile.Damaged(path, error);
        }

        var wrapping = new WrappingKeys(master, id);
        try
        {
            return new KeyRing(path, wrapping, wrapping.Unwrap(file, path), file.Passphrase);
        }
        catch
        {
            wrapping.Dispose();
            throw;
        }
    }

    /// <summary>Whether the key opens the folder's key ring. Only reads.</summary>
    /// <param name="epoch">The one that seals there; 0 when it does not.</param>
    internal static bool TryOpen(string dataFolder, MasterKey master, out int epoch)
    {
        epoch = 0;
        try
        {
            using var ring = Open(dataFolder, master);
            epoch = ring.CurrentEpoch;
            return true;
        }
        catch (SealingException)
        {
            // Not this key, or a damaged ring: whoever asks opens it with the other key too, and says so if that fails.
            return false;
        }
    }

    /// <summary>Gives an existing folder its key ring: a new random data key as epoch 1, durable on return.</summary>
    /// <exception cref="SealingException">There is one already (it is not touched), or it cannot be written.</exception>
    public static KeyRing Create(string dataFolder, MasterKey master) => Create(dataFolder, master, passphrase: null);

    /// <param name="passphrase">How <paramref name="master"/> was made, when it was made of a passphrase.</param>
    /// <inheritdoc cref="Create(string, MasterKey)"/>
    internal static KeyRing Create(string dataFolder, MasterKey master, PassphraseParameters? passphrase)
    {
        var path = KeyRingFile.PathIn(dataFolder);
        if (Path.Exists(path))
        {
            throw new SealingException($"There is already a key ring at {path}; it is not overwritten.");
        }

        var wrapping = new WrappingKeys(master, RandomNumberGenerator.GetBytes(16));
        byte[][] keys = [NewDataKey()];
        try
        {
            wrapping.Wrap(keys, passphrase).WriteNew(path);
            return new KeyRing(path, wrapping, keys, passphrase);
        }
        catch
        {
            wrapping.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Wraps all data keys under another master key, in one durable step: after a crash the folder belongs to the one or the
    /// other, so keep both until this returns. Nothing sealed is rewritten; a copy of the folder made before still opens with
    /// the former master key.
    /// </summary>
    /// <exception cref="SealingException">The ring cannot be written; it goes on with the former master key.</exception>
    public void Rewrap(MasterKey newMaster)
    {
        lock (_gate)
        {
            Rewrap(newMaster, passphrase: null, _dataKeys);
        }
    }

    /// <summary>As <see cref="Rewrap(MasterKey)"/>, and in the same step a new epoch, which it returns: what is sealed from now on was never under the former key.</summary>
    /// <param name="passphrase">How <paramref name="newMaster"/> was made, when it was made of a passphrase.</param>
    /// <exception cref="SealingException">The ring cannot be written, or all epochs are used; it goes on as it was.</exception>
    internal int Rekey(MasterKey newMaster, PassphraseParameters? passphrase)
    {
        lock (_gate)
        {
            Rewrap(newMaster, passphrase, WithNewEpoch());
            return CurrentEpoch;
        }
    }

    private void Rewrap(MasterKey newMaster, PassphraseParameters? passphrase, byte[][] keys)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var wrapping = new WrappingKeys(newMaster, _wrapping.RingId);
        try
        {
            wrapping.Wrap(keys, passphrase).Write(_path);
        }
        catch
        {
            wrapping.Dispose();
            throw;
        }

        _wrapping.Dispose();
        (_wrapping, _passphrase) = (wrapping, passphrase);
        Volatile.Write(ref _dataKeys, keys);
    }

    /// <summary>Adds a new random data key, durable before the first value is sealed with it, and returns its epoch.</summary>
    /// <exception cref="SealingException">The ring cannot be written, or all 65,535 epochs are used; the former epoch goes on.</exception>
    public int AddEpoch()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var keys = WithNewEpoch();
            _wrapping.Wrap(keys, _passphrase).Write(_path);
            Volatile.Write(ref _dataKeys, keys);
            return keys.Length;
        }
    }

    private byte[][] WithNewEpoch() => _dataKeys.Length < KeyRingFile.MaxEpochs
        ? [.. _dataKeys, NewDataKey()]
        : throw new SealingException($"The key ring {_path} has used all of its {KeyRingFile.MaxEpochs} epochs.");

    /// <summary>Writes the 32-byte key for (epoch, use, purpose, scope) to <paramref name="key"/>; the caller clears it.</summary>
    /// <exception cref="SealingException">The ring has no such epoch.</exception>
    internal void Derive(int epoch, KeyUse use, ushort purpose, ReadOnlySpan<byte> scope, Span<byte> key)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var keys = Volatile.Read(ref _dataKeys);
        if (epoch < 1 || epoch > keys.Length)
        {
            throw new SealingException($"Sealed under key epoch {epoch}, which the key ring {_path} does not have.");
        }

        _derived.Derive(keys[epoch - 1], epoch, use, purpose, scope, key);

        // Disposed meanwhile, the data key may have been zeros already: nothing must ever be sealed under a key made from those.
        Interlocked.MemoryBarrier();
        if (_disposed)
        {
            CryptographicOperations.ZeroMemory(key);
            throw new ObjectDisposedException(nameof(KeyRing));
        }
    }

    private static byte[] NewDataKey()
    {
        var key = GC.AllocateUninitializedArray<byte>(DerivedKeys.KeyLength, pinned: true);
        RandomNumberGenerator.Fill(key);
        return key;
    }

    /// <summary>Clears all keys from memory. What seals or opens meanwhile ends well or throws <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            Interlocked.MemoryBarrier();
            _wrapping.Dispose();
            _derived.Dispose();
            foreach (var key in _dataKeys)
            {
                CryptographicOperations.ZeroMemory(key);
            }
        }
    }
}
