using System.Globalization;

namespace Chatroom.Web.Browser;

/// <summary>Sizes of files as people read them, in the units of the server's limits and of the terminal's client: "214 KiB", "1.2 GiB".</summary>
internal static class Sizes
{
    public static string Text(long bytes)
    {
        if (bytes < 1024)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
        }

        // Tenths, rounded to the nearest; the unit is chosen after the rounding, so that there is no "1024 KiB".
        var unit = 0;
        var tenths = (bytes * 10 + 512) / 1024;
        while (tenths >= 10_235 && unit < 3)
        {
            tenths = (tenths + 512) / 1024;
            unit++;
        }

        var name = unit switch { 0 => "KiB", 1 => "MiB", 2 => "GiB", _ => "TiB" };
        return tenths < 100 && tenths % 10 != 0
            ? string.Create(CultureInfo.InvariantCulture, $"{tenths / 10}.{tenths % 10} {name}")
            : string.Create(CultureInfo.InvariantCulture, $"{(tenths + 5) / 10} {name}");
    }
}
