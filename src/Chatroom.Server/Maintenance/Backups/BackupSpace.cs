namespace Chatroom.Server.Maintenance.Backups;

/// <summary>Whether there is room, before anything is written: a disk filled by a backup would stop the server beside it.</summary>
public static class BackupSpace
{
    // Directories, the archive's headers, and what is said while the copy is made.
    private const long Reserve = 64 << 20;

    /// <exception cref="BackupException">There is not.</exception>
    internal static void Check(string folder, long bytes, long? free = null)
    {
        var needed = bytes + (bytes / 50) + Reserve;
        var available = free ?? new DriveInfo(folder).AvailableFreeSpace;
        if (available < needed)
        {
            throw new BackupException($"There is not enough space in {folder}: {Size(needed)} are needed, {Size(available)} are free. Nothing was written.");
        }
    }

    /// <summary>For people: in MiB, or GiB when there are many.</summary>
    public static string Size(long bytes) => FormattableString.Invariant(bytes switch
    {
        < 1 << 20 => (FormattableString)$"{(bytes + 1023) >> 10} KiB",
        < 10L << 30 => $"{bytes >> 20} MiB",
        _ => $"{bytes >> 30} GiB",
    });
}
