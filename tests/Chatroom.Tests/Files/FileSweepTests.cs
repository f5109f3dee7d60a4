using System.Text;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Commands;
using Chatroom.Server.Storage;
using static Chatroom.Tests.Files.FileBench;
using static Chatroom.Tests.Support.Until;

namespace Chatroom.Tests.Files;

public class FileSweepTests
{
    [Fact]
    public async Task Uploads_without_progress_for_a_day_are_removed_and_others_stay()
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var content = Content(100);
        var stale = await bench.OpenAsync(alice, Announce(content));
        var fresh = await bench.OpenAsync(alice, Announce(content));
        (await bench.PatchAsync(alice, stale.Path, 0, content[..50])).Dispose();
        (await bench.PatchAsync(alice, fresh.Path, 0, content[..50])).Dispose();
        var complete = await bench.UploadAsync(alice, content);
        bench.Test.Clock.Advance(TimeSpan.FromHours(23));
        (await bench.PatchAsync(alice, fresh.Path, 50, content[50..60])).Dispose();
        bench.Test.Clock.Advance(TimeSpan.FromHours(2));
        await SweepAsync(bench, async () => await bench.RowAsync(IdOf(stale.Path)) is null && !bench.OnDisk().Any(f => f.StartsWith(IdOf(stale.Path))));

        Assert.Equal(60, await bench.OffsetAsync(alice, fresh.Path));
        Assert.Contains(complete, bench.OnDisk());
    }

    [Fact]
    public async Task Contents_that_no_row_needs_are_removed()
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var kept = await bench.UploadAsync(alice, Content(10));
        var recalled = await bench.UploadAsync(alice, Content(20));
        var orphan = await bench.UploadAsync(alice, Content(30));
        var unfinished = await bench.OpenAsync(alice, Announce(Content(40)));
        (await bench.PatchAsync(alice, unfinished.Path, 0, Content(40)[..7])).Dispose();

        // As a crash right after the commits leaves them.
        await bench.Core.Store.WriteAsync(store =>
        {
            store.UpdateFile(store.File(recalled)! with { State = FileState.Erased, SealedInfo = null });
            store.DeleteFile(orphan);
            return 0;
        });
        await SweepAsync(bench, () => Task.FromResult(!bench.OnDisk().Any(f => f.StartsWith(orphan) || f.StartsWith(recalled))));

        Assert.Contains(kept, bench.OnDisk());
        Assert.Equal(7, await bench.OffsetAsync(alice, unfinished.Path));
    }

    [Fact]
    public async Task Neither_content_nor_name_of_a_file_is_readable_in_the_data_folder()
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var canary = "CANARY-" + Guid.NewGuid().ToString("N");
        var content = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(canary + "-content ", 5000)));
        var id = await bench.UploadAsync(alice, content, name: canary + "-name.txt");
        var unfinished = await bench.OpenAsync(alice, Announce(content, name: canary + "-part.txt") with { Type = "x/" + canary });
        (await bench.PatchAsync(alice, unfinished.Path, 0, content[..100_000])).Dispose();

        // The canary does show where it is not sealed: the search itself works.
        await File.WriteAllTextAsync(Path.Combine(bench.Test.Data, "proof"), canary + "-proof");
        bench.Core.Files.Uploads.CloseAll();
        Assert.Equal(["proof"], Holding(bench, canary));
        Assert.Contains(bench.OnDisk(), f => f == id);
    }

    private static async Task SweepAsync(FileBench bench, Func<Task<bool>> done)
    {
        using var stop = new CancellationTokenSource();
        var loop = bench.Core.Files.RunAsync(stop.Token);
        await TrueAsync(done);
        await stop.CancelAsync();
        await loop;
    }

    private static string[] Holding(FileBench bench, string text) =>
    [
        .. Directory.EnumerateFiles(bench.Test.Data, "*", SearchOption.AllDirectories).Where(f =>
        {
            using var stream = new FileStream(f, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return copy.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
        }).Select(f => Path.GetFileName(f)!),
    ];
}
