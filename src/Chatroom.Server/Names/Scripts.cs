using System.Text;

namespace Chatroom.Server.Names;

/// <summary>How freely a text mixes scripts, strictest first (UTS #39, section 5.2).</summary>
public enum RestrictionLevel
{
    AsciiOnly,
    SingleScript,
    HighlyRestrictive,
    ModeratelyRestrictive,
    /// <summary>Minimally Restrictive and Unrestricted are one to us: both are refused.</summary>
    Unrestricted,
}

/// <summary>Scripts of characters and texts, and whether a text mixes them to deceive (UTS #39, sections 5.1 and 5.2).</summary>
public static class Scripts
{
    /// <summary>ISO 15924 codes of the Recommended Scripts (UAX #31, table 5), without Common and Inherited.</summary>
    private static readonly string[] Recommended =
    [
        "Arab", "Armn", "Beng", "Bopo", "Cyrl", "Deva", "Ethi", "Geor", "Grek", "Gujr", "Guru", "Hang", "Hani", "Hebr", "Hira", "Kana",
        "Khmr", "Knda", "Laoo", "Latn", "Mlym", "Mymr", "Orya", "Sinh", "Taml", "Telu", "Thaa", "Thai", "Tibt",
    ];

    private static readonly Dictionary<string, int> Index = NumberScripts();
    private static readonly ScriptSet[] Augmented = [.. UnicodeTables.AllScriptSets.Select(Augment)];
    private static readonly ScriptSet Latin = Of("Latn");
    private static readonly ScriptSet[] Highly = [Of("Latn", "Jpan"), Of("Latn", "Hanb"), Of("Latn", "Kore")];

    // Cyrillic and Greek share too many letter shapes with Latin to stand beside it in one name.
    private static readonly ScriptSet[] Moderately =
        [.. Recommended.Where(code => code is not ("Latn" or "Cyrl" or "Grek")).Select(code => Latin | Of(code))];

    /// <summary>The level of <paramref name="text"/>; scripts are judged as given, so pass normalized text.</summary>
    public static RestrictionLevel LevelOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Ascii.IsValid(text))
        {
            return RestrictionLevel.AsciiOnly;
        }

        if (!Resolve(text).IsEmpty)
        {
            return RestrictionLevel.SingleScript;
        }

        if (Highly.Any(cover => Covers(cover, text)))
        {
            return RestrictionLevel.HighlyRestrictive;
        }

        return Moderately.Any(cover => Covers(cover, text)) ? RestrictionLevel.ModeratelyRestrictive : RestrictionLevel.Unrestricted;
    }

    /// <summary>
    /// English names of the scripts the characters of <paramref name="text"/> belong to (property Script), each once, in order of
    /// appearance; Common and Inherited are left out.
    /// </summary>
    public static IReadOnlyList<string> NamesOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.EnumerateRunes()
            .Select(rune => UnicodeTables.ScriptOf(rune.Value))
            .Where(script => UnicodeTables.ScriptCodes[script] is not ("Zyyy" or "Zinh"))
            .Distinct()
            .Select(script => UnicodeTables.ScriptNames[script])];
    }

    /// <summary>The resolved script set: the scripts all characters have in common. Empty: the text mixes scripts.</summary>
    internal static ScriptSet Resolve(string text)
    {
        var set = ScriptSet.All;
        foreach (var rune in text.EnumerateRunes())
        {
            set &= AugmentedSetOf(rune.Value);
        }

        return set;
    }

    /// <summary>The augmented script set: Script_Extensions plus Hanb, Jpan and Kore where its characters are written with Han.</summary>
    internal static ScriptSet AugmentedSetOf(int codePoint) => Augmented[UnicodeTables.ScriptSetOf(codePoint)];

    /// <summary>The set of the scripts with these ISO 15924 codes.</summary>
    internal static ScriptSet Of(params ReadOnlySpan<string> codes)
    {
        var set = default(ScriptSet);
        foreach (var code in codes)
        {
            set = set.With(Index[code]);
        }

        return set;
    }

    private static bool Covers(ScriptSet cover, string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (!cover.Overlaps(AugmentedSetOf(rune.Value)))
            {
                return false;
            }
        }

        return true;
    }

    private static Dictionary<string, int> NumberScripts()
    {
        // The three writing systems of several scripts are no scripts of the database; they come after its own.
        string[] codes = [.. UnicodeTables.ScriptCodes, "Hanb", "Jpan", "Kore"];
        return codes.Select((code, index) => (code, index)).ToDictionary(pair => pair.code, pair => pair.index);
    }

    private static ScriptSet Augment(IReadOnlyList<int> members)
    {
        var set = default(ScriptSet);
        foreach (var script in members)
        {
            set = UnicodeTables.ScriptCodes[script] switch
            {
                "Zyyy" or "Zinh" => ScriptSet.All,
                "Hani" => set.With(script) | Of("Hanb", "Jpan", "Kore"),
                "Hira" or "Kana" => set.With(script) | Of("Jpan"),
                "Hang" => set.With(script) | Of("Kore"),
                "Bopo" => set.With(script) | Of("Hanb"),
                _ => set.With(script),
            };
        }

        return set;
    }
}
