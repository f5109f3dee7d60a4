using Chatroom.Server.Maintenance.Backups;
using Chatroom.Tests.Support;

namespace Chatroom.Tests.Maintenance.Backups;

public sealed class BackupTests
{
    [Theory]
    [InlineData("copy")]
    [InlineData("copy.tar")]
    public async Task A_backup_of_a_running_server_restores_to_the_same_history_and_files(string to)
    {
        await using var bench = await BackupBench.StartAsync();
        await bench.Alice.SayAsync("lobby", "before");
        var (file, _) = await bench.UploadAsync(300_000);
        var half = await bench.HalfAsync(200_000);
        var made = await bench.BackupAsync(to);
        await bench.Alice.SayAsync("lobby", "after");

        Assert.Equal((1, 0), (made.Manifest.Files, made.Manifest.Missing.Length));
        var restored = await bench.RestoreAsync(to);
        Assert.Empty(restored.Verified!.Problems);
        Assert.Equal(1, restored.Verified.Files);
        Assert.Equal(["before"], await bench.RestoredTextsAsync());
        Assert.Equal([file], bench.Contents("restored/files"));
        Assert.DoesNotContain(half, string.Join(' ', bench.Contents("copy")));
    }

    [Fact]
    public async Task Under_load_everything_acknowledged_before_it_began_is_in_it_and_what_is_in_it_is_a_prefix()
    {
        await using var bench = await BackupBench.StartAsync();
        var said = 0;
        using var stop = new CancellationTokenSource();
        var talking = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await bench.Alice.SayAsync("lobby", $"message {said}");
                Interlocked.Increment(ref said);
            }
        });
        await Until.TrueAsync(() => Volatile.Read(ref said) > 50);
        var before = Volatile.Read(ref said);

        // The state is taken first; that more is said before the files are looked at makes it certain that writing went on meanwhile.
        await bench.BackupAsync("copy", between: () =>
        {
            var then = Volatile.Read(ref said);
            return Until.TrueAsync(() => Volatile.Read(ref said) > then + 50);
        });
        await stop.CancelAsync();
        await talking;

        Assert.Empty((await bench.RestoreAsync("copy")).Verified!.Problems);
        var texts = await bench.RestoredTextsAsync();
        Assert.InRange(texts.Count, before, said - 50);
        Assert.Equal(Enumerable.Range(0, texts.Count).Select(i => $"message {i}"), texts);
    }

    [Theory]
    [InlineData("copy")]
    [InlineData("copy.tar")]
    public async Task A_file_erased_between_the_state_and_its_copy_is_not_in_it_and_nothing_is_missing(string to)
    {
        await using var bench = await BackupBench.StartAsync();
        var (kept, _) = await bench.UploadAsync(1000);
        var (_, seq) = await bench.UploadAsync(1000);
        var rounds = 0;
        var made = await bench.BackupAsync(to, between: () => ++rounds == 1 ? bench.RecallAsync(seq) : Task.CompletedTask);

        Assert.Equal((2, 1, 0), (rounds, made.Manifest.Files, made.Manifest.Missing.Length));
        var restored = await bench.RestoreAsync(to);
        Assert.Empty(restored.Verified!.Problems);
        Assert.Equal([kept], bench.Contents("restored/files"));
    }

    [Fact]
    public async Task A_file_copied_and_erased_before_the_last_state_is_taken_out_again()
    {
        await using var bench = await BackupBench.StartAsync();
        var (kept, _) = await bench.UploadAsync(1000);
        var (_, copied) = await bench.UploadAsync(1000);
        var (_, erased) = await bench.UploadAsync(1000);
        var (rounds, late) = (0, 0L);
        await bench.BackupAsync("copy", between: async () =>
        {
            switch (++rounds)
            {
                case 1: // Kept and copied are copied in this round.
                    await bench.RecallAsync(erased);
                    (_, late) = await bench.UploadAsync(1000);
                    break;
                case 2: // The state of this round names both.
                    await bench.RecallAsync(copied);
                    await bench.RecallAsync(late);
                    break;
            }
        });
        Assert.Equal(3, rounds);
        Assert.Equal([kept], bench.Contents("copy/files"));
        Assert.Empty((await bench.RestoreAsync("copy")).Verified!.Problems);
    }

    [Fact]
    public async Task A_content_that_was_missing_before_is_named_and_everything_else_is_copied()
    {
        await using var bench = await BackupBench.StartAsync();
        var (lost, _) = await bench.UploadAsync(1000);
        var (kept, _) = await bench.UploadAsync(1000);
        File.Delete(Directory.EnumerateFiles(bench.Options.Data, lost, SearchOption.AllDirectories).Single());
        var made = await bench.BackupAsync("copy");
        Assert.Equal([lost], made.Manifest.Missing);
        Assert.Equal([kept], bench.Contents("copy/files"));

        var refused = await Assert.ThrowsAsync<BackupException>(() => bench.RestoreAsync("copy"));
        Assert.Contains(lost, refused.Message);
        Assert.False(Directory.Exists(bench.Elsewhere.Data));
        Assert.Contains(lost, Assert.Single((await bench.RestoreAsync("copy", evenDamaged: true)).Verified!.Problems));
    }

    [Fact]
    public async Task A_stopped_server_is_backed_up_the_same_and_its_lock_is_not_taken()
    {
        await using var bench = await BackupBench.StartAsync();
        await bench.Alice.SayAsync("lobby", "before");
        await bench.StopAsync();
        await bench.BackupAsync("copy", between: () =>
        {
            // A server can start meanwhile.
            Chatroom.Server.Storage.DataFolder.Open(bench.Options, create: false).Dispose();
            return Task.CompletedTask;
        });
        await bench.RestoreAsync("copy");
        Assert.Equal(["before"], await bench.RestoredTextsAsync());
    }

    [Fact]
    public async Task Nothing_readable_and_no_master_key_is_in_a_backup()
    {
        await using var bench = await BackupBench.StartAsync();
        await bench.Alice.SayAsync("lobby", "a secret that was said");
        await bench.BackupAsync("copy.tar");
        var key = File.ReadAllText(bench.Options.MasterKey!).Trim();
        var archive = File.ReadAllBytes(bench.Folder["copy.tar"]);
        foreach (var secret in new[] { key, "a secret that was said", "alice" })
        {
            Assert.True(archive.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(secret)) < 0, secret);
        }

        Assert.True(archive.AsSpan().IndexOf(Convert.FromHexString(key)) < 0, "the key in binary");
        Assert.True(archive.AsSpan().IndexOf("keyring.json"u8) > 0, "the search finds what is there");
    }

    [Theory]
    [InlineData("copy", "is already something at")]
    [InlineData("nowhere/copy", "no folder")]
    [InlineData("data/copy", "in the data folder")]
    [InlineData("cut", "cut off")]
    public async Task A_place_that_cannot_be_used_is_refused_and_nothing_is_written(string to, string words)
    {
        await using var bench = await BackupBench.StartAsync();
        await bench.StopAsync();
        Directory.CreateDirectory(bench.Folder["copy"]);
        Directory.CreateDirectory(bench.Folder["cut.partial"]);
        var before = bench.Folder.Snapshot();
        Assert.Contains(words, (await Assert.ThrowsAsync<BackupException>(() => bench.BackupAsync(to))).Message);
        Assert.Equal(before, bench.Folder.Snapshot());
    }

    [Fact]
    public async Task What_fails_or_is_cancelled_on_the_way_leaves_nothing()
    {
        await using var bench = await BackupBench.StartAsync();
        await bench.UploadAsync(1000);
        foreach (var to in new[] { "copy", "copy.tar" })
        {
            await Assert.ThrowsAsync<IOException>(() => bench.BackupAsync(to, between: () => throw new IOException("the disk")));
            using var cancelled = new CancellationTokenSource();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BackupMaker.RunAsync(
                bench.Options.Data, bench.Folder[to], _ => { }, TimeProvider.System, cancelled.CancelAsync, cancelled.Token));
        }

        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(bench.Folder.Path), p => Path.GetFileName(p).StartsWith("copy", StringComparison.Ordinal));
    }

    [Fact]
    public void Too_little_space_is_said_in_words()
    {
        BackupSpace.Check("/backup", 1 << 30, free: 2L << 30);
        var refused = Assert.Throws<BackupException>(() => BackupSpace.Check("/backup", 1 << 30, free: 1 << 30));
        Assert.Contains("not enough space in /backup: 1108 MiB are needed, 1024 MiB are free", refused.Message);
    }
}
