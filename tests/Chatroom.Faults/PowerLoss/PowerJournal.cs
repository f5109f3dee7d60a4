using System.Buffers.Binary;
using System.Text;

namespace Chatroom.Faults.PowerLoss;

/// <summary>What a record of the journal is about; the numbers are those of <c>Shim/powerloss.c</c>.</summary>
public enum Deed
{
    Write = 1,
    Size,
    Sync,
    Create,
    Unlink,
    Rename,
    Link,
    MakeFolder,
    RemoveFolder,
    SyncNames,
    FailedSync,
}

/// <summary>One operation of the server on its files, with what undoes it.</summary>
/// <param name="File">Inode number.</param>
/// <param name="Before">The file's size before it, in bytes; <paramref name="After"/> likewise.</param>
/// <param name="Bytes">What was in the range before, as far as there was anything.</param>
public sealed record Record(Deed Deed, long Number, long File, long Offset, long Count, long Before, long After, byte[] Bytes)
{
    public bool IsContent => Deed is Deed.Write or Deed.Size;

    public bool IsName => Deed is Deed.Create or Deed.Unlink or Deed.Rename or Deed.Link or Deed.MakeFolder or Deed.RemoveFolder;

    /// <summary>The names it is about: one, or a rename's former and new one.</summary>
    public string[] Names { get; } = Deed is Deed.Write or Deed.Size or Deed.Sync or Deed.FailedSync
        ? []
        : Encoding.UTF8.GetString(Bytes).Split('\0', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The one folder whose sync makes it durable.</summary>
    public string Folder => Path.GetDirectoryName(Names[0])!;
}

/// <summary>The journal of one life of the server's process, and what of it was durable at its end.</summary>
public sealed class PowerJournal
{
    private const int HeadBytes = 8 * sizeof(long);
    private readonly Dictionary<long, long> covered = [];
    private readonly Dictionary<string, long> coveredNames = [];
    private readonly HashSet<long> lost = [];

    private readonly long bytes;

    private PowerJournal(IReadOnlyList<Record> records, long bytes)
    {
        (Records, this.bytes) = (records, bytes);
        foreach (var sync in records.Where(record => record.Deed is Deed.Sync or Deed.FailedSync))
        {
            var until = covered.GetValueOrDefault(sync.File);
            if (sync.Deed == Deed.FailedSync)
            {
                // The system holds these for written from now on.
                lost.UnionWith(records.Where(record => record.IsContent && record.File == sync.File && record.Number > until && record.Number <= sync.Count).Select(record => record.Number));
            }
            else
            {
                covered[sync.File] = Math.Max(sync.Count, until);
            }
        }

        foreach (var sync in records.Where(record => record.Deed == Deed.SyncNames))
        {
            coveredNames[sync.Names[0]] = Math.Max(sync.Count, coveredNames.GetValueOrDefault(sync.Names[0]));
        }

        // In one folder all is undone from the end; over two the order would need more thought than the server has need for.
        Assert.All(records.Where(record => record.Deed == Deed.Rename), rename => Assert.Equal(rename.Folder, Path.GetDirectoryName(rename.Names[1])));
    }

    public IReadOnlyList<Record> Records { get; }

    /// <summary>Reads the whole records; one that was cut off by the kill is the last, and its operation did not happen.</summary>
    public static PowerJournal Read(string path)
    {
        ReadOnlySpan<byte> all = File.ReadAllBytes(path);
        var rest = all;
        var records = new List<Record>();
        while (rest.Length >= HeadBytes)
        {
            var head = new long[8];
            for (var i = 0; i < head.Length; i++)
            {
                head[i] = BinaryPrimitives.ReadInt64LittleEndian(rest[(i * sizeof(long))..]);
            }

            if (rest.Length < HeadBytes + head[7])
            {
                break;
            }

            records.Add(new Record((Deed)head[0], head[1], head[2], head[3], head[4], head[5], head[6], rest.Slice(HeadBytes, (int)head[7]).ToArray()));
            rest = rest[(HeadBytes + (int)head[7])..];
        }

        return new PowerJournal(records, all.Length - rest.Length);
    }

    /// <summary>Before another life writes on: a record that was cut off would hide what follows.</summary>
    public void DropTornEnd(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.SetLength(file, bytes);
    }

    /// <summary>Whether an fsync that returned covers it: of the file for its content, of the folder for its names.</summary>
    public bool IsDurable(Record record) => !lost.Contains(record.Number) && record.Number <= (record.IsName ? coveredNames.GetValueOrDefault(record.Folder) : covered.GetValueOrDefault(record.File));
}
