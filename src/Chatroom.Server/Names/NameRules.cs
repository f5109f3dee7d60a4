using System.Globalization;

namespace Chatroom.Server.Names;

/// <summary>
/// The rules for names of accounts and groups. The threat is a name that passes for another: by look, by hidden characters, or by
/// changing the direction of the text around it. Scripts are held to UTS #39 Moderately Restrictive; a name wholly in one script that
/// happens to look like a word in another is accepted.
/// </summary>
public static class NameRules
{
    /// <summary>Most Unicode scalar values in an account name, counted after NFKC.</summary>
    public const int MaxScalars = 32;

    /// <summary>Most Unicode scalar values in a group name, counted after NFKC.</summary>
    public const int MaxGroupScalars = 64;

    /// <summary>Longest input looked at, in UTF-16 code units: it bounds the work before anything is normalized.</summary>
    public const int MaxInputLength = 512;

    /// <summary>Most combining marks in a row; more would be drawn over the neighbouring lines.</summary>
    public const int MaxMarks = 4;

    /// <summary>
    /// ASCII characters no name may hold, fullwidth and other compatibility forms included: '/' and '\' separate paths, '@' and '#'
    /// start mentions of people and groups, '"' quotes a name with spaces, '&lt;' and '&gt;' enclose names in transcripts and markup.
    /// </summary>
    public const string ReservedEverywhere = "/\\@#\"<>";

    /// <summary>Reserved in account names besides: ',' separates them in lists, ':' ends the name before a message.</summary>
    public const string ReservedInAccounts = ":,";

    /// <summary>Checks the name of an account.</summary>
    public static NameCheck Check(string name) => Check(name, MaxScalars, ReservedEverywhere + ReservedInAccounts);

    /// <summary>Checks the name of a group: up to <see cref="MaxGroupScalars"/>, and ':' and ',' are allowed.</summary>
    public static NameCheck CheckGroup(string name) => Check(name, MaxGroupScalars, ReservedEverywhere);

    /// <summary>One English sentence for the person who chose the name: what is wrong with it and what to do.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="problem"/> is no value of the enumeration.</exception>
    public static string Describe(NameProblem problem) => problem switch
    {
        NameProblem.None => "The name can be used.",
        NameProblem.Empty => "The name is empty: type at least one character.",
        NameProblem.TooLong => Invariant($"The name is too long: use at most {MaxScalars} characters, {MaxGroupScalars} for a group."),
        NameProblem.Control => "The name holds a control character, such as a tab or a line break: remove it.",
        NameProblem.InvisibleOrBidi => "The name holds a character that cannot be seen or turns the direction of text: type it anew.",
        NameProblem.Unassigned => "The name holds a character that Unicode " + UnicodeTables.Version + " does not define: use another one.",
        NameProblem.Whitespace => "The name holds a space at an end, two in a row or an unusual one: use single ones between words.",
        NameProblem.ReservedCharacter => "The name holds / \\ @ # \" < > (in an account also : ,) or only dots: use other characters.",
        NameProblem.MixedScripts => "The name mixes scripts whose letters look alike, such as Latin and Cyrillic: write it in one script.",
        NameProblem.CombiningMarks => "The name holds an accent without a letter to carry it, or too many on one: remove some.",
        NameProblem.InvalidUnicode => "The name is not valid Unicode text: type it anew.",
        _ => throw new ArgumentOutOfRangeException(nameof(problem)),
    };

    /// <summary>The problem in a word for programs, which have a sentence of their own for it. Never changed: it is on the wire.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="problem"/> is no refusal.</exception>
    public static string Reason(NameProblem problem) => problem switch
    {
        NameProblem.Empty => "empty",
        NameProblem.TooLong => "too-long",
        NameProblem.Control => "control",
        NameProblem.InvisibleOrBidi => "invisible",
        NameProblem.Unassigned => "unassigned",
        NameProblem.Whitespace => "whitespace",
        NameProblem.ReservedCharacter => "reserved",
        NameProblem.MixedScripts => "mixed-scripts",
        NameProblem.CombiningMarks => "marks",
        NameProblem.InvalidUnicode => "invalid-unicode",
        _ => throw new ArgumentOutOfRangeException(nameof(problem)),
    };

    private static NameCheck Check(string name, int maxScalars, string reserved)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0)
        {
            return Refuse(NameProblem.Empty, "no character");
        }

        if (name.Length > MaxInputLength)
        {
            return Refuse(NameProblem.TooLong, Invariant($"more than {MaxInputLength} UTF-16 code units"));
        }

        if (!Normalizer.IsWellFormed(name))
        {
            return Refuse(NameProblem.InvalidUnicode, "unpaired surrogate");
        }

        var display = Normalizer.ToNfkc(name);
        var length = display.EnumerateRunes().Count();
        if (length > maxScalars)
        {
            return Refuse(NameProblem.TooLong, Invariant($"{length} characters, at most {maxScalars}"));
        }

        var (problem, at) = FirstProblem(display, reserved);
        if (problem != NameProblem.None)
        {
            return Refuse(problem, Invariant($"U+{at:X4}"));
        }

        if (Scripts.LevelOf(display) <= RestrictionLevel.ModeratelyRestrictive)
        {
            return new NameCheck(NameProblem.None, display, NameKey.Of(display), null);
        }

        // Marks alone can disagree, with no letter whose script could be named.
        var scripts = string.Join(", ", Scripts.NamesOf(display));
        return Refuse(NameProblem.MixedScripts, scripts.Length > 0 ? scripts : "marks of different scripts");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static NameCheck Refuse(NameProblem problem, string detail) => new(problem, "", "", detail);

    /// <summary>The first scalar value that breaks a rule, and which one.</summary>
    private static (NameProblem Problem, int At) FirstProblem(string name, string reserved)
    {
        const int Start = ' '; // the beginning of a name counts as a space: no other may follow, nor a mark without its letter
        var before = Start;
        var marks = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            var scalar = rune.Value;
            var kind = UnicodeTables.KindOf(scalar);
            marks = kind == CodePointKind.Mark ? marks + 1 : 0;
            var problem = kind switch
            {
                CodePointKind.Control => NameProblem.Control,
                CodePointKind.Invisible => NameProblem.InvisibleOrBidi,
                CodePointKind.PrivateUse or CodePointKind.Unassigned => NameProblem.Unassigned,
                CodePointKind.Separator => NameProblem.Whitespace,
                CodePointKind.Space when before == ' ' => NameProblem.Whitespace,
                CodePointKind.Mark when before == ' ' || marks > MaxMarks => NameProblem.CombiningMarks,
                _ when scalar == '\uFFFD' => NameProblem.InvalidUnicode, // what a decoder leaves of text it could not read
                _ when rune.IsAscii && reserved.Contains((char)scalar, StringComparison.Ordinal) => NameProblem.ReservedCharacter,
                _ => NameProblem.None,
            };
            if (problem != NameProblem.None)
            {
                return (problem, scalar);
            }

            before = scalar;
        }

        // "." and ".." are directories, and clients drop them from addresses.
        return before == ' ' ? (NameProblem.Whitespace, ' ')
            : name.AsSpan().Trim('.').IsEmpty ? (NameProblem.ReservedCharacter, '.')
            : (NameProblem.None, 0);
    }
}
