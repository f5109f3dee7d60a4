using System.Formats.Tar;
using Chatroom.Server.Maintenance.Backups;
using Chatroom.Server.Sealing;
using Chatroom.Server.Storage;

namespace Chatroom.Tests.Maintenance.Backups;

public sealed class RestoreTests
{
    [Fact]
    public async Task A_folder_with_anything_in_it_is_refused_and_not_touched()
    {
        await using var bench = await BackedUpAsync();
        Directory.CreateDirectory(bench.Elsewhere.Data);
        File.WriteAllText(bench.Folder["restored/mine.txt"], "mine");
        await RefusedAsync(bench, "is not empty", () => bench.RestoreAsync("copy"));
    }

    [Fact]
    public async Task Another_master_key_is_refused_and_nothing_is_touched()
    {
        await using var bench = await BackedUpAsync();
        MasterKey.Create(bench.Folder["other.key"]).Dispose();
        var other = bench.Elsewhere with { MasterKey = bench.Folder["other.key"] };
        await RefusedAsync(bench, $"{other.MasterKey} does not belong to {bench.Folder["copy"]}", () => bench.RestoreAsync("copy", other));
        await RefusedAsync(bench, $"{other.MasterKey} does not belong to {bench.Folder["copy.tar"]}", () => bench.RestoreAsync("copy.tar", other));
    }

    [Fact]
    public async Task A_missing_master_key_is_refused_and_none_is_made()
    {
        await using var bench = await BackedUpAsync();
        await RefusedAsync(bench, "is missing", () => bench.RestoreAsync("copy", bench.Elsewhere with { MasterKey = bench.Folder["none.key"] }));
    }

    [Theory]
    [InlineData("nothing", "no backup at")]
    [InlineData("data", "no backup of Chatroom")]
    [InlineData("master.key", "no archive")]
    public async Task What_is_no_backup_is_refused_and_nothing_is_touched(string backup, string words)
    {
        await using var bench = await BackedUpAsync();
        await RefusedAsync(bench, words, () => bench.RestoreAsync(backup));
    }

    [Fact]
    public async Task An_archive_that_was_cut_off_anywhere_is_refused_and_nothing_is_left()
    {
        await using var bench = await BackedUpAsync();
        var whole = File.ReadAllBytes(bench.Folder["copy.tar"]);
        for (var at = 512; at < whole.Length - 2048; at += whole.Length / 10)
        {
            File.WriteAllBytes(bench.Folder["cut.tar"], whole[..at]);
            await Assert.ThrowsAnyAsync<Exception>(() => bench.RestoreAsync("cut.tar"));
            Assert.False(Directory.Exists(bench.Elsewhere.Data), $"left after a cut at {at}");
        }

        await bench.RestoreAsync("copy.tar");
    }

    [Fact]
    public async Task A_damaged_content_is_named_and_nothing_is_restored_unless_asked_for()
    {
        await using var bench = await BackedUpAsync();
        var content = Directory.EnumerateFiles(bench.Folder["copy/files"], "f*", SearchOption.AllDirectories).Single();
        var bytes = File.ReadAllBytes(content);
        bytes[^1] ^= 1;
        File.WriteAllBytes(content, bytes);
        await RefusedAsync(bench, Path.GetFileName(content), () => bench.RestoreAsync("copy"));
        Assert.Single((await bench.RestoreAsync("copy", evenDamaged: true)).Verified!.Problems);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("files/../../outside")]
    [InlineData("/outside")]
    [InlineData("files/00/../../../outside")]
    [InlineData("lock")]
    public async Task Names_in_an_archive_that_are_none_of_a_backup_are_not_followed(string name)
    {
        await using var bench = await BackedUpAsync();
        using (var file = File.Create(bench.Folder["evil.tar"]))
        using (var tar = new TarWriter(file))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream("evil"u8.ToArray()) });
            tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "server.crt") { LinkName = bench.Options.MasterKey! });
            foreach (var part in Directory.EnumerateFiles(bench.Folder["copy"], "*", SearchOption.AllDirectories))
            {
                tar.WriteEntry(part, Path.GetRelativePath(bench.Folder["copy"], part));
            }
        }

        await bench.RestoreAsync("evil.tar");
        Assert.Empty(Directory.EnumerateFiles(bench.Folder.Path, "outside*", SearchOption.AllDirectories));
        Assert.True(!File.Exists(bench.Folder["restored/server.crt"]) || new FileInfo(bench.Folder["restored/server.crt"]).LinkTarget is null);
        Assert.DoesNotContain("evil", Directory.EnumerateFiles(bench.Folder["restored"]).Where(p => Path.GetFileName(p) == "lock").Select(File.ReadAllText));
    }

    [Fact]
    public async Task Cut_off_before_its_check_it_begins_anew_and_no_server_starts_meanwhile()
    {
        await using var bench = await BackedUpAsync();
        Directory.CreateDirectory(bench.Folder["restored/restoring"]);
        File.WriteAllText(bench.Folder["restored/restoring/chatroom.db"], "half");
        Assert.Contains("cut off", Assert.Throws<DataFolderException>(() => DataFolder.Open(bench.Elsewhere, create: true)).Message);
        Assert.Empty((await bench.RestoreAsync("copy")).Verified!.Problems);
        Assert.Equal(["said"], await bench.RestoredTextsAsync());
    }

    [Fact]
    public async Task Cut_off_after_its_check_at_any_move_it_is_finished_by_the_next_one()
    {
        await using var bench = await BackedUpAsync();
        await bench.RestoreAsync("copy");
        var parts = Directory.EnumerateFileSystemEntries(bench.Folder["restored"]).Where(p => !p.EndsWith("keyring.json", StringComparison.Ordinal)).ToList();
        Assert.Contains(bench.Folder["restored/chatroom.db"], parts);
        for (var moved = 1; moved <= parts.Count; moved++)
        {
            Directory.CreateDirectory(bench.Folder["restored/restoring"]);
            foreach (var part in parts.Skip(moved).Append(bench.Folder["restored/keyring.json"]))
            {
                Directory.Move(part, Path.Combine(bench.Folder["restored/restoring"], Path.GetFileName(part)));
            }

            Assert.Throws<DataFolderException>(() => DataFolder.Open(bench.Elsewhere, create: true));
            Assert.Null((await bench.RestoreAsync("copy")).Verified);
            Assert.Equal(["said"], await bench.RestoredTextsAsync());
        }
    }

    [Theory]
    [InlineData("copy")]
    [InlineData("copy.tar")]
    public async Task What_was_restored_is_another_history_from_its_first_opening_on(string backup)
    {
        await using var bench = await BackedUpAsync();
        await bench.RestoreAsync(backup);
        Assert.NotEqual(bench.Core.History, HistoryOf(bench.Elsewhere));
        Assert.Equal(HistoryOf(bench.Elsewhere), HistoryOf(bench.Elsewhere));
        File.WriteAllText(bench.Folder["restored/history.id"], "no id");
        Assert.Equal(HistoryOf(bench.Elsewhere), HistoryOf(bench.Elsewhere));
        Assert.NotEqual("no id", HistoryOf(bench.Elsewhere));
    }

    [Fact]
    public async Task A_backup_is_not_changed_by_restoring_it()
    {
        await using var bench = await BackedUpAsync();
        await bench.StopAsync();
        var before = bench.Folder.Snapshot();
        await bench.RestoreAsync("copy");
        Directory.Delete(bench.Elsewhere.Data, recursive: true);
        Assert.Equal(before, bench.Folder.Snapshot());
    }

    private static string HistoryOf(Chatroom.Server.ChatServerOptions options)
    {
        using var opened = DataFolder.Open(options, create: false);
        return opened.History;
    }

    private static async Task<BackupBench> BackedUpAsync()
    {
        var bench = await BackupBench.StartAsync();
        await bench.Alice.SayAsync("lobby", "said");
        await bench.UploadAsync(70_000);
        await bench.BackupAsync("copy");
        await bench.BackupAsync("copy.tar");
        return bench;
    }

    private static async Task RefusedAsync(BackupBench bench, string words, Func<Task> restore)
    {
        await bench.StopAsync();
        var before = bench.Folder.Snapshot();
        Assert.Contains(words, (await Assert.ThrowsAsync<BackupException>(restore)).Message);
        Assert.Equal(before, bench.Folder.Snapshot());
    }
}
