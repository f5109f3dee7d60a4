using System.Globalization;
using System.Text;
using Chatroom.Server.Names;

namespace Chatroom.Server.Search;

/// <summary>What a folded code point is to a search.</summary>
internal enum CharClass
{
    /// <summary>Blanks and punctuation: ends words.</summary>
    Separator,

    /// <summary>Of scripts that write words with blanks between them.</summary>
    Word,

    /// <summary>Of scripts that do not (Chinese, Japanese, Korean, Thai …), and symbols such as emoji: found by itself, wherever it stands.</summary>
    Single,
}

/// <summary>
/// A text as it is compared: compatibility-decomposed (UAX #15, so full width and half width are one), case-folded, and without the diacritics of U+0300–036F and
/// invisible characters, so that "Café", "CAFE" and "ｃａｆｅ" are the same. Each folded code point knows where it came from.
/// </summary>
internal sealed class FoldedText
{
    private int[] codePoints;
    private int[] starts;
    private CharClass[] classes;

    private FoldedText(int capacity) => (codePoints, starts, classes) = (new int[capacity], new int[capacity], new CharClass[capacity]);

    public int Count { get; private set; }

    public ReadOnlySpan<int> CodePoints => codePoints.AsSpan(0, Count);

    public ReadOnlySpan<CharClass> Classes => classes.AsSpan(0, Count);

    /// <summary>It begins with a mark that belongs to what stands before it in the texts it is found in.</summary>
    public bool BeginsWithMark => Count > 0 && codePoints[0] >= 0x80 && IsMark(codePoints[0]);

    /// <summary>Where in the text a folded code point came from, in UTF-16 code units.</summary>
    public int StartOf(int at) => starts[at];

    /// <param name="text">A lone surrogate counts as U+FFFD.</param>
    public static FoldedText Of(ReadOnlySpan<char> text)
    {
        var folded = new FoldedText(text.Length + 8);
        for (var at = 0; at < text.Length;)
        {
            Rune.DecodeFromUtf16(text[at..], out var rune, out var length);
            folded.Fold(rune.Value, at);
            at += length;
        }

        return folded;
    }

    /// <summary>The end of the original character that a folded code point came from, in UTF-16 code units.</summary>
    /// <param name="text">The text that was folded.</param>
    public int EndOf(int at, ReadOnlySpan<char> text)
    {
        var start = starts[at];
        for (var next = at + 1; next < Count; next++)
        {
            if (starts[next] != start)
            {
                return starts[next];
            }
        }

        return text.Length;
    }

    private void Fold(int codePoint, int start)
    {
        if (codePoint < 0x80)
        {
            Add(codePoint is >= 'A' and <= 'Z' ? codePoint + 32 : codePoint, start);
        }
        else if (UnicodeTables.Decompositions.TryGetValue(codePoint, out var parts))
        {
            foreach (var part in parts)
            {
                FoldCase(part, start);
            }
        }
        else
        {
            FoldCase(codePoint, start);
        }
    }

    private void FoldCase(int codePoint, int start)
    {
        if (codePoint is >= 0x300 and <= 0x36F || (codePoint >= 0x80 && UnicodeTables.KindOf(codePoint) == CodePointKind.Invisible))
        {
            return;
        }

        if (UnicodeTables.Foldings.TryGetValue(codePoint, out var folded))
        {
            foreach (var one in folded)
            {
                Add(one, start);
            }
        }
        else
        {
            Add(codePoint, start);
        }
    }

    private void Add(int codePoint, int start)
    {
        if (Count > 0 && Syllable(codePoints[Count - 1], codePoint) is { } syllable)
        {
            codePoints[Count - 1] = syllable;
            return;
        }

        if (Count == codePoints.Length)
        {
            var size = Count * 2;
            Array.Resize(ref codePoints, size);
            Array.Resize(ref starts, size);
            Array.Resize(ref classes, size);
        }

        (codePoints[Count], starts[Count], classes[Count]) = (codePoint, start, ClassOf(codePoint, Count > 0 ? classes[Count - 1] : CharClass.Separator));
        Count++;
    }

    // Hangul is one character a syllable, however it was written (The Unicode Standard, section 3.12).
    private static int? Syllable(int first, int second) => (first, second) switch
    {
        ( >= 0x1100 and <= 0x1112, >= 0x1161 and <= 0x1175) => 0xAC00 + ((((first - 0x1100) * 21) + (second - 0x1161)) * 28),
        ( >= 0xAC00 and <= 0xD7A3, >= 0x11A8 and <= 0x11C2) when (first - 0xAC00) % 28 == 0 => first + (second - 0x11A7),
        _ => null,
    };

    /// <param name="before">The class of what stands before: a mark belongs to it.</param>
    private static CharClass ClassOf(int codePoint, CharClass before)
    {
        if (codePoint < 0x80)
        {
            return char.IsAsciiLetterOrDigit((char)codePoint) ? CharClass.Word : CharClass.Separator;
        }

        switch (Rune.GetUnicodeCategory(new Rune(codePoint)))
        {
            case var mark when IsMark(mark):
                return before;
            case UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
                or UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber:
                return IsWithoutBlanks(codePoint) ? CharClass.Single : CharClass.Word;
            case UnicodeCategory.OtherSymbol or UnicodeCategory.MathSymbol or UnicodeCategory.CurrencySymbol or UnicodeCategory.ModifierSymbol
                or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse:
                return CharClass.Single;
            default:
                return CharClass.Separator;
        }
    }

    private static bool IsMark(int codePoint) => IsMark(Rune.GetUnicodeCategory(new Rune(codePoint)));

    private static bool IsMark(UnicodeCategory category) => category is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    // Blocks, not scripts: the long vowel mark of Japanese, say, is of no script of its own.
    private static bool IsWithoutBlanks(int codePoint) => codePoint is
        (>= 0x0E00 and <= 0x109F) // Thai, Lao, Tibetan, Myanmar
        or (>= 0x1100 and <= 0x11FF) // Hangul Jamo
        or (>= 0x1780 and <= 0x17FF) // Khmer
        or (>= 0x2E80 and <= 0xA4CF) // Han, kana, Bopomofo, Yi
        or (>= 0xA960 and <= 0xA97F) or (>= 0xAC00 and <= 0xD7FF) // Hangul
        or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF); // Han
}
