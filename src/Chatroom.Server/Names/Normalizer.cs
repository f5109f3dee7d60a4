using System.Text;

namespace Chatroom.Server.Names;

/// <summary>
/// Unicode normalization (UAX #15) from our own tables. <see cref="string.Normalize()"/> is no substitute: under invariant
/// globalization it returns its input unchanged.
/// </summary>
public static class Normalizer
{
    // Hangul syllables are composed by arithmetic (The Unicode Standard, section 3.12).
    private const int SBase = 0xAC00, LBase = 0x1100, VBase = 0x1161, TBase = 0x11A7;
    private const int LCount = 19, VCount = 21, TCount = 28, SCount = LCount * VCount * TCount;

    /// <summary>
    /// Normalization Form KC of <paramref name="text"/>. The result has at most 18 times as many scalar values; the work is
    /// O(n log n), so that a long run of combining marks costs no more than other text.
    /// </summary>
    /// <exception cref="ArgumentException">The text holds an unpaired surrogate.</exception>
    public static string ToNfkc(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Ascii.IsValid(text) ? text : FromScalars(Compose(Decompose(text)));
    }

    /// <summary>Normalization Form KD.</summary>
    /// <exception cref="ArgumentException">The text holds an unpaired surrogate.</exception>
    internal static string ToNfkd(string text) => Ascii.IsValid(text) ? text : FromScalars(Decompose(text));

    /// <summary>Whether every surrogate in <paramref name="text"/> is one of a pair.</summary>
    internal static bool IsWellFormed(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            rest = rest[length..];
        }

        return true;
    }

    private static List<int> Decompose(string text)
    {
        if (!IsWellFormed(text))
        {
            throw new ArgumentException("The text holds an unpaired surrogate.", nameof(text));
        }

        var scalars = new List<int>(text.Length + 8);
        foreach (var rune in text.EnumerateRunes())
        {
            var s = rune.Value - SBase;
            if (s is >= 0 and < SCount)
            {
                scalars.Add(LBase + (s / (VCount * TCount)));
                scalars.Add(VBase + (s % (VCount * TCount) / TCount));
                if (s % TCount != 0)
                {
                    scalars.Add(TBase + (s % TCount));
                }
            }
            else if (UnicodeTables.Decompositions.TryGetValue(rune.Value, out var parts))
            {
                scalars.AddRange(parts);
            }
            else
            {
                scalars.Add(rune.Value);
            }
        }

        Order(scalars);
        return scalars;
    }

    /// <summary>Canonical Ordering Algorithm (D109): runs of non-starters are sorted by combining class, equals keep their order.</summary>
    private static void Order(List<int> scalars)
    {
        var start = 0;
        for (var i = 0; i <= scalars.Count; i++)
        {
            if (i < scalars.Count && UnicodeTables.CombiningClassOf(scalars[i]) != 0)
            {
                continue;
            }

            if (i - start > 1)
            {
                var sorted = scalars.GetRange(start, i - start).OrderBy(UnicodeTables.CombiningClassOf).ToArray();
                for (var k = 0; k < sorted.Length; k++)
                {
                    scalars[start + k] = sorted[k];
                }
            }

            start = i + 1;
        }
    }

    /// <summary>Canonical Composition Algorithm (D117), in place.</summary>
    private static List<int> Compose(List<int> scalars)
    {
        var starter = -1;
        var written = 0;
        var lastClass = 0; // of the scalar written last: between it and the starter nothing of that class or above may be skipped
        for (var i = 0; i < scalars.Count; i++)
        {
            var scalar = scalars[i];
            var combiningClass = UnicodeTables.CombiningClassOf(scalar);
            var adjacent = starter == written - 1;
            if (starter >= 0 && (adjacent || lastClass < combiningClass) && Pair(scalars[starter], scalar) is { } composite)
            {
                scalars[starter] = composite;
                continue;
            }

            if (combiningClass == 0)
            {
                starter = written;
            }

            lastClass = combiningClass;
            scalars[written++] = scalar;
        }

        scalars.RemoveRange(written, scalars.Count - written);
        return scalars;
    }

    private static int? Pair(int first, int second)
    {
        var l = first - LBase;
        var v = second - VBase;
        if (l is >= 0 and < LCount && v is >= 0 and < VCount)
        {
            return SBase + (((l * VCount) + v) * TCount);
        }

        var s = first - SBase;
        var t = second - TBase;
        if (s is >= 0 and < SCount && s % TCount == 0 && t is > 0 and < TCount)
        {
            return first + t;
        }

        return UnicodeTables.Compositions.TryGetValue((first, second), out var composite) ? composite : null;
    }

    private static string FromScalars(List<int> scalars)
    {
        var result = new StringBuilder(scalars.Count + 8);
        foreach (var scalar in scalars)
        {
            result.Append(new Rune(scalar).ToString());
        }

        return result.ToString();
    }
}
