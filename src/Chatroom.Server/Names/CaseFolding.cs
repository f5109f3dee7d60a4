using System.Text;

namespace Chatroom.Server.Names;

/// <summary>Full, language-independent case folding (The Unicode Standard, section 3.13; CaseFolding.txt statuses C and F).</summary>
public static class CaseFolding
{
    /// <summary>
    /// Folds every scalar value of <paramref name="text"/>; up to three come out of one ("ß" gives "ss"). The result is not
    /// normalized, and Turkic rules do not apply ("I" always gives "i").
    /// </summary>
    public static string Fold(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var result = new StringBuilder(text.Length + 8);
        foreach (var rune in text.EnumerateRunes())
        {
            if (UnicodeTables.Foldings.TryGetValue(rune.Value, out var folded))
            {
                foreach (var scalar in folded)
                {
                    result.Append(new Rune(scalar).ToString());
                }
            }
            else
            {
                result.Append(rune.ToString());
            }
        }

        return result.ToString();
    }
}

/// <summary>The form of a name that must be unique.</summary>
public static class NameKey
{
    /// <summary>
    /// Two texts have the same key exactly if they are a compatibility caseless match (The Unicode Standard, D146). The key is
    /// NFKC_Casefold without the removal of default ignorable code points, which names refuse beforehand. It is a fixed point:
    /// the key of a key is itself. Keys of assigned characters never change with later Unicode versions (stability policy).
    /// </summary>
    /// <exception cref="ArgumentException">The text holds an unpaired surrogate.</exception>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        while (true)
        {
            // Folded decomposed, not composed: U+0345 folds to a letter, and what was ordered around the mark would stay apart.
            var key = Normalizer.ToNfkc(CaseFolding.Fold(Normalizer.ToNfkd(text)));
            if (string.Equals(key, text, StringComparison.Ordinal))
            {
                return key;
            }

            text = key;
        }
    }
}
