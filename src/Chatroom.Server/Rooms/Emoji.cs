using System.Text;

namespace Chatroom.Server.Rooms;

/// <summary>
/// Whether a text is one emoji: the grammar of UTS #51 (ED-14 to ED-17), with the ranges of Emoji=Yes as they stand in Unicode 16 widened to the blocks set
/// aside for pictographs, so that emoji of later versions pass too.
/// </summary>
public static class Emoji
{
    private const int Joiner = 0x200D;
    private const int TextToEmoji = 0xFE0F;
    private const int Keycap = 0x20E3;

    private static readonly (int From, int To)[] Pictographs =
    [
        (0xA9, 0xA9), (0xAE, 0xAE), (0x203C, 0x203C), (0x2049, 0x2049), (0x2122, 0x2122), (0x2139, 0x2139), (0x2194, 0x2199), (0x21A9, 0x21AA),
        (0x231A, 0x231B), (0x2328, 0x2328), (0x23CF, 0x23CF), (0x23E9, 0x23F3), (0x23F8, 0x23FA), (0x24C2, 0x24C2), (0x25AA, 0x25AB), (0x25B6, 0x25B6),
        (0x25C0, 0x25C0), (0x25FB, 0x25FE), (0x2600, 0x27BF), (0x2934, 0x2935), (0x2B05, 0x2B07), (0x2B1B, 0x2B1C), (0x2B50, 0x2B50), (0x2B55, 0x2B55),
        (0x3030, 0x3030), (0x303D, 0x303D), (0x3297, 0x3297), (0x3299, 0x3299), (0x1F000, 0x1F0FF), (0x1F10D, 0x1F1AD), (0x1F201, 0x1F2FF), (0x1F300, 0x1F3FA),
        (0x1F400, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F774, 0x1F77F), (0x1F7D5, 0x1F7FF), (0x1F80C, 0x1F80F), (0x1F90C, 0x1F93A), (0x1F93C, 0x1F945),
        (0x1F947, 0x1FAFF), (0x1FC00, 0x1FFFD),
    ];

    public static bool IsSingle(string text)
    {
        var runes = text.EnumerateRunes().Select(r => r.Value).ToArray();
        var at = 0;
        if (IsKeycap(runes) || IsFlag(runes))
        {
            return true;
        }

        while (true)
        {
            if (!Element(runes, ref at))
            {
                return false;
            }

            if (at == runes.Length)
            {
                return true;
            }

            if (runes[at++] != Joiner)
            {
                return false;
            }
        }
    }

    private static bool IsKeycap(int[] runes) => runes.Length is 2 or 3 && runes[0] is (>= '0' and <= '9') or '#' or '*'
        && runes[^1] == Keycap && (runes.Length == 2 || runes[1] == TextToEmoji);

    private static bool IsFlag(int[] runes) => runes.Length == 2 && runes.All(r => r is >= 0x1F1E6 and <= 0x1F1FF);

    // A pictograph with a skin tone or the emoji variation selector, and a run of tags (flags of regions) closed by the cancel tag.
    private static bool Element(int[] runes, ref int at)
    {
        if (at == runes.Length || !IsPictograph(runes[at]))
        {
            return false;
        }

        at++;
        if (at < runes.Length && (runes[at] == TextToEmoji || runes[at] is >= 0x1F3FB and <= 0x1F3FF))
        {
            at++;
        }

        if (at < runes.Length && runes[at] is >= 0xE0020 and <= 0xE007E)
        {
            while (at < runes.Length && runes[at] is >= 0xE0020 and <= 0xE007E)
            {
                at++;
            }

            if (at == runes.Length || runes[at++] != 0xE007F)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPictograph(int rune) => Pictographs.Any(p => rune >= p.From && rune <= p.To);
}
