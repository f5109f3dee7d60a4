using Chatroom.Server.Sealing;

namespace Chatroom.Server.Storage;

/// <summary>The data folder cannot be used as it is: says why and what to do. Nothing in it was touched.</summary>
public sealed class DataFolderException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The folder of everything durable, held by one process at a time, with its keys opened.</summary>
public sealed class DataFolder : IDisposable
{
    private readonly FileStream hold;

    private DataFolder(string path, FileStream hold, KeyRing keys, string history)
    {
        (Path, this.hold, Keys, History) = (path, hold, keys, history);
    }

    public string Path { get; }

    public KeyRing Keys { get; }

    /// <summary>Names the history in this folder: another after a restore. See <see cref="HistoryId"/>.</summary>
    public string History { get; }

    public string Database => DatabaseIn(Path);

    public static string DatabaseIn(string path) => System.IO.Path.Combine(path, "chatroom.db");

    /// <summary>In a data folder: a backup that is being restored into it and is not checked yet.</summary>
    public static string RestoringIn(string path) => System.IO.Path.Combine(path, "restoring");

    /// <summary>True when the folder holds an installation.</summary>
    public static bool IsUsed(string path) => KeyRing.Exists(path) || File.Exists(DatabaseIn(path));

    /// <summary>Opens the folder, making it and its keys on a first start only.</summary>
    /// <exception cref="DataFolderException">In use by another process, keys lost, or not a folder of Chatroom.</exception>
    /// <exception cref="SealingException">The master key is missing, too open, or another.</exception>
    public static DataFolder Open(ChatServerOptions options, bool create)
    {
        var path = PathOf(options);
        Check(path, options, create);
        Durable.CreateDirectories(path);
        var hold = Hold(path);
        try
        {
            return Opened(path, hold, OpenKeys(path, options));
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    private static DataFolder Opened(string path, FileStream hold, KeyRing keys)
    {
        try
        {
            return new DataFolder(path, hold, keys, HistoryId.Of(path));
        }
        catch
        {
            keys.Dispose();
            throw;
        }
    }

    internal static string PathOf(ChatServerOptions options) => System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(options.Data));

    /// <summary>Everything that can be seen without the lock and without the key; <c>chatroom doctor</c> looks at the same. Changes nothing.</summary>
    /// <exception cref="DataFolderException">The folder cannot be used as it is.</exception>
    internal static void Check(string path, ChatServerOptions options, bool create)
    {
        CheckKeyIsElsewhere(path, options);
        if (File.Exists(path))
        {
            throw new DataFolderException($"{path} is a file, and the data is kept in a folder. Choose another --data, or move the file away.");
        }

        if (Directory.Exists(path))
        {
            FolderAccess.Check(path);
        }
        else if (create)
        {
            FolderAccess.CheckCanMake(path);
        }

        if (Directory.Exists(RestoringIn(path)))
        {
            throw new DataFolderException($"A restore into {options.Data} was cut off. Run `chatroom restore` once more to finish it; until then there is nothing to open.");
        }

        if (!IsUsed(path))
        {
            if (!create)
            {
                throw new DataFolderException($"{options.Data} holds no Chatroom data. Check --data.");
            }
        }
        else if (!KeyRing.Exists(path))
        {
            throw new DataFolderException($"{options.Data} has a database but no keyring.json: without it nothing can be opened. Restore it from a backup.");
        }
    }

    public void Dispose()
    {
        Keys.Dispose();
        hold.Dispose();
    }

    /// <summary>A copy of the data folder must never hold its key.</summary>
    /// <exception cref="DataFolderException">It would.</exception>
    internal static void CheckKeyIsElsewhere(string path, ChatServerOptions options)
    {
        if (options.KeySource.File is { } file && System.IO.Path.GetFullPath(file).StartsWith(path + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new DataFolderException("The master key must not be in the data folder: whoever copies the folder would have both. Choose another place with --master-key.");
        }
    }

    /// <summary>The folder's key ring; made, with its master key where needed, when there is none.</summary>
    internal static KeyRing OpenKeys(string path, ChatServerOptions options) =>
        KeyRing.Exists(path) ? options.KeySource.Open(path) : options.KeySource.Create(path);

    /// <summary>Whether a process holds the folder. Changes nothing.</summary>
    internal static bool IsHeld(string path)
    {
        var file = LockIn(path);
        try
        {
            using var look = File.Exists(file) ? new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read) : null;
            return false;
        }
        catch (IOException e) when (IsSharing(e))
        {
            return true;
        }
    }

    /// <summary>The folder for this process alone, until it is disposed.</summary>
    internal static FileStream Hold(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Durable.OwnerOnly;
        }

        FileStream? hold = null;
        try
        {
            hold = new FileStream(LockIn(path), options);
            if (!OperatingSystem.IsWindows())
            {
                // One that was left behind may be of a version that did not ask for this.
                File.SetUnixFileMode(hold.SafeFileHandle, Durable.OwnerOnly);
            }

            return hold;
        }
        catch (IOException e) when (IsSharing(e))
        {
            throw new DataFolderException($"{path} is in use: a server runs on it already. Stop it first, or choose another --data.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            hold?.Dispose();
            throw new DataFolderException($"{path} cannot be held for this process alone: {e.Message}", e);
        }
    }

    private static string LockIn(string path) => System.IO.Path.Combine(path, "lock");

    // ERROR_SHARING_VIOLATION on Windows; elsewhere EWOULDBLOCK of flock(2), which is 11 on Linux and 35 on macOS.
    private static bool IsSharing(IOException error) => (error.HResult & 0xFFFF) is 32 or 11 or 35;
}
