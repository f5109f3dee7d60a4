using System.Text;
using Chatroom.Protocol;
using Chatroom.Server.Rooms;

namespace Chatroom.Server.Maintenance.ClassicImport;

/// <summary>Texts and names of files of Chatroom 2.0 as they may stand here.</summary>
internal static class ClassicTexts
{
    /// <summary>
    /// The text in parts that fit: without the line feed that 2.0's client ends every text with, lines ended by line feeds only, and U+FFFD for control
    /// characters. None when nothing is left.
    /// </summary>
    /// <param name="altered">Something else than that one line feed was changed.</param>
    public static IReadOnlyList<string> Parts(string stored, out bool altered)
    {
        var text = stored.EndsWith('\n') ? stored[..^1] : stored;
        var clean = Texts.IsClean(text) ? text : Clean(text);
        altered = !ReferenceEquals(clean, text);
        return clean.Length == 0 ? [] : Texts.Fits(clean) ? [clean] : Split(clean);
    }

    public static string FileName(string stored)
    {
        if (Texts.IsFileName(stored))
        {
            return stored;
        }

        var name = new StringBuilder();
        var bytes = 0;
        foreach (var rune in stored.EnumerateRunes())
        {
            var kept = Texts.IsFileName("x" + rune) ? rune : new Rune('_');
            if ((bytes += kept.Utf8SequenceLength) > 255)
            {
                break;
            }

            name.Append(kept.ToString());
        }

        return Texts.IsFileName(name.ToString()) ? name.ToString() : "file" + name;
    }

    private static string Clean(string text) => string.Concat(text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').EnumerateRunes()
        .Select(r => Rune.IsControl(r) && r.Value is not ('\t' or '\n') ? "\uFFFD" : r.ToString()));

    private static List<string> Split(string text)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        var bytes = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > WireLimits.TextBytes)
            {
                parts.Add(part.ToString());
                part.Clear();
                bytes = 0;
            }

            bytes += rune.Utf8SequenceLength;
            part.Append(rune.ToString());
        }

        parts.Add(part.ToString());
        return parts;
    }
}
