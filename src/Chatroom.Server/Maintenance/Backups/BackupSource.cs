using System.Formats.Tar;

namespace Chatroom.Server.Maintenance.Backups;

/// <summary>A backup to read. It is not changed, and of its names only those of <see cref="BackupParts"/> are looked at.</summary>
internal abstract class BackupSource(string path)
{
    // Of what is read whole; a key ring of all epochs has some 10 MB.
    private const int MaxSmall = 16 << 20;

    public string Path { get; } = path;

    /// <exception cref="BackupException">There is none.</exception>
    public static BackupSource Open(string backup)
    {
        var path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(backup));
        return Directory.Exists(path) ? new FolderSource(path)
            : File.Exists(path) ? new TarSource(path)
            : throw new BackupException($"There is no backup at {backup}.");
    }

    /// <summary>The parts, each to be read before the next is asked for.</summary>
    /// <exception cref="BackupException">Damaged, or no backup.</exception>
    public abstract IEnumerable<(string Name, Stream Content)> Parts();

    /// <summary>Parts of a few bytes, whole.</summary>
    /// <exception cref="BackupException">One is not there.</exception>
    public Dictionary<string, byte[]> Small(params string[] names)
    {
        var found = new Dictionary<string, byte[]>();
        foreach (var (name, content) in Parts().Where(p => names.Contains(p.Name)))
        {
            if (content.Length > MaxSmall)
            {
                throw new BackupException($"{Path}: its {name} is too large to be one.");
            }

            using var bytes = new MemoryStream();
            content.CopyTo(bytes);
            found[name] = bytes.ToArray();
        }

        return names.FirstOrDefault(n => !found.ContainsKey(n)) is { } missing
            ? throw new BackupException($"{Path} is no backup of Chatroom, or only a part of one: it has no {missing}.")
            : found;
    }
}

internal sealed class FolderSource(string path) : BackupSource(path)
{
    public override IEnumerable<(string Name, Stream Content)> Parts()
    {
        foreach (var file in Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories))
        {
            var name = System.IO.Path.GetRelativePath(Path, file).Replace(System.IO.Path.DirectorySeparatorChar, '/');
            if (BackupParts.IsName(name))
            {
                using var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, BackupMaker.BufferSize, FileOptions.SequentialScan);
                yield return (name, content);
            }
        }
    }
}

internal sealed class TarSource(string path) : BackupSource(path)
{
    public override IEnumerable<(string Name, Stream Content)> Parts()
    {
        using var file = File.OpenRead(Path);
        using var tar = new TarReader(file);
        while (Next(tar) is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile && BackupParts.IsName(entry.Name))
            {
                yield return (entry.Name, entry.DataStream ?? Stream.Null);
            }
        }
    }

    // More than the reader's documentation names: numbers out of range, kinds of entries it does not take, lengths of attributes beyond any array.
    private TarEntry? Next(TarReader tar)
    {
        try
        {
            return tar.GetNextEntry();
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or EndOfStreamException or OverflowException or NotSupportedException or InvalidOperationException)
        {
            throw new BackupException($"{Path} is no archive, or a damaged one: {e.Message} Use another backup.", e);
        }
    }
}
