using System.Text;

namespace Chatroom.Cli.Text;

/// <summary>
/// What others wrote, made fit for a terminal: no control character reaches it (an escape sequence could change what the person sees, or type
/// for them), and none that turns the direction of writing around (a name could pretend to be another).
/// </summary>
internal static class Sanitizer
{
    private const int Replacement = 0xFFFD;

    /// <summary>One line: line breaks become spaces.</summary>
    public static string Line(string? text) => Clean(text ?? "", keepLines: false);

    /// <summary>Several lines: line feeds stay, tabs become spaces.</summary>
    public static string Lines(string? text) => Clean((text ?? "").ReplaceLineEndings("\n"), keepLines: true);

    private static string Clean(string text, bool keepLines)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '\n' when keepLines:
                    clean.Append('\n');
                    break;
                case '\n' or '\r' or 0x2028 or 0x2029:
                    clean.Append(' ');
                    break;
                case '\t':
                    clean.Append("    ");
                    break;
                case < 0x20 or (>= 0x7F and <= 0x9F):
                    break;
                case (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069):
                    clean.Append((char)Replacement);
                    break;
                default:
                    // EnumerateRunes gives U+FFFD for half a surrogate pair.
                    clean.Append(rune.ToString());
                    break;
            }
        }

        return clean.ToString();
    }
}
