using System.Runtime.InteropServices;

namespace Chatroom.Server.Storage;

/// <summary>
/// Whether this account may do with the data folder what a server does with it. It only asks the system, so that what is in the way is said in words
/// before anything is written. On Windows nothing is asked: the system's own errors come when a file is opened.
/// </summary>
internal static partial class FolderAccess
{
    // access(2).
    private const int Search = 1;
    private const int Write = 2;
    private const int Read = 4;

    // The same number on Linux and macOS.
    private const int ReadOnlyFileSystem = 30;

    // What a server reads and writes besides the folder itself.
    private static readonly (string Name, int Mode)[] Parts =
    [
        ("lock", Read | Write),
        ("keyring.json", Read),
        ("history.id", Read),
        ("chatroom.db", Read | Write),
        ("chatroom.db-wal", Read | Write),
        ("chatroom.db-shm", Read | Write),
        ("server.crt", Read),
        ("server.key.sealed", Read),
        ("files", Read | Write | Search),
    ];

    /// <summary>Of an existing data folder.</summary>
    /// <exception cref="DataFolderException">Something in it may not be used as it has to be.</exception>
    public static void Check(string folder)
    {
        Need(folder, Read | Write | Search, folder);
        foreach (var (name, mode) in Parts)
        {
            var path = Path.Combine(folder, name);
            if (Path.Exists(path))
            {
                Need(path, mode, folder);
            }
        }
    }

    /// <summary>Of a data folder that is only read, where it is there.</summary>
    /// <exception cref="DataFolderException">It may not be read.</exception>
    public static void CheckCanRead(string folder)
    {
        if (Directory.Exists(folder))
        {
            Need(folder, Read | Search, folder);
        }
    }

    /// <summary>Whether a file or folder that is not there could be made, with the folders above it.</summary>
    /// <exception cref="DataFolderException">The nearest folder above that is there may not be written to.</exception>
    public static void CheckCanMake(string path)
    {
        var above = Path.GetDirectoryName(path);
        while (above is not null && !Directory.Exists(above))
        {
            above = Path.GetDirectoryName(above);
        }

        if (above is not null && Problem(above, Write | Search) is { } problem)
        {
            throw new DataFolderException($"{path} cannot be made by the account {Environment.UserName}, which may not write to {above}: {problem.Text}. Make it as root and give it to that account, or choose another place.");
        }
    }

    private static void Need(string path, int mode, string folder)
    {
        if (Problem(path, mode) is not { } problem)
        {
            return;
        }

        var verb = (mode & ~Search) == Read ? "read" : "read and written";
        var advice = problem.Number == ReadOnlyFileSystem
            ? "Its file system is mounted for reading only: mount it for writing, or choose another --data."
            : $"Run this as the account that owns the folder, or give the folder to this one: chown -R {Environment.UserName} {folder} && chmod -R u+rwX {folder}";
        throw new DataFolderException($"{path} cannot be {verb} by the account {Environment.UserName}: {problem.Text}. {advice}");
    }

    private static (int Number, string Text)? Problem(string path, int mode)
    {
        if (OperatingSystem.IsWindows() || Access(path, mode) == 0)
        {
            return null;
        }

        var number = Marshal.GetLastPInvokeError();
        return (number, Marshal.GetPInvokeErrorMessage(number));
    }

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}
