using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Chatroom.Server.Storage.Sqlite;

/// <summary>
/// A layer over SQLite's own access to files (https://www.sqlite.org/vfs.html) for the connection that writes, on Linux: what a commit appends to the write-ahead log
/// leaves in one write instead of two for each page, and is synced by fdatasync instead of fsync, which writes the inode as well for nothing but a time.
/// docs/PERFORMANCE.md has what it gains. Everything but the log is SQLite's.
/// </summary>
/// <remarks>
/// What waits here is written before anything else happens to the log, and at its sync. With <c>synchronous = FULL</c> SQLite syncs the log before it tells other
/// connections of a commit, so nobody looks for what still waits; with <c>OFF</c> it does not, and this layer must not be used.
/// </remarks>
internal static unsafe partial class WalVfs
{
    private const string Sqlite = "e_sqlite3";
    private const int OpenWal = 0x80000; // SQLITE_OPEN_WAL

    // SQLite's own access takes less than 128 KiB at a time (seekAndWriteFd in os_unix.c). 30 pages of 4 KiB with their headers: a batch of some ten changes; a larger
    // one takes several writes.
    private const int BufferBytes = 124 * 1024;

    private static readonly Lazy<string?> Registered = new(Register);
    private static Vfs* below;
    private static Vfs* layer;
    private static IoMethods* methods; // Of a log, here.
    private static IoMethods* belowMethods; // Of a log, below.

    /// <summary>The name to open a connection with; null where SQLite's own access has to do.</summary>
    public static string? Name => Registered.Value;

    private static string? Register()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        below = Find(null);
        if (below is null || below->Version < 3)
        {
            return null;
        }

        // A copy with a name of its own: the functions below get it as theirs, and find in it what they had put there.
        layer = (Vfs*)NativeMemory.AllocZeroed((nuint)sizeof(Vfs));
        *layer = *below;
        layer->Next = null;
        layer->Name = (byte*)Marshal.StringToCoTaskMemUTF8("chatroom");
        layer->FileBytes = StateOffset + sizeof(State);
        layer->Open = &Open;
        return RegisterVfs(layer, 0) == raw.SQLITE_OK ? "chatroom" : null;
    }

    // Behind SQLite's own structure of the file, which is as long as it says.
    private static int StateOffset => (below->FileBytes + 7) & ~7;

    private static State* Of(File* file) => (State*)((byte*)file + StateOffset);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(Vfs* vfs, byte* path, File* file, int flags, int* outFlags)
    {
        var code = below->Open(vfs, path, file, flags, outFlags);
        if (code != raw.SQLITE_OK || (flags & OpenWal) == 0)
        {
            return code;
        }

        var state = Of(file);
        *state = new State { Descriptor = OpenFile(path, ReadWrite | CloseOnExec), Buffer = (byte*)NativeMemory.Alloc(BufferBytes) };
        if (methods is null)
        {
            belowMethods = file->Methods;
            var ours = (IoMethods*)NativeMemory.Alloc((nuint)sizeof(IoMethods));
            *ours = *belowMethods;
            ours->Close = &Close;
            ours->Read = &Read;
            ours->Write = &Write;
            ours->Truncate = &Truncate;
            ours->Sync = &Sync;
            ours->FileSize = &FileSize;
            methods = ours;
        }

        file->Methods = methods;
        return raw.SQLITE_OK;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(File* file)
    {
        var state = Of(file);
        var written = Flush(file, state);
        NativeMemory.Free(state->Buffer);
        if (state->Descriptor >= 0)
        {
            // SQLite holds no locks on the log, which closing any descriptor of it would end (POSIX, fcntl).
            _ = CloseFile(state->Descriptor);
        }

        var closed = belowMethods->Close(file);
        return written != raw.SQLITE_OK ? written : closed;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(File* file, byte* bytes, int count, long offset)
    {
        var state = Of(file);
        if (offset != state->Start + state->Length || state->Length + count > BufferBytes)
        {
            var code = Flush(file, state);
            if (code != raw.SQLITE_OK)
            {
                return code;
            }

            state->Start = offset;
        }

        if (count > BufferBytes)
        {
            return belowMethods->Write(file, bytes, count, offset);
        }

        Buffer.MemoryCopy(bytes, state->Buffer + state->Length, BufferBytes - state->Length, count);
        state->Length += count;
        return raw.SQLITE_OK;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(File* file, int flags)
    {
        var state = Of(file);
        var code = Flush(file, state);
        if (code != raw.SQLITE_OK)
        {
            return code;
        }

        // The first makes the file's name durable as well.
        if (!state->Named || state->Descriptor < 0)
        {
            code = belowMethods->Sync(file, flags);
            state->Named = code == raw.SQLITE_OK;
            return code;
        }

        while (SyncData(state->Descriptor) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                return raw.SQLITE_IOERR_FSYNC;
            }
        }

        return raw.SQLITE_OK;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(File* file, byte* to, int count, long offset)
    {
        var code = Flush(file, Of(file));
        return code != raw.SQLITE_OK ? code : belowMethods->Read(file, to, count, offset);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(File* file, long length)
    {
        var code = Flush(file, Of(file));
        return code != raw.SQLITE_OK ? code : belowMethods->Truncate(file, length);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileSize(File* file, long* length)
    {
        var code = Flush(file, Of(file));
        return code != raw.SQLITE_OK ? code : belowMethods->FileSize(file, length);
    }

    // What could not be written is gone, as below: SQLite gives the transaction up.
    private static int Flush(File* file, State* state)
    {
        var count = state->Length;
        state->Length = 0;
        return count == 0 ? raw.SQLITE_OK : belowMethods->Write(file, state->Buffer, count, state->Start);
    }

    private const int ReadWrite = 2; // O_RDWR
    private const int CloseOnExec = 0x80000; // O_CLOEXEC
    private const int Interrupted = 4; // EINTR

    [LibraryImport(Sqlite, EntryPoint = "sqlite3_vfs_find", StringMarshalling = StringMarshalling.Utf8)]
    private static partial Vfs* Find(string? name);

    [LibraryImport(Sqlite, EntryPoint = "sqlite3_vfs_register")]
    private static partial int RegisterVfs(Vfs* vfs, int isDefault);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int OpenFile(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseFile(int descriptor);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int SyncData(int descriptor);

    /// <summary>What this layer keeps for each log that is open.</summary>
    private struct State
    {
        public byte* Buffer;
        public int Length;
        public long Start; // Where in the file the buffer begins.
        public int Descriptor;
        public bool Named;
    }

#pragma warning disable CS0649 // Fields that only SQLite sets.
    /// <summary>sqlite3_file</summary>
    private struct File
    {
        public IoMethods* Methods;
    }

    /// <summary>sqlite3_vfs of version 3, from sqlite3.h.</summary>
    private struct Vfs
    {
        public int Version;
        public int FileBytes;
        public int MaxPath;
        public Vfs* Next;
        public byte* Name;
        public void* AppData;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, File*, int, int*, int> Open;
        public fixed long Others[15]; // From xDelete to xNextSystemCall: taken as they are.
    }

    /// <summary>sqlite3_io_methods of version 3, from sqlite3.h.</summary>
    private struct IoMethods
    {
        public int Version;
        public delegate* unmanaged[Cdecl]<File*, int> Close;
        public delegate* unmanaged[Cdecl]<File*, byte*, int, long, int> Read;
        public delegate* unmanaged[Cdecl]<File*, byte*, int, long, int> Write;
        public delegate* unmanaged[Cdecl]<File*, long, int> Truncate;
        public delegate* unmanaged[Cdecl]<File*, int, int> Sync;
        public delegate* unmanaged[Cdecl]<File*, long*, int> FileSize;
        public fixed long Others[12]; // From xLock to xUnfetch: taken as they are.
    }
}
