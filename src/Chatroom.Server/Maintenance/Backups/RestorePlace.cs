using Chatroom.Server.Storage;

namespace Chatroom.Server.Maintenance.Backups;

/// <summary>
/// The data folder to be. Everything is put into a folder inside it (so that it may be a mounted disk), checked there, and only then moved to its place, the
/// key ring last. A server does not start as long as that folder is there, so a half-restored folder is never taken for a whole or for a new one.
/// </summary>
internal sealed class RestorePlace
{
    private readonly string data;
    private readonly bool made;

    private RestorePlace(string data, bool made) => (this.data, this.made, Folder) = (data, made, DataFolder.RestoringIn(data));

    /// <summary>Where things are put first.</summary>
    public string Folder { get; }

    /// <exception cref="BackupException">Something is in the data folder.</exception>
    public static void CheckEmpty(string data)
    {
        if (File.Exists(data) || HasOthers(data))
        {
            throw new BackupException($"{data} is not empty. A backup is restored into an empty or a new folder only: move what is there away first, or choose another --data. Nothing was touched.");
        }
    }

    public static RestorePlace Make(string data)
    {
        var made = !Directory.Exists(data);
        var place = new RestorePlace(data, made);
        if (Directory.Exists(place.Folder))
        {
            // What a restore that was cut off before its check had copied; nothing else is in the data folder.
            Directory.Delete(place.Folder, recursive: true);
        }

        Durable.CreateDirectories(place.Folder);
        return place;
    }

    /// <summary>Whether everything was there and checked when a restore was cut off: its parts are partly in their places.</summary>
    public static bool WasChecked(string data) =>
        Directory.Exists(DataFolder.RestoringIn(data)) && HasOthers(data);

    /// <summary>Moves what is checked to its place. Cut off at any moment, it is finished by calling it again.</summary>
    /// <exception cref="BackupException">A name is taken.</exception>
    public static void Settle(string data)
    {
        var folder = DataFolder.RestoringIn(data);
        foreach (var part in Directory.EnumerateFileSystemEntries(folder).OrderBy(p => System.IO.Path.GetFileName(p) == BackupParts.KeyRing).ToList())
        {
            var place = System.IO.Path.Combine(data, System.IO.Path.GetFileName(part));
            if (System.IO.Path.Exists(place))
            {
                throw new BackupException($"{place} is in the way of {part}. Nothing was overwritten: look which of the two is wanted, or restore into another folder.");
            }

            if (Directory.Exists(part))
            {
                Directory.Move(part, place);
            }
            else
            {
                File.Move(part, place);
            }

            Durable.FsyncDirectory(data);
        }

        Directory.Delete(folder);
        Durable.FsyncDirectory(data);
    }

    /// <summary>Leaves the data folder as it was found.</summary>
    public void Remove()
    {
        if (!Directory.Exists(Folder))
        {
            return;
        }

        Directory.Delete(Folder, recursive: true);
        if (made)
        {
            Directory.Delete(data);
        }
    }

    // The root of a disk has a lost+found of its own.
    private static bool HasOthers(string data) => Directory.Exists(data)
        && Directory.EnumerateFileSystemEntries(data).Any(e => e != DataFolder.RestoringIn(data) && System.IO.Path.GetFileName(e) != "lost+found");
}
