namespace Chatroom.WebTests.Harness;

/// <summary>Waits for a condition that no locator can express; bounded.</summary>
public static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(50);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var end = DateTime.UtcNow + Patience;
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < end, $"{Patience.TotalSeconds} s went by without {what}.");
            await Task.Delay(Between);
        }
    }
}
