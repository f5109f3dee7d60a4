namespace Chatroom.Tests.Support;

/// <summary>A clock on which everything passes a hundred times as fast: long waits are waited for, not slept through.</summary>
internal sealed class FastClock : TimeProvider
{
    private const int Speed = 100;
    private readonly long start = System.GetTimestamp();
    private readonly DateTimeOffset began = DateTimeOffset.UtcNow;

    public override long GetTimestamp() => start + ((System.GetTimestamp() - start) * Speed);

    public override DateTimeOffset GetUtcNow() => began + GetElapsedTime(start);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Fast(dueTime), Fast(period));

    private static TimeSpan Fast(TimeSpan time) => time < TimeSpan.Zero ? time : time / Speed;
}
