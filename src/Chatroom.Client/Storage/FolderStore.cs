using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Chatroom.Shared;
using Microsoft.Win32.SafeHandles;

namespace Chatroom.Client;

/// <summary>
/// A store in a folder: one file per key, replaced whole (temporary file, flush to disk, rename), readable by the user only (0700 and 0600; on
/// Windows by the folder's rights). A value survives the end of the program at once; the end of power as soon as the file system wrote the rename.
/// </summary>
/// <param name="folder">Made when it does not exist.</param>
[UnsupportedOSPlatform("browser")]
public sealed class FolderStore(string folder) : IClientStore
{
    private const string ValueSuffix = ".value";
    private const string LockSuffix = ".lock";

    public async ValueTask<byte[]?> ReadAsync(string key, CancellationToken cancellationToken = default)
    {
        try
        {
            return await File.ReadAllBytesAsync(PathOf(key, ValueSuffix), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public async ValueTask WriteAsync(string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default)
    {
        MakeFolder();
        var temporary = Path.Combine(folder, $"{Guid.NewGuid():N}.tmp");
        try
        {
            await using (var file = new FileStream(temporary, Options(FileMode.CreateNew, FileAccess.Write)))
            {
                await file.WriteAsync(value, cancellationToken).ConfigureAwait(false);
                await file.FlushAsync(cancellationToken).ConfigureAwait(false);
                Sync(file.SafeFileHandle);
            }

            File.Move(temporary, PathOf(key, ValueSuffix), overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    public ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        if (Directory.Exists(folder))
        {
            File.Delete(PathOf(key, ValueSuffix));
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<string> keys = !Directory.Exists(folder) ? [] : Directory.EnumerateFiles(folder, "*" + ValueSuffix)
            .Select(path => Decode(Path.GetFileNameWithoutExtension(path)))
            .Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToArray();
        return ValueTask.FromResult(keys);
    }

    public ValueTask<IAsyncDisposable?> TryLockAsync(string name, CancellationToken cancellationToken = default)
    {
        MakeFolder();
        try
        {
            // The system drops the lock with the process, however it ends; the file itself stays, for removing it would race with the next owner.
            var options = Options(FileMode.OpenOrCreate, FileAccess.ReadWrite);
            return ValueTask.FromResult<IAsyncDisposable?>(new FileStream(PathOf(name, LockSuffix), options));
        }
        catch (IOException error) when (error is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            return ValueTask.FromResult<IAsyncDisposable?>(null);
        }
    }

    private static void Sync(SafeFileHandle file)
    {
        if (Fsync.File(file) is var error and not 0)
        {
            throw new IOException($"A file cannot be synced: {Marshal.GetPInvokeErrorMessage(error)}.", error);
        }
    }

    private static FileStreamOptions Options(FileMode mode, FileAccess access)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = FileShare.None, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private void MakeFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    // Keys hold slashes, colons and whatever a server calls its accounts; as hexadecimal digits they can neither leave the folder nor meet in
    // their letters' case. Keys that would be too long for a file name cannot occur: ids are short.
    private string PathOf(string key, string suffix)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return Path.Combine(folder, Convert.ToHexStringLower(Encoding.UTF8.GetBytes(key)) + suffix);
    }

    private static string Decode(string name) => Encoding.UTF8.GetString(Convert.FromHexString(name));
}
