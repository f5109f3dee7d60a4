using System.Text;

namespace Chatroom.Server.Files.Http;

/// <summary>Names and types of files in answers.</summary>
internal static class FileNaming
{
    /// <summary>What a browser shows or plays without running anything: no SVG, no PDF, no text.</summary>
    private static readonly HashSet<string> Shown = new(StringComparer.OrdinalIgnoreCase)
    {
        "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp",
        "video/mp4", "video/webm", "video/ogg",
        "audio/mpeg", "audio/mp4", "audio/aac", "audio/ogg", "audio/webm", "audio/wav", "audio/flac",
    };

    public static bool IsSafeToShow(string? type) => type is not null && Shown.Contains(type);

    /// <summary>
    /// Content-Disposition (RFC 6266) with the name in ASCII for old programs, what does not fit replaced, and as it is (RFC 8187).
    /// </summary>
    public static string Disposition(string kind, string name)
    {
        var text = new StringBuilder(kind).Append("; filename=\"");
        foreach (var rune in name.EnumerateRunes())
        {
            // Quotes and backslashes end or escape, and % is decoded by some programs: a name must not be read in two ways.
            text.Append(rune.Value is >= ' ' and <= '~' and not '"' and not '\\' and not '%' ? (char)rune.Value : '_');
        }

        text.Append("\"; filename*=UTF-8''");
        foreach (var octet in Encoding.UTF8.GetBytes(name))
        {
            if (char.IsAsciiLetterOrDigit((char)octet) || "!#$&+-.^_`|~".Contains((char)octet, StringComparison.Ordinal))
            {
                text.Append((char)octet);
            }
            else
            {
                text.Append('%').Append(octet.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return text.ToString();
    }
}
