namespace Chatroom.Client;

/// <summary>
/// Exponential back-off with jitter: the nth wait lies between half and the whole of min(<see cref="First"/>·2ⁿ, <see cref="Longest"/>), so
/// that thousands of clients do not come back at the same instant after a restart.
/// </summary>
public sealed record BackOff
{
    public TimeSpan First { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Numbers from 0 (included) to 1; replaced in tests.</summary>
    public Func<double> Random { get; init; } = System.Random.Shared.NextDouble;

    /// <summary>The wait before the attempt after <paramref name="failures"/> failures in a row (from 0), at least <paramref name="atLeast"/>.</summary>
    public TimeSpan Wait(int failures, TimeSpan? atLeast = null)
    {
        var whole = Math.Min(First.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 30)), Longest.TotalMilliseconds);
        var wait = TimeSpan.FromMilliseconds(whole / 2 * (1 + Random()));

        // A server that named a time means "not before": the jitter comes on top of it.
        return atLeast is { } least ? least + wait : wait;
    }
}
