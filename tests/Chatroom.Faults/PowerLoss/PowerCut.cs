using System.Runtime.InteropServices;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.PowerLoss;

/// <summary>What a loss of power did.</summary>
/// <param name="Seen">Operations of the server on its files, syncs not counted.</param>
/// <param name="Syncs">Syncs of files and folders that had returned.</param>
/// <param name="Loose">Operations that no sync covered.</param>
/// <param name="Undone">Sectors, sizes and names that went back.</param>
public sealed record CutReport(int Seen, int Syncs, int Loose, int Undone);

/// <summary>
/// The power of one server. A shim below SQLite and the file store writes down how to undo each operation; after the process was killed,
/// <see cref="Cut"/> takes away what no fsync had covered.
/// </summary>
public sealed partial class PowerCut : IDisposable
{
    private readonly ServerProcess server;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("chatroom-power-");
    private string library = "";
    private int life;

    private PowerCut(ServerProcess server) => this.server = server;

    private string JournalPath => Path.Combine(folder.FullName, $"journal{life}");

    private string StopPath => Path.Combine(folder.FullName, "stop");

    private string Keep => Path.Combine(folder.FullName, $"keep{life}");

    /// <summary>Compiles the shim; it is in each start after <see cref="Arm"/>.</summary>
    public static async Task<PowerCut> OfAsync(ServerProcess server)
    {
        var cut = new PowerCut(server);
        cut.library = await Shim.CompileAsync("powerloss", cut.folder.FullName);
        return cut;
    }

    /// <summary>Before a start: what is on the disk now is durable.</summary>
    /// <param name="dieAfter">The process is killed after so many operations; 0: it is not.</param>
    public void Arm(long dieAfter = 0)
    {
        Forget();
        life++;
        Directory.CreateDirectory(Keep);
        server.Settings["LD_PRELOAD"] = library;
        server.Settings["POWERLOSS_FOLDER"] = server.Aside;
        server.Settings["POWERLOSS_JOURNAL"] = JournalPath;
        server.Settings["POWERLOSS_KEEP"] = Keep;
        server.Settings["POWERLOSS_DIE"] = $"{dieAfter}";
        server.Settings["POWERLOSS_STOP"] = StopPath;
        server.Settings["POWERLOSS_NUMBER"] = "0";
    }

    /// <summary>Before a start after a mere kill: what was loose is still so, for the system has written nothing yet.</summary>
    public void GoOn()
    {
        var journal = Journal();
        journal.DropTornEnd(JournalPath);
        server.Settings["POWERLOSS_DIE"] = "0";
        server.Settings["POWERLOSS_NUMBER"] = $"{journal.Records[^1].Number}";
        File.Delete(StopPath);
    }

    /// <summary>The process is killed when for the n-th time from now on a sync begins of something whose path has this in it.</summary>
    public void StopAtSync(string name, int nth) => File.WriteAllText(StopPath, $"{name} {nth} kill");

    /// <summary>That sync fails with EIO instead, and what it should have written is gone, whatever is synced later.</summary>
    public void FailSync(string name, int nth) => File.WriteAllText(StopPath, $"{name} {nth} fail");

    /// <summary>What the server did since the start.</summary>
    public PowerJournal Journal() => PowerJournal.Read(JournalPath);

    /// <summary>After the process is gone: the power was lost at that moment.</summary>
    public CutReport Cut(Func<IReadOnlyList<Record>, Loss> choose)
    {
        var journal = Journal();
        List<Record> loose = [.. journal.Records.Where(record => (record.IsContent || record.IsName) && !journal.IsDurable(record))];
        var undone = Undo(loose, choose(loose));
        return new CutReport(
            journal.Records.Count(record => record.IsContent || record.IsName),
            journal.Records.Count(record => record.Deed is Deed.Sync or Deed.SyncNames),
            loose.Count,
            undone);
    }

    /// <summary>Undoes everything since the start, durable or not: what was there then must be there again, or the shim does not see all.</summary>
    public void UndoAll() => Undo([.. Journal().Records.Where(record => record.IsContent || record.IsName)], Loss.OfAll);

    public void Dispose() => folder.Delete(recursive: true);

    private int Undo(IReadOnlyList<Record> loose, Loss loss)
    {
        var undone = 0;
        foreach (var file in loose.Where(record => record.IsContent).GroupBy(record => record.File))
        {
            undone += UndoContent(file.Key, [.. file], loss);
        }

        var names = loose.Where(record => record.IsName).ToList();
        var stays = names.GroupBy(record => record.Folder).ToDictionary(group => group.Key, group => loss.Names(group.Key, [.. group]));
        foreach (var record in Enumerable.Reverse(names).Where(record => record.Number > stays[record.Folder]))
        {
            UndoName(record);
            undone++;
        }

        return undone;
    }

    private int UndoContent(long inode, IReadOnlyList<Record> loose, Loss loss)
    {
        using var file = File.OpenHandle(Path.Combine(Keep, $"{inode}"), FileMode.Open, FileAccess.ReadWrite);
        var sizeStays = loss.Size(inode, loose);
        var size = loose.FirstOrDefault(record => record.Number > sizeStays)?.Before ?? RandomAccess.GetLength(file);
        var stays = new Dictionary<long, long>();
        var undone = 0;
        foreach (var record in loose.Reverse())
        {
            for (var at = record.Offset; at < record.Offset + record.Count;)
            {
                var sector = at / Loss.Sector;
                var end = Math.Min((sector + 1) * Loss.Sector, record.Offset + record.Count);
                if (!stays.TryGetValue(sector, out var stay))
                {
                    stays[sector] = stay = loss.Content(inode, sector, loose);
                }

                if (record.Number > stay)
                {
                    RandomAccess.Write(file, Before(record, at, end), at);
                    undone++;
                }

                at = end;
            }
        }

        undone += size == RandomAccess.GetLength(file) ? 0 : 1;
        RandomAccess.SetLength(file, size);
        return undone;
    }

    // Where the file had not reached yet there were zeros.
    private static byte[] Before(Record record, long from, long to)
    {
        var bytes = new byte[to - from];
        var begin = (int)Math.Min(from - record.Offset, record.Bytes.Length);
        var end = (int)Math.Min(to - record.Offset, record.Bytes.Length);
        record.Bytes.AsSpan(begin, end - begin).CopyTo(bytes);
        return bytes;
    }

    private void UndoName(Record record)
    {
        var name = record.Names[0];
        switch (record.Deed)
        {
            case Deed.Create or Deed.Link:
                File.Delete(name);
                break;
            case Deed.Unlink:
                Link(record.File, name);
                break;
            case Deed.Rename when record.File == 0:
                Directory.Move(record.Names[1], name); // The shim keeps files only.
                break;
            case Deed.Rename:
                Link(record.File, name);
                File.Delete(record.Names[1]);
                if (record.Offset != 0)
                {
                    Link(record.Offset, record.Names[1]);
                }

                break;
            case Deed.MakeFolder when Directory.Exists(name):
                Directory.Delete(name, recursive: true); // Names in it may be durable, but nothing leads to them.
                break;
            case Deed.RemoveFolder:
                Directory.CreateDirectory(name);
                break;
        }
    }

    private void Link(long inode, string name)
    {
        File.Delete(name);
        Assert.True(Link(Path.Combine(Keep, $"{inode}"), name) == 0, $"{name} could not get its file back: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    // The second names go with the life they were for: while they are there, nothing is freed.
    private void Forget()
    {
        if (life > 0)
        {
            Directory.Delete(Keep, recursive: true);
            File.Delete(JournalPath);
            File.Delete(StopPath);
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);
}
