using System.Globalization;

namespace Chatroom.Web.Browser;

/// <summary>Sizes of files as people read them: "214 KB", "1.2 GB". A KB has 1,024 bytes, as in the server's limits.</summary>
internal static class Sizes
{
    public static string Text(long bytes)
    {
        if (bytes < 1024)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
        }

        // Tenths, rounded to the nearest; the unit is chosen after the rounding, so that there is no "1024 KB".
        var unit = 0;
        var tenths = (bytes * 10 + 512) / 1024;
        while (tenths >= 10_235 && unit < 3)
        {
            tenths = (tenths + 512) / 1024;
            unit++;
        }

        var name = unit switch { 0 => "KB", 1 => "MB", 2 => "GB", _ => "TB" };
        return tenths < 100 && tenths % 10 != 0
            ? string.Create(CultureInfo.InvariantCulture, $"{tenths / 10}.{tenths % 10} {name}")
            : string.Create(CultureInfo.InvariantCulture, $"{(tenths + 5) / 10} {name}");
    }
}
