using System.Text.RegularExpressions;

namespace Chatroom.WebTests.Suites;

/// <summary>Files: sent, watched on their way, shown, listed and fetched.</summary>
public sealed class FileTests(Browsers browsers, ChatServer server) : WebTest(browsers, server), IClassFixture<ChatServer>
{
    [Fact]
    public async Task A_file_is_sent_as_a_card_listed_and_fetched_as_it_was()
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var (ann, ben) = (people[0], people[1]);
        var file = Samples.Random("report 報告.bin", 700_000);
        await ann.AttachAsync(file);
        await Expect(ann.Page.Locator(".chip")).ToContainTextAsync("report 報告.bin");
        await Expect(ann.Page.Locator(".chip")).ToContainTextAsync("684 KiB · ready");
        await ann.Page.ClickAsync(".composer button.send");
        var card = ben.Page.Locator("a.file-card", new() { HasText = "report 報告.bin" });
        await Expect(card).ToBeVisibleAsync();
        await Expect(ann.Page.Locator(".chip")).ToHaveCountAsync(0);
        var download = await ben.Page.RunAndWaitForDownloadAsync(() => card.ClickAsync());
        Assert.Equal("report 報告.bin", download.SuggestedFilename);
        Assert.Equal(Samples.Sha256(file.Buffer), await Samples.Sha256Async(download));

        await ben.Page.ClickAsync("button[aria-label='Files of this room']");
        var listed = ben.Dialog.Locator(".file-list li", new() { HasText = "report 報告.bin" });
        await Expect(listed).ToContainTextAsync(ann.Name);
        download = await ben.Page.RunAndWaitForDownloadAsync(() => listed.Locator("a[download]").ClickAsync());
        Assert.Equal(Samples.Sha256(file.Buffer), await Samples.Sha256Async(download));
        await listed.Locator("button").ClickAsync();
        await Expect(ben.Page.Locator(".row.found")).ToContainTextAsync("report 報告.bin");
    }

    [Fact]
    public async Task Pictures_and_videos_are_shown_in_place_and_a_picture_opens_large()
    {
        var people = await JoinAllAsync("Ann", "Ben");
        var (ann, ben) = (people[0], people[1]);
        await ann.SendFilesAsync(Samples.Png("red.png"), await Samples.WebmAsync(ann.Page, "colours.webm"));
        var picture = ben.Page.Locator(".preview img[alt='red.png']");
        await Expect(picture).ToBeVisibleAsync();
        await Until.TrueAsync(() => picture.EvaluateAsync<bool>("img => img.complete && img.naturalWidth === 120"), "the picture");
        var video = ben.Page.Locator(".preview video[aria-label='colours.webm']");
        await video.ScrollIntoViewIfNeededAsync();
        await Until.TrueAsync(() => video.EvaluateAsync<bool>("video => video.videoWidth === 64"), "the video");
        await Expect(ben.Page.Locator("a.file-card", new() { HasText = "red.png" })).ToHaveCountAsync(0);
        await picture.ClickAsync();
        await Expect(ben.Page.Locator("dialog.viewer img")).ToBeVisibleAsync();
        await ben.Keyboard.PressAsync("Escape");
        await Expect(ben.Dialog).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData(200, 4000)]
    [InlineData(4000, 200)]
    public async Task A_picture_of_any_shape_fits_into_the_viewer(int width, int height)
    {
        var ann = await JoinAsync("Ann");
        var name = $"shape-{width}.png"; // The lobby shows the other's too.
        await ann.SendFilesAsync(Samples.Png(name, width, height));
        await ann.Page.Locator($".preview img[alt='{name}']").ClickAsync();
        var picture = ann.Page.Locator("dialog.viewer img");
        await Until.TrueAsync(() => picture.EvaluateAsync<bool>("img => img.complete && img.naturalWidth > 0"), "the picture");
        await Expect(picture).ToBeInViewportAsync(new() { Ratio = 1 });
    }

    [Fact]
    public async Task A_picture_that_is_none_harms_nothing()
    {
        var ann = (await JoinAsync("Ann")).Tolerate("Failed to load|decode");
        await ann.SendFilesAsync(Samples.File("broken.png", "image/png", "this is no picture"));
        await Expect(ann.Page.Locator(".preview img[alt='broken.png']")).ToHaveCountAsync(1);
        await ann.SaidAsync("and on we go");
    }

    [Fact]
    public async Task An_upload_shows_its_progress_and_is_cancelled()
    {
        var ann = (await JoinAsync("Ann")).Tolerate("ERR_ABORTED");
        ann.Net.UpwardsPerSecond = 400_000;
        await ann.SendFilesAsync(Samples.Random("slow.bin", 6_000_000));
        var progress = ann.Page.Locator(".chip progress");
        await Until.TrueAsync(async () => await progress.CountAsync() == 1 && await progress.EvaluateAsync<double>("bar => bar.value") is > 0 and < 100, "some progress");
        await ann.Page.ClickAsync("button[aria-label='Cancel the upload of slow.bin']");
        await Expect(ann.Page.Locator(".chip")).ToHaveCountAsync(0);
        ann.Net.UpwardsPerSecond = 0;
        await ann.SaidAsync("not slow");
        await Expect(ann.Page.Locator(".file-card", new() { HasText = "slow.bin" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task An_upload_goes_on_where_it_was_after_the_network_was_cut()
    {
        const int Size = 24_000_000;
        var ann = (await JoinAsync("Ann")).TolerateCuts();
        var file = Samples.Random("resumed.bin", Size);
        await ann.AttachAsync(file);
        ann.Net.CutAfter(Size * 6 / 10);
        await ann.Page.ClickAsync(".composer button.send");
        await Until.TrueAsync(() => Task.FromResult(ann.Net.IsCut), "the cut");
        await Expect(ann.Page.Locator(".chip")).ToContainTextAsync("waiting for the connection");
        ann.Net.Open();
        var card = ann.Page.Locator("a.file-card", new() { HasText = "resumed.bin" });
        await Expect(card).ToBeVisibleAsync(new() { Timeout = 30_000 });
        Assert.True(ann.Net.Upwards < Size * 1.4, $"{ann.Net.Upwards} bytes went up for {Size}.");
        var download = await ann.Page.RunAndWaitForDownloadAsync(() => card.ClickAsync());
        Assert.Equal(Samples.Sha256(file.Buffer), await Samples.Sha256Async(download));
    }

    [Fact]
    public async Task Who_closes_the_tab_is_asked_first_while_a_file_has_not_gone_out()
    {
        var ann = await JoinAsync("Ann");
        var asked = new List<string>();
        ann.Page.Dialog += (_, dialog) =>
        {
            asked.Add(dialog.Type);
            _ = dialog.DismissAsync();
        };
        await ann.AttachAsync(Samples.Random("chosen.bin", 2_000_000));
        await LeaveAsync(1);
        ann.Net.UpwardsPerSecond = 100_000;
        await ann.Page.ClickAsync(".composer button.send");
        await Expect(ann.Page.Locator(".chip progress")).ToBeVisibleAsync();
        await LeaveAsync(2);
        ann.Net.UpwardsPerSecond = 0;
        await Expect(ann.Page.Locator("a.file-card", new() { HasText = "chosen.bin" })).ToBeVisibleAsync();
        await Expect(ann.Page.Locator(".chip")).ToHaveCountAsync(0);
        var closed = new TaskCompletionSource();
        ann.Page.Close += (_, _) => closed.TrySetResult();
        await ann.Page.CloseAsync(new() { RunBeforeUnload = true });
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(30)); // Nothing is lost now.
        Assert.All(asked, type => Assert.Equal(DialogType.BeforeUnload, type));
        Assert.Equal(2, asked.Count);

        async Task LeaveAsync(int times)
        {
            await ann.Page.CloseAsync(new() { RunBeforeUnload = true });
            await Until.TrueAsync(() => Task.FromResult(asked.Count == times), "the question");
        }
    }

    [Fact]
    public async Task Files_are_pasted_and_dropped()
    {
        var ann = await JoinAsync("Ann");
        await ann.Page.EvaluateAsync("""
            () => {
                const data = new DataTransfer();
                data.items.add(new File(['pasted'], 'pasted.txt', { type: 'text/plain' }));
                document.getElementById('composer').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
            }
            """);
        await Expect(ann.Page.Locator(".chip", new() { HasText = "pasted.txt" })).ToBeVisibleAsync();
        await ann.Page.EvaluateAsync("""
            () => {
                const data = new DataTransfer();
                data.items.add(new File(['dropped'], 'dropped.txt', { type: 'text/plain' }));
                for (const kind of ['dragenter', 'dragover']) document.getElementById('timeline').dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
            }
            """);
        await Expect(ann.Page.Locator(".drop-hint")).ToBeVisibleAsync();
        await ann.Page.EvaluateAsync("""
            () => {
                const data = new DataTransfer();
                data.items.add(new File(['dropped'], 'dropped.txt', { type: 'text/plain' }));
                document.getElementById('timeline').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
            }
            """);
        await Expect(ann.Page.Locator(".drop-hint")).ToBeHiddenAsync();
        await Expect(ann.Page.Locator(".chip")).ToHaveCountAsync(2);
        await ann.Page.ClickAsync("button[aria-label='Remove pasted.txt']");
        await ann.SayAsync("with a file");
        await Expect(ann.Page.Locator("a.file-card", new() { HasText = "dropped.txt" })).ToBeVisibleAsync();
        await ann.SeesAsync("with a file");
        await Expect(ann.Page.Locator("a.file-card", new() { HasText = "pasted.txt" })).ToHaveCountAsync(0);
    }
}

public sealed class SmallFileServer : ChatServer
{
    protected override string[] Settings => ["--max-file-size", "1000"];
}

public sealed class SmallFileTests(Browsers browsers, SmallFileServer server) : WebTest(browsers, server), IClassFixture<SmallFileServer>
{
    [Fact]
    public async Task A_file_above_the_limit_is_told_before_it_is_sent()
    {
        var ann = await JoinAsync("Ann");
        await ann.AttachAsync(Samples.Random("large.bin", 2000));
        await Expect(ann.Page.Locator(".chip")).ToContainTextAsync(new Regex("Too large \\(the limit is .+\\)"));
        await Expect(ann.Page.Locator(".chip")).Not.ToContainTextAsync("Retry");
        await ann.Page.ClickAsync("button[aria-label='Remove large.bin']");
        await Expect(ann.Page.Locator(".chip")).ToHaveCountAsync(0);
    }
}
