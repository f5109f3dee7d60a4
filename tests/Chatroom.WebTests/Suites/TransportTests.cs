namespace Chatroom.WebTests.Suites;

/// <summary>The SDK's contract of transports, run by the web client's own transport where it lives.</summary>
public sealed class TransportTests(Browsers browsers)
{
    [Fact]
    public async Task The_browsers_transport_keeps_the_contract()
    {
        await using var site = await ContractSite.StartAsync();
        var page = await browsers.Chromium.NewPageAsync();
        List<string> said = [];
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        page.Console += (_, message) =>
        {
            said.Add(message.Text);
            if (message.Text == "done")
            {
                done.TrySetResult();
            }
        };
        await page.GotoAsync(site.Address + "/index.html");
        await Task.WhenAny(done.Task, Task.Delay(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken));
        await page.CloseAsync();
        Assert.True(done.Task.IsCompleted && !said.Any(line => line.StartsWith("failed", StringComparison.Ordinal)), string.Join('\n', said));
        Assert.Equal(10, said.Count(line => line.StartsWith("passed", StringComparison.Ordinal)));
    }
}
