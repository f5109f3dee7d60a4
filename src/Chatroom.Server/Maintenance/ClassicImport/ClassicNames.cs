using System.Globalization;
using System.Text;
using Chatroom.Server.Names;

namespace Chatroom.Server.Maintenance.ClassicImport;

/// <summary>What somebody of Chatroom 2.0 can be called here, where names fold letters' case and may not look like another.</summary>
internal static class ClassicNames
{
    // When nothing of the old name can stand.
    private const string Nameless = "user";

    /// <summary>
    /// Names to try, the best one first and without an end: the old one where it may stand, else what is left of it with an underscore for each character
    /// that may not, then the same with a number. Always the same for the same name.
    /// </summary>
    public static IEnumerable<NameCheck> Candidates(string old)
    {
        var check = NameRules.Check(old);
        if (!check.Ok)
        {
            check = NameRules.Check(Repaired(old));
            check = check.Ok ? check : NameRules.Check(Nameless);
        }

        yield return check;
        for (var number = 2; ; number++)
        {
            var suffix = string.Create(CultureInfo.InvariantCulture, $"-{number}");
            var numbered = NameRules.Check(First(check.Display, NameRules.MaxScalars - suffix.Length) + suffix);
            yield return numbered.Ok ? numbered : NameRules.Check(Nameless + suffix);
        }
    }

    private static string Repaired(string old)
    {
        var name = new StringBuilder();
        var taken = 0;
        foreach (var rune in old.EnumerateRunes())
        {
            // By itself, so that one bad character does not cost the others. A space is judged where it stands; a mark needs the letter before it.
            var bad = rune.Value != ' ' && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)
                && rune.Value != '.' && !NameRules.Check(rune.ToString()).Ok;
            name.Append(bad ? "_" : rune.ToString());
            if (++taken == NameRules.MaxScalars)
            {
                break;
            }
        }

        var words = name.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return First(string.Join(' ', words), NameRules.MaxScalars);
    }

    private static string First(string name, int scalars) => string.Concat(name.EnumerateRunes().Take(scalars).Select(r => r.ToString())).TrimEnd(' ');
}
