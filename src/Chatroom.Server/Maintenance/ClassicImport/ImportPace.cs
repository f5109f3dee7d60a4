using System.Globalization;

namespace Chatroom.Server.Maintenance.ClassicImport;

/// <summary>Says how far a long import is, at most once a second.</summary>
/// <param name="before">For tests: called before every write; may throw, as a power cut would.</param>
internal sealed class ImportPace(Action<string> progress, TimeProvider clock, Action? before)
{
    private long last = clock.GetTimestamp();

    /// <summary>Something is about to be written.</summary>
    public void Step(string what, long done)
    {
        before?.Invoke();
        Look(what, done, "came over");
    }

    /// <summary>Something has been looked at.</summary>
    public void Look(string what, long done, string how = "looked at")
    {
        if (clock.GetElapsedTime(last) >= TimeSpan.FromSeconds(1))
        {
            last = clock.GetTimestamp();
            progress(string.Create(CultureInfo.InvariantCulture, $"{what}: {done} {how}"));
        }
    }
}
