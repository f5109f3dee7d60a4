using System.Security.Cryptography;
using Chatroom.Server.Storage.Sqlite;

namespace Chatroom.Tests.Storage;

/// <summary>The layer under the writer's log: nothing of it is to be seen but that there are fewer calls.</summary>
public sealed class WalVfsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chatroom-wal-").FullName;

    private string File => Path.Combine(_folder, "rows.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Other_connections_see_every_commit_whole_and_nothing_else(int seed)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "On other systems SQLite's own access does all.");
        Assert.NotNull(WalVfs.Name);
        var random = new Random(seed);
        var model = new Dictionary<long, byte[]>();
        using (var writer = Writer(WalVfs.Name))
        {
            using var reader = Connection.Open(File, readOnly: true);
            for (var i = 0; i < 200; i++)
            {
                var next = Change(writer, random, new(model));
                if (random.Next(5) == 0)
                {
                    writer.Execute("ROLLBACK");
                }
                else
                {
                    writer.Execute("COMMIT");
                    model = next;
                }

                Assert.Equal(Sum(model), Sum(Rows(reader)));
                Assert.Equal(Sum(model), Sum(Rows(writer)));
                if (random.Next(20) == 0)
                {
                    writer.Checkpoint(truncate: random.Next(2) == 0);
                }
            }

            // As after a crash: what is in the files.
            System.IO.File.Copy(File, File + ".copy");
            System.IO.File.Copy(File + "-wal", File + ".copy-wal");
        }

        Assert.False(System.IO.File.Exists(File + "-wal"));
        foreach (var file in (string[])[File, File + ".copy"])
        {
            using var after = Connection.Open(file, readOnly: false);
            Assert.Equal(Sum(model), Sum(Rows(after)));
            using var check = after.Prepare("PRAGMA integrity_check");
            Assert.True(check.Step());
            Assert.Equal("ok", check.Text(0));
        }
    }

    [Fact]
    public void A_commit_of_many_pages_is_one_write()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "On other systems SQLite's own access does all.");
        Assert.Equal(1, WritesOfACommit(WalVfs.Name));
        Assert.InRange(WritesOfACommit(null), 2, int.MaxValue);
    }

    private int WritesOfACommit(string? vfs)
    {
        using var writer = Writer(vfs);
        Insert(writer, 1, new byte[20_000]);
        writer.Execute("BEGIN");
        Insert(writer, 2, new byte[40_000]);
        var before = WriteCalls();
        writer.Execute("COMMIT");
        var writes = WriteCalls() - before;
        writer.Execute("DELETE FROM rows");
        return writes;
    }

    // Of this thread, by proc_pid_io(5).
    private static int WriteCalls() =>
        int.Parse(System.IO.File.ReadLines("/proc/thread-self/io").Single(line => line.StartsWith("syscw:", StringComparison.Ordinal))["syscw:".Length..]);

    // A cache of ten pages: large changes are written to the log before they are committed, and read from there.
    private Connection Writer(string? vfs)
    {
        var writer = Connection.Open(File, readOnly: false, vfs);
        writer.Execute("PRAGMA cache_size = 10; PRAGMA secure_delete = ON; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA temp_store = MEMORY");
        using (var mode = writer.Prepare("PRAGMA journal_mode = WAL"))
        {
            Assert.True(mode.Step());
            Assert.Equal("wal", mode.Text(0));
        }

        writer.Execute("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, value BLOB NOT NULL)");
        return writer;
    }

    private static Dictionary<long, byte[]> Change(Connection writer, Random random, Dictionary<long, byte[]> model)
    {
        writer.Execute("BEGIN IMMEDIATE");
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var id = random.Next(40);
            var value = new byte[random.Next(4) == 0 ? random.Next(200_000) : random.Next(2_000)];
            random.NextBytes(value);
            writer.Execute("SAVEPOINT one");
            Insert(writer, id, value);
            if (random.Next(4) == 0)
            {
                writer.Execute("ROLLBACK TO one");
            }
            else
            {
                model[id] = value;
            }

            writer.Execute("RELEASE one");
        }

        return model;
    }

    private static void Insert(Connection writer, long id, byte[] value) =>
        writer.Prepare("INSERT OR REPLACE INTO rows (id, value) VALUES (?1, ?2)").Bind(id).Bind(value).Run();

    private static Dictionary<long, byte[]> Rows(Connection connection)
    {
        var rows = new Dictionary<long, byte[]>();
        using var all = connection.Prepare("SELECT id, value FROM rows");
        while (all.Step())
        {
            rows.Add(all.Int64(0), all.Blob(1));
        }

        return rows;
    }

    private static string Sum(Dictionary<long, byte[]> rows) =>
        string.Join('\n', rows.OrderBy(row => row.Key).Select(row => $"{row.Key} {row.Value.Length} {Convert.ToHexString(SHA256.HashData(row.Value))}"));
}
