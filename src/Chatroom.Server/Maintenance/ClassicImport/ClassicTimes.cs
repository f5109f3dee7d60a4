using System.Globalization;

namespace Chatroom.Server.Maintenance.ClassicImport;

/// <summary>
/// The times of Chatroom 2.0, which are those of a clock on the wall, as UTC. When clocks go back, an hour is there twice: rows are asked about in the order
/// they were written, so a time that would lie before the one before it belongs to the second of the two hours. When clocks go forward, a time in the hour
/// that never was (of a clock set late) is taken as if the clock had not been moved.
/// </summary>
public sealed class ClassicTimes(TimeZoneInfo zone)
{
    // Longer than any clock is put forward for the summer.
    private static readonly TimeSpan BeforeAnyLeap = TimeSpan.FromHours(3);

    private static readonly string[] Formats =
        ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFF", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ss.FFFFFF", "yyyy-MM-dd HH:mm"];

    /// <summary>Whether this machine can tell what time it is anywhere but in UTC.</summary>
    public static bool MachineKnowsZones =>
        OperatingSystem.IsWindows() || TimeZoneInfo.GetSystemTimeZones().Any(z => z.BaseUtcOffset != TimeSpan.Zero);

    /// <summary>The zone of an IANA name such as <c>Asia/Shanghai</c>, or the machine's own for <c>local</c>.</summary>
    /// <exception cref="InvalidDataException">Unknown, or this machine knows no zones: says what to do.</exception>
    public static TimeZoneInfo Find(string id)
    {
        if (id == "local")
        {
            return TimeZoneInfo.Local;
        }

        if (id is "UTC" or "Z")
        {
            return TimeZoneInfo.Utc;
        }

        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(id);
        }
        catch (Exception e) when (e is TimeZoneNotFoundException or InvalidTimeZoneException or System.Security.SecurityException or ArgumentException)
        {
            throw new InvalidDataException(
                MachineKnowsZones
                    ? $"There is no time zone \"{id}\". Use a name such as Asia/Shanghai or Europe/Berlin, UTC, or local."
                    : "This machine has no time zone data: install its package tzdata, or use --time-zone UTC.",
                e);
        }
    }

    /// <param name="after">UTC ms of the row written before it; 0 when there is none.</param>
    /// <param name="time">UTC ms, never below 0.</param>
    public bool TryConvert(string text, long after, out long time)
    {
        time = 0;
        if (!DateTime.TryParseExact(text.Trim(), Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var wall) || wall.Year is < 1971 or > 9998)
        {
            return false;
        }

        if (zone.IsAmbiguousTime(wall))
        {
            var offsets = zone.GetAmbiguousTimeOffsets(wall);
            var first = Utc(wall, offsets.Max());
            time = first >= after ? first : Utc(wall, offsets.Min());
            return true;
        }

        time = Utc(wall, zone.GetUtcOffset(zone.IsInvalidTime(wall) ? wall - BeforeAnyLeap : wall));
        return true;
    }

    private static long Utc(DateTime wall, TimeSpan offset) => new DateTimeOffset(wall, offset).ToUnixTimeMilliseconds();
}
