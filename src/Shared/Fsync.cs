using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Chatroom.Shared;

/// <summary>fsync(2), for the server and for the client library: neither refers to the other, so each compiles this in.</summary>
internal static partial class Fsync
{
    private const int EINTR = 4;
    private const int EINVAL = 22;

    /// <summary>
    /// Makes a file's content durable. Not by the library's own call alone: <see cref="RandomAccess.FlushToDisk"/> of .NET 10 returns as if nothing were
    /// wrong when fsync fails (seen on Linux with EIO).
    /// </summary>
    /// <returns>0, or the system's number of the error: the content is not durable.</returns>
    /// <exception cref="IOException">The same, where the library's own call says so.</exception>
    public static int File(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file); // On macOS it also empties the drive's cache, which fsync does not.
        }

        while (!OperatingSystem.IsWindows() && Call(file) < 0)
        {
            switch (Marshal.GetLastPInvokeError())
            {
                case EINTR:
                    continue;
                case EINVAL:
                    return 0; // A file system that cannot: there is no more to be had from it.
                default:
                    return Marshal.GetLastPInvokeError();
            }
        }

        return 0;
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Call(SafeFileHandle file);
}
