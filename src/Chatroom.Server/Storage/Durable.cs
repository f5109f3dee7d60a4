using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Chatroom.Server.Storage;

/// <summary>An fsync failed: nothing written to the file since the last one that worked may be trusted, also when the next one works.</summary>
public sealed class SyncFailedException(string message, int error) : IOException(message, error);

/// <summary>
/// File operations that are on the disk when they return: contents by fsync, names by fsync of the directory
/// (POSIX leaves a created or renamed name volatile until its directory is synced, and .NET cannot open a directory).
/// </summary>
public static partial class Durable
{
    /// <summary>Read and write for the owner, nothing for anyone else (0600).</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Everything for the owner, nothing for anyone else (0700), for directories.</summary>
    public const UnixFileMode OwnerOnlyDirectory = OwnerOnly | UnixFileMode.UserExecute;

    /// <summary>
    /// Puts <paramref name="bytes"/> under <paramref name="path"/> so that after any crash the name holds either its former content
    /// or all of the new one. The temporary name is <paramref name="path"/> + <c>.tmp</c>; one writer per path at a time.
    /// </summary>
    /// <param name="mode">Permissions of the file, narrowed by the umask; ignored on Windows.</param>
    /// <exception cref="IOException">Writing, syncing or renaming failed; the temporary file is removed.</exception>
    public static void WriteFile(string path, ReadOnlySpan<byte> bytes, UnixFileMode mode = OwnerOnly)
    {
        var temporary = path + ".tmp";
        File.Delete(temporary);
        Write(temporary, bytes, mode, () => Rename(temporary, path));
    }

    /// <summary>
    /// As <see cref="WriteFile"/>, but never replaces anything: of several writers at the same moment, other processes included, one
    /// wins and the others get an <see cref="IOException"/>. (Two servers started at once must not overwrite each other's new keys.)
    /// </summary>
    public static void WriteNewFile(string path, ReadOnlySpan<byte> bytes, UnixFileMode mode = OwnerOnly)
    {
        // A name of its own: under a shared one a writer could publish another's half-written file.
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        Write(temporary, bytes, mode, () => Publish(temporary, path));
    }

    private static void Write(string temporary, ReadOnlySpan<byte> bytes, UnixFileMode mode, Action publish)
    {
        try
        {
            using (var file = CreateNew(temporary, mode))
            {
                file.Write(bytes);
                FsyncFile(file.SafeFileHandle);
            }

            publish();
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Gives a file its name if nothing has it: link(2) is atomic where a check before rename(2) is not.</summary>
    private static void Publish(string temporary, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            File.Move(temporary, path, overwrite: false);
            return;
        }

        if (Link(temporary, path) == 0)
        {
            File.Delete(temporary);
        }
        else if (Marshal.GetLastPInvokeError() == EEXIST)
        {
            throw new IOException($"{path} exists already.");
        }
        else
        {
            // A file system without hard links; what remains is the check, and what else is wrong shows here.
            File.Move(temporary, path, overwrite: false);
        }

        FsyncDirectory(DirectoryOf(path));
    }

    /// <summary>
    /// Creates a file (unbuffered, locked against a second opening) that must not exist yet; a symbolic link planted under the name is refused, not followed (O_EXCL).
    /// The name is durable only after <see cref="FsyncDirectory"/>.
    /// </summary>
    public static FileStream CreateNew(string path, UnixFileMode mode = OwnerOnly)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        return new FileStream(path, options);
    }

    /// <summary>Makes a file's content durable.</summary>
    /// <exception cref="SyncFailedException">It is not, and what of it is on the disk is unknown: trying again may succeed without writing anything.</exception>
    public static void FsyncFile(SafeFileHandle file)
    {
        if (Shared.Fsync.File(file) is var error and not 0)
        {
            throw new SyncFailedException($"A file cannot be synced: {Marshal.GetPInvokeErrorMessage(error)}.", error);
        }
    }

    /// <summary>Renames within one file system and makes the new name durable (both directories are synced).</summary>
    /// <param name="replace">False: refuses an existing <paramref name="to"/>; one created at the same moment may still be replaced.</param>
    /// <exception cref="IOException">The rename or the sync failed, or <paramref name="to"/> exists and may not be replaced.</exception>
    public static void Rename(string from, string to, bool replace = true)
    {
        File.Move(from, to, replace);
        var target = DirectoryOf(to);
        var source = DirectoryOf(from);
        FsyncDirectory(target);
        if (source != target)
        {
            FsyncDirectory(source);
        }
    }

    /// <summary>Deletes a file, if it is there, and makes its absence durable.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        FsyncDirectory(DirectoryOf(path));
    }

    /// <summary>Creates a directory and its missing parents with <paramref name="mode"/>, each durable; existing ones are left as they are.</summary>
    public static void CreateDirectories(string path, UnixFileMode mode = OwnerOnlyDirectory)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Directory.Exists(path))
        {
            return;
        }

        var parent = Path.GetDirectoryName(path) ?? throw new DirectoryNotFoundException($"There is no directory {path}.");
        CreateDirectories(parent, mode);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, mode);
        }

        FsyncDirectory(parent);
    }

    /// <summary>
    /// Makes the names in a directory durable. Nothing to do on Windows, whose file systems journal names.
    /// A file system that cannot sync directories (EINVAL) is accepted: there is no more to be had from it.
    /// </summary>
    /// <exception cref="IOException">With the system's words for the error.</exception>
    public static void FsyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor;
        while ((descriptor = Open(path, DirectoryFlags)) < 0)
        {
            if (Marshal.GetLastPInvokeError() != EINTR)
            {
                throw Failure("opened", path);
            }
        }

        try
        {
            while (Fsync(descriptor) < 0)
            {
                switch (Marshal.GetLastPInvokeError())
                {
                    case EINTR:
                        continue;
                    case EINVAL:
                        return;
                    default:
                        throw Failure("synced", path);
                }
            }
        }
        finally
        {
            // After the sync the result of close says nothing more about the names.
            _ = Close(descriptor);
        }
    }

    /// <summary>The directory a path's name lives in, as a full path.</summary>
    internal static string DirectoryOf(string path) =>
        Path.GetDirectoryName(Path.GetFullPath(path)) ?? throw new IOException($"{path} has no directory.");

    private const int EINTR = 4;
    private const int EEXIST = 17;
    private const int EINVAL = 22;

    /// <summary>O_RDONLY | O_DIRECTORY | O_CLOEXEC, whose numbers differ between systems and, on Linux, processors.</summary>
    private static int DirectoryFlags
    {
        get
        {
            if (OperatingSystem.IsMacOS())
            {
                return 0x100000 | 0x1000000;
            }

            var directory = RuntimeInformation.ProcessArchitecture
                is Architecture.Arm or Architecture.Armv6 or Architecture.Arm64 or Architecture.Ppc64le ? 0x4000 : 0x10000;
            return directory | 0x80000;
        }
    }

    private static IOException Failure(string verb, string path) =>
        new($"The directory {path} cannot be {verb}: {Marshal.GetLastPInvokeErrorMessage()}.", Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
