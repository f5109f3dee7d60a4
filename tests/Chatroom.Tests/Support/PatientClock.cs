namespace Chatroom.Tests.Support;

/// <summary>A clock on which waits take as long as they do, and what is measured passes thirty times as slowly: nobody's patience ends because the machine is busy.</summary>
internal sealed class PatientClock : TimeProvider
{
    private const int Slower = 30;
    private readonly long start = System.GetTimestamp();

    public override long GetTimestamp() => start + ((System.GetTimestamp() - start) / Slower);
}
