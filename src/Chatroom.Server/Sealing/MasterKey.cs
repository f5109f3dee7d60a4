using System.Security.Cryptography;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Sealing;

/// <summary>
/// 32 bytes: random ones in a file outside the data folder (64 hexadecimal digits and a newline, mode 0600), or made of a passphrase. It wraps the data
/// folder's keys (<see cref="KeyRing"/>) and nothing else; whoever has it and the folder can read everything, whoever has only
/// one of them nothing.
/// </summary>
public sealed class MasterKey : IDisposable
{
    /// <summary>Length in bytes.</summary>
    public const int Length = 32;

    private const UnixFileMode Foreign =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    // Pinned, so that the collector leaves no copies behind that Dispose cannot clear.
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Length, pinned: true);
    private bool _disposed;

    private MasterKey()
    {
    }

    internal ReadOnlySpan<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes;
        }
    }

    /// <summary>
    /// Where the key is kept unless told otherwise: <c>/etc/chatroom/master.key</c> for root, else
    /// <c>$XDG_CONFIG_HOME/chatroom/master.key</c> or <c>~/.config/chatroom/master.key</c>; on Windows
    /// <c>%APPDATA%\chatroom\master.key</c>.
    /// </summary>
    /// <exception cref="SealingException">The account has no home directory.</exception>
    public static string DefaultPath() => OperatingSystem.IsWindows()
        ? InFolder(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData))
        : DefaultPath(
            Environment.IsPrivilegedProcess,
            Environment.GetEnvironmentVariable("XDG_CONFIG_HOME"),
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify));

    internal static string DefaultPath(bool root, string? configHome, string home)
    {
        if (root)
        {
            return InFolder("/etc");
        }

        // The XDG Base Directory Specification has relative values ignored.
        return configHome is { Length: > 0 } && Path.IsPathRooted(configHome)
            ? InFolder(configHome)
            : InFolder(home.Length > 0 ? Path.Combine(home, ".config") : "");
    }

    private static string InFolder(string folder) => folder.Length > 0
        ? Path.Combine(folder, "chatroom", "master.key")
        : throw new SealingException("This account has no home directory; say where the master key is with --master-key FILE.");

    /// <summary>Reads the key. On Unix a file that group or others may read or write is refused.</summary>
    /// <exception cref="SealingException">Missing, unreadable, too open or malformed; says what to do.</exception>
    public static MasterKey Load(string path) => Load(path, isCredential: false);

    /// <param name="isCredential">It is in a directory of systemd's that is the service's alone. There an access list shows as permissions of the group.</param>
    /// <inheritdoc cref="Load(string)"/>
    internal static MasterKey Load(string path, bool isCredential)
    {
        Span<byte> text = stackalloc byte[(Length * 2) + 3];
        int length = 0;
        var key = new MasterKey();
        try
        {
            using (var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read))
            {
                // Asked of the open file, not of the name, which could be exchanged in between.
                if (!OperatingSystem.IsWindows() && !isCredential && (File.GetUnixFileMode(handle) & Foreign) != 0)
                {
                    throw new SealingException(
                        $"The master key {path} can be read or written by other accounts; make it private first: chmod 600 {path}");
                }

                while (length < text.Length && RandomAccess.Read(handle, text[length..], length) is > 0 and var read)
                {
                    length += read;
                }
            }

            ParseInto(path, text[..length], key._bytes);
            return key;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            key.Dispose();
            throw new SealingException($"There is no master key at {path}.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            key.Dispose();
            throw new SealingException($"The master key {path} cannot be read: {error.Message}", error);
        }
        catch
        {
            key.Dispose();
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    private static void ParseInto(string path, ReadOnlySpan<byte> text, Span<byte> key)
    {
        var digits = text.TrimEnd("\r\n"u8);
        if (digits.Length != Length * 2
            || Convert.FromHexString(digits, key, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            throw new SealingException($"The master key {path} is malformed: it has to be 64 hexadecimal digits and a newline.");
        }
    }

    /// <summary>
    /// Makes a new random key and keeps it at <paramref name="path"/> (0600, its missing directories 0700); durable on return.
    /// </summary>
    /// <exception cref="SealingException">Something is there already (it is not touched), or it cannot be written.</exception>
    public static MasterKey Create(string path)
    {
        if (Path.Exists(path))
        {
            throw new SealingException($"There is already something at {path}; it is not overwritten.");
        }

        var key = new MasterKey();
        Span<byte> text = stackalloc byte[(Length * 2) + 1];
        try
        {
            RandomNumberGenerator.Fill(key._bytes);
            Convert.TryToHexStringLower(key._bytes, text, out _);
            text[^1] = (byte)'\n';
            Durable.CreateDirectories(Durable.DirectoryOf(path));
            Durable.WriteNewFile(path, text);
            return key;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            key.Dispose();
            throw new SealingException($"The master key cannot be written to {path}: {error.Message}", error);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <summary>The key that a passphrase stands for.</summary>
    internal static MasterKey FromPassphrase(string passphrase, PassphraseParameters parameters)
    {
        var key = new MasterKey();
        parameters.Derive(passphrase, key._bytes);
        return key;
    }

    /// <summary>Clears the key from memory.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_bytes);
    }
}
