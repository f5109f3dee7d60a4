namespace Chatroom.Server.Search;

/// <summary>
/// What the index knows of a text: the first two, four and six letters of each word, and, of scripts without blanks, each character and each two neighbours. A term is
/// its code points, 21 bits each, below a bit that tells the two kinds apart: all of what is looked for by it is checked against the text, so no more is needed.
/// </summary>
internal static class SearchTerms
{
    private const int Bits = 21;
    private const int Longest = 6;
    private static readonly UInt128 OfSingles = UInt128.One << 127;

    /// <summary>All terms of a text, some of them more than once.</summary>
    public static void Of(FoldedText text, Action<UInt128> add)
    {
        var points = text.CodePoints;
        var at = 0;
        while (NextRun(text, ref at, out var end))
        {
            var run = points[at..end];
            if (text.Classes[at] == CharClass.Word)
            {
                for (var length = 2; length <= Longest && length <= run.Length; length += 2)
                {
                    add(Pack(run[..length]));
                }
            }
            else
            {
                for (var i = 0; i < run.Length; i++)
                {
                    add(OfSingles | Pack(run[i..(i + 1)]));
                    if (i + 1 < run.Length)
                    {
                        add(OfSingles | Pack(run[i..(i + 2)]));
                    }
                }
            }

            at = end;
        }
    }

    /// <summary>Terms that every text has in which this word is found.</summary>
    public static IEnumerable<UInt128> RequiredBy(FoldedText word)
    {
        var required = new List<UInt128>();

        // Behind such a mark a word of the text goes on: what stands there is no beginning.
        var goesOn = word.BeginsWithMark;
        var points = word.CodePoints;
        var at = 0;
        while (NextRun(word, ref at, out var end))
        {
            var run = points[at..end];
            if (word.Classes[at] == CharClass.Word)
            {
                // The word found begins with it, so it has the same first letters.
                if (run.Length > 1 && !goesOn)
                {
                    required.Add(Pack(run[..Math.Min(Longest, run.Length / 2 * 2)]));
                }
            }
            else if (run.Length == 1)
            {
                required.Add(OfSingles | Pack(run));
            }
            else
            {
                for (var i = 0; i + 1 < run.Length; i++)
                {
                    required.Add(OfSingles | Pack(run[i..(i + 2)]));
                }
            }

            goesOn = false;
            at = end;
        }

        return required;
    }

    // The next characters of one class, from `at` on.
    private static bool NextRun(FoldedText text, ref int at, out int end)
    {
        var classes = text.Classes;
        while (at < classes.Length && classes[at] == CharClass.Separator)
        {
            at++;
        }

        end = at;
        while (end < classes.Length && classes[end] == classes[at])
        {
            end++;
        }

        return end > at;
    }

    private static UInt128 Pack(ReadOnlySpan<int> points)
    {
        var packed = UInt128.Zero;
        foreach (var point in points)
        {
            packed = (packed << Bits) | (uint)point;
        }

        return packed;
    }
}
