using System.Runtime.InteropServices.JavaScript;

namespace Chatroom.Web.Browser;

/// <summary>
/// Times as the person reads them, in the browser's time zone. .NET has no time zones and no cultures here (they would be a megabyte): the
/// browser is asked, once for each minute or day. Times are UTC milliseconds.
/// </summary>
internal static partial class Dates
{
    private const int MostKept = 4096;
    private const long Minute = 60_000;

    // Every offset from UTC is a multiple of this, so no local day begins within one.
    private const long Quarter = 15 * Minute;

    private static readonly Dictionary<long, string> Times = [];
    private static readonly Dictionary<long, string> Fulls = [];
    private static readonly Dictionary<int, string> Days = [];
    private static readonly Dictionary<long, int> Keys = [];
    private static int _today;

    /// <summary><c>en</c> or <c>zh-CN</c>.</summary>
    public static string Language
    {
        get;
        set
        {
            field = value;
            Times.Clear();
            Fulls.Clear();
            Days.Clear();
        }
    } = "en";

    public static Task LoadAsync() => Modules.LoadAsync("dates");

    /// <summary>"14:05".</summary>
    public static string Time(long ms)
    {
        var minute = ms / Minute;
        return Times.TryGetValue(minute, out var text) ? text : Keep(Times, minute, GetTime(Language, ms));
    }

    /// <summary>"Monday, 23 November 2026, 14:05".</summary>
    public static string Full(long ms)
    {
        var minute = ms / Minute;
        return Fulls.TryGetValue(minute, out var text) ? text : Keep(Fulls, minute, GetFull(Language, ms));
    }

    /// <summary>"Today, 23 November", "Yesterday, …", "Monday, 23 November", with the year when it is another one.</summary>
    public static string Day(long ms)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var today = DayKey(now);
        if (today != _today)
        {
            _today = today;
            Days.Clear();
        }

        var key = DayKey(ms);
        return Days.TryGetValue(key, out var text) ? text : Keep(Days, key, GetDay(Language, ms, now));
    }

    /// <summary>The local date as the number yyyymmdd: equal for times of one day.</summary>
    public static int DayKey(long ms)
    {
        var quarter = ms / Quarter;
        return Keys.TryGetValue(quarter, out var key) ? key : Keep(Keys, quarter, GetDayKey(ms));
    }

    private static TValue Keep<TKey, TValue>(Dictionary<TKey, TValue> kept, TKey key, TValue value)
        where TKey : notnull
    {
        if (kept.Count >= MostKept)
        {
            kept.Clear();
        }

        kept.Add(key, value);
        return value;
    }

    [JSImport("time", "dates")]
    private static partial string GetTime(string language, [JSMarshalAs<JSType.Number>] long ms);

    [JSImport("full", "dates")]
    private static partial string GetFull(string language, [JSMarshalAs<JSType.Number>] long ms);

    [JSImport("day", "dates")]
    private static partial string GetDay(string language, [JSMarshalAs<JSType.Number>] long ms, [JSMarshalAs<JSType.Number>] long now);

    [JSImport("dayKey", "dates")]
    private static partial int GetDayKey([JSMarshalAs<JSType.Number>] long ms);
}
