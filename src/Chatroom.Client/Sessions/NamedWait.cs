namespace Chatroom.Client;

/// <summary>Waits that the other side names. What is read from a stranger is held to what a timer takes and a person would wait for.</summary>
internal static class NamedWait
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <param name="ms">Milliseconds as they came; null: none was named.</param>
    public static TimeSpan? Of(long? ms) => ms is { } named ? TimeSpan.FromMilliseconds(Math.Clamp(named, 0, (long)Longest.TotalMilliseconds)) : null;
}
