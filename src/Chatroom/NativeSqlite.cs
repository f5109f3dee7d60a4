using System.Reflection;
using System.Runtime.InteropServices;
using Chatroom.Server.Storage.Sqlite;
using SQLitePCL;

namespace Chatroom;

/// <summary>
/// SQLite's library from inside the executable, where it was compiled ahead into one file (Linux): it is loaded from memory, so that nothing is unpacked anywhere and
/// nobody can put another in its place. Elsewhere it lies where .NET looks for it.
/// </summary>
internal static partial class NativeSqlite
{
    private const string Library = "e_sqlite3";
    private const string Resource = "libe_sqlite3.so";
    private const uint CloseOnExec = 1; // MFD_CLOEXEC of memfd_create(2).

    /// <summary>To be called before the first use of a database.</summary>
    public static void Register()
    {
        if (OperatingSystem.IsLinux() && typeof(NativeSqlite).Assembly.GetManifestResourceInfo(Resource) is not null)
        {
            NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
            NativeLibrary.SetDllImportResolver(typeof(SqliteChatStore).Assembly, Resolve);
        }
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == Library ? Loaded.Value : IntPtr.Zero;

    private static readonly Lazy<IntPtr> Loaded = new(Load);

    private static IntPtr Load()
    {
        using var bytes = typeof(NativeSqlite).Assembly.GetManifestResourceStream(Resource)!;
        var descriptor = MemoryFile(Library, CloseOnExec);
        if (descriptor < 0)
        {
            throw new IOException($"SQLite could not be loaded: no file in memory (error {Marshal.GetLastPInvokeError()}).");
        }

        // Once it is loaded its pages stay mapped without the descriptor.
        using var file = new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Write, bufferSize: 0);
        bytes.CopyTo(file);
        return NativeLibrary.Load($"/proc/self/fd/{descriptor}");
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemoryFile(string name, uint flags);
}
