namespace Chatroom.Tests.Maintenance.ClassicImport;

/// <summary>An import that is cut off before any of its writes and run again ends as one that was not.</summary>
public sealed class InterruptedImportTests
{
    [Fact]
    public async Task An_import_cut_off_at_any_write_goes_on_to_the_same_end()
    {
        var writes = 0;
        IReadOnlyList<string> whole;
        using (var bench = new ImportBench())
        {
            bench.Old.Town();
            await bench.ImportAsync(before: () => writes++);
            await using var server = await bench.RunAsync();
            whole = await Picture.OfAsync(server.Core);
        }

        Assert.Equal(7 + 2 + 9 + 2, writes);
        for (var end = 1; end <= writes; end++)
        {
            using var bench = new ImportBench();
            bench.Old.Town();
            await Assert.ThrowsAsync<CutException>(() => bench.ImportAsync(before: CutAt(end)));
            await Assert.ThrowsAnyAsync<Exception>(() => bench.ImportAsync(before: CutAt(1)));
            var last = await bench.ImportAsync();
            Assert.False(last.LobbyRefused);
            Assert.Empty(await bench.ProblemsAsync());
            await using var server = await bench.RunAsync();
            Assert.Equal(whole, await Picture.OfAsync(server.Core));
        }
    }

    [Fact]
    public async Task A_cancelled_import_goes_on_when_it_is_run_again()
    {
        using var bench = new ImportBench();
        bench.Old.Town();
        using var stop = new CancellationTokenSource();
        var writes = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.ImportAsync(
            before: () =>
            {
                if (++writes == 12)
                {
                    stop.Cancel();
                }
            },
            cancellation: stop.Token));
        var report = await bench.ImportAsync();
        Assert.Equal(7, report.People.Present);
        Assert.Equal(5, report.Messages.Present + report.Messages.Came);
        Assert.Empty(await bench.ProblemsAsync());
    }

    private static Action CutAt(int write) => () =>
    {
        if (--write == 0)
        {
            throw new CutException();
        }
    };

    private sealed class CutException : Exception;
}
