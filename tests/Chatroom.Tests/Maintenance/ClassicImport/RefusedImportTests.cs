using Chatroom.Server.Storage;
using Microsoft.Data.Sqlite;

namespace Chatroom.Tests.Maintenance.ClassicImport;

/// <summary>What is not a sound database of Chatroom 2.0 is refused in words, before anything is touched.</summary>
public sealed class RefusedImportTests : IDisposable
{
    private readonly ImportBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public Task A_missing_file() => RefusedAsync<FileNotFoundException>("There is no file");

    [Fact]
    public async Task An_empty_file()
    {
        await File.WriteAllBytesAsync(bench.Old.Path, []);
        await RefusedAsync<InvalidDataException>("is empty");
    }

    [Fact]
    public async Task A_file_that_is_no_database()
    {
        await File.WriteAllTextAsync(bench.Old.Path, "Dear diary, today I tried the new chat.");
        await RefusedAsync<InvalidDataException>("no SQLite database");
    }

    [Fact]
    public Task A_database_of_something_else()
    {
        bench.Old.Make("CREATE TABLE notes (text TEXT)");
        return RefusedAsync<InvalidDataException>("it has no table USERINFO");
    }

    [Fact]
    public Task A_table_of_the_same_name_with_other_columns()
    {
        bench.Old.Make(ClassicDatabase.Schema.Replace("FileName TEXT", "label TEXT", StringComparison.Ordinal));
        return RefusedAsync<InvalidDataException>("GROUP_FILE_HISTORY has no column filename");
    }

    [Fact]
    public Task A_view_that_looks_like_the_table()
    {
        bench.Old.Make(ClassicDatabase.Schema + "DROP TABLE FRIENDS; CREATE VIEW FRIENDS AS SELECT 'a' AS username1, 'b' AS username2;");
        return RefusedAsync<InvalidDataException>("it has no table FRIENDS");
    }

    [Fact]
    public async Task A_database_with_a_damaged_page()
    {
        bench.Old.Town();
        var bytes = await File.ReadAllBytesAsync(bench.Old.Path);
        Random.Shared.NextBytes(bytes.AsSpan(4096, bytes.Length - 8192));
        await File.WriteAllBytesAsync(bench.Old.Path, bytes);
        await RefusedAsync<InvalidDataException>("damaged");
    }

    [Fact]
    public async Task A_database_that_was_cut_short()
    {
        bench.Old.Town();
        var bytes = await File.ReadAllBytesAsync(bench.Old.Path);
        await File.WriteAllBytesAsync(bench.Old.Path, bytes[..(bytes.Length / 2)]);
        await RefusedAsync<InvalidDataException>("damaged");
    }

    [Fact]
    public async Task A_database_whose_last_change_was_cut_off()
    {
        bench.Old.Town();
        byte[] half, journal;
        using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = bench.Old.Path, Pooling = false }.ToString()))
        {
            connection.Open();
            using var command = connection.CreateCommand();

            // So that the change reaches the file before its end.
            command.CommandText = "PRAGMA cache_size = 1; BEGIN; UPDATE GROUP_CHAT_HISTORY SET content = content || content; UPDATE USERINFO SET password = 'x' || password; UPDATE GROUP_FILE_HISTORY SET filecontent = zeroblob(200000)";
            command.ExecuteNonQuery();
            half = Shared(bench.Old.Path);
            journal = Shared(bench.Old.Path + "-journal");
        }

        await File.WriteAllBytesAsync(bench.Old.Path, half);
        await File.WriteAllBytesAsync(bench.Old.Path + "-journal", journal);
        await RefusedAsync<InvalidDataException>("start Chatroom 2.0 once");
        Assert.Equal(journal, await File.ReadAllBytesAsync(bench.Old.Path + "-journal"));
    }

    [Fact]
    public async Task Importing_changes_nothing_in_the_old_file()
    {
        bench.Old.Town();
        var before = await File.ReadAllBytesAsync(bench.Old.Path);
        await bench.ImportAsync();
        Assert.Equal(before, await File.ReadAllBytesAsync(bench.Old.Path));
    }

    private static byte[] Shared(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private async Task RefusedAsync<T>(string words)
        where T : Exception
    {
        var before = File.Exists(bench.Old.Path) ? await File.ReadAllBytesAsync(bench.Old.Path) : null;
        var error = await Assert.ThrowsAsync<T>(() => bench.ImportAsync());
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.False(DataFolder.IsUsed(bench.Options.Data));
        Assert.Equal(before, File.Exists(bench.Old.Path) ? await File.ReadAllBytesAsync(bench.Old.Path) : null);
    }
}
