namespace Chatroom.Server.Maintenance.Backups;

/// <summary>Says how far long work is, at most every other second.</summary>
internal sealed class BackupPace(Action<string> say, TimeProvider clock)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private long last = clock.GetTimestamp();

    public void At(string what, long done, long all)
    {
        if (clock.GetElapsedTime(last) >= Every)
        {
            last = clock.GetTimestamp();
            say($"{what}: {BackupSpace.Size(done)} of {BackupSpace.Size(all)}");
        }
    }
}
