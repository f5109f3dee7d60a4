namespace Chatroom.Server.Names;

/// <summary>Why a name is refused.</summary>
public enum NameProblem
{
    None,
    Empty,
    TooLong,
    Control,
    InvisibleOrBidi,
    Unassigned,
    Whitespace,
    ReservedCharacter,
    MixedScripts,
    CombiningMarks,
    InvalidUnicode,
}

/// <summary>The result of checking a name.</summary>
/// <param name="Problem">The first rule the name breaks, or <see cref="NameProblem.None"/>.</param>
/// <param name="Display">The name as it is shown: what was typed, in NFKC. Empty if the name is refused.</param>
/// <param name="Key">What must be unique: <see cref="NameKey.Of"/> the name. Empty if the name is refused.</param>
/// <param name="Detail">
/// What broke the rule, such as "U+202E" or "Latin, Cyrillic"; only ASCII, so it is safe in logs. Null if the name is accepted.
/// </param>
public readonly record struct NameCheck(NameProblem Problem, string Display, string Key, string? Detail)
{
    public bool Ok => Problem == NameProblem.None;
}
