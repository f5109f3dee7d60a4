using System.Collections.Frozen;
using System.Text;

namespace Chatroom.Server.Names;

/// <summary>What a name may do with a code point. The numbers are those of <c>KINDS</c> in tools/unicode/generate.py.</summary>
internal enum CodePointKind : byte
{
    Ordinary,
    /// <summary>General_Category Mn, Mc or Me.</summary>
    Mark,
    /// <summary>U+0020 alone.</summary>
    Space,
    /// <summary>Every other space, and the line and paragraph separators.</summary>
    Separator,
    Control,
    /// <summary>Cf, Default_Ignorable_Code_Point, and the few assigned characters with an empty glyph.</summary>
    Invisible,
    Surrogate,
    PrivateUse,
    /// <summary>Not assigned in <see cref="UnicodeTables.Version"/>, noncharacters among them.</summary>
    Unassigned,
}

/// <summary>
/// The Unicode Character Database as far as names need it, read once from the embedded <c>unicode.bin</c>. We carry it because
/// the runtime's own tables are ICU's, or empty under invariant globalization: a name must be one key on every machine.
/// The format is described in tools/unicode/generate.py.
/// </summary>
internal static class UnicodeTables
{
    private const uint Magic = 0x44435543; // "CUCD", little endian
    private const int Format = 1;
    private const int LastCodePoint = 0x10FFFF;

    private readonly record struct CodePointRecord(CodePointKind Kind, byte CombiningClass, ushort Script, ushort ScriptSet);

    private static readonly CodePointRecord[] Records;
    private static readonly int[] RangeStarts;
    private static readonly ushort[] RangeRecords;
    private static readonly int[][] ScriptSets;

    /// <summary>Version of the Unicode Standard, as in "15.0.0".</summary>
    public static string Version { get; }

    /// <summary>ISO 15924 codes; their index is the script index used here.</summary>
    public static IReadOnlyList<string> ScriptCodes { get; }

    /// <summary>English names by script index.</summary>
    public static IReadOnlyList<string> ScriptNames { get; }

    /// <summary>Full compatibility decompositions (UAX #44 Decomposition_Mapping applied until stable), without Hangul syllables.</summary>
    public static FrozenDictionary<int, int[]> Decompositions { get; }

    /// <summary>Primary composites by their two parts; composition exclusions are left out.</summary>
    public static FrozenDictionary<(int First, int Second), int> Compositions { get; }

    /// <summary>Full case foldings: statuses C and F of CaseFolding.txt.</summary>
    public static FrozenDictionary<int, int[]> Foldings { get; }

    static UnicodeTables()
    {
        using var stream = typeof(UnicodeTables).Assembly.GetManifestResourceStream("unicode.bin")
            ?? throw new InvalidOperationException("The resource unicode.bin is missing from this build.");
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        if (reader.ReadUInt32() != Magic || reader.Read7BitEncodedInt() != Format)
        {
            throw new InvalidDataException("The resource unicode.bin is not of the format this build reads.");
        }

        Version = reader.ReadString();
        var codes = new string[reader.Read7BitEncodedInt()];
        var names = new string[codes.Length];
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = reader.ReadString();
            names[i] = reader.ReadString();
        }

        (ScriptCodes, ScriptNames) = (codes, names);
        ScriptSets = new int[reader.Read7BitEncodedInt()][];
        for (var i = 0; i < ScriptSets.Length; i++)
        {
            ScriptSets[i] = ReadNumbers(reader);
        }

        Records = new CodePointRecord[reader.Read7BitEncodedInt()];
        for (var i = 0; i < Records.Length; i++)
        {
            Records[i] = new CodePointRecord(
                (CodePointKind)reader.Read7BitEncodedInt(),
                checked((byte)reader.Read7BitEncodedInt()),
                checked((ushort)reader.Read7BitEncodedInt()),
                checked((ushort)reader.Read7BitEncodedInt()));
        }

        RangeStarts = new int[reader.Read7BitEncodedInt()];
        RangeRecords = new ushort[RangeStarts.Length];
        for (int i = 0, start = 0; i < RangeStarts.Length; i++)
        {
            RangeStarts[i] = start += reader.Read7BitEncodedInt();
            RangeRecords[i] = checked((ushort)reader.Read7BitEncodedInt());
        }

        Decompositions = ReadMapping(reader);
        var compositions = new Dictionary<(int, int), int>();
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            compositions.Add((reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt()), reader.Read7BitEncodedInt());
        }

        Compositions = compositions.ToFrozenDictionary();
        Foldings = ReadMapping(reader);
    }

    /// <summary>What kind of code point this is; any value from 0 to 10FFFF, surrogates included.</summary>
    public static CodePointKind KindOf(int codePoint) => Find(codePoint).Kind;

    /// <summary>Canonical_Combining_Class, 0 for starters.</summary>
    public static int CombiningClassOf(int codePoint) => Find(codePoint).CombiningClass;

    /// <summary>Index of the Script property.</summary>
    public static int ScriptOf(int codePoint) => Find(codePoint).Script;

    /// <summary>Number of the Script_Extensions value: equal numbers, equal sets.</summary>
    public static int ScriptSetOf(int codePoint) => Find(codePoint).ScriptSet;

    /// <summary>The script indices of every Script_Extensions value, by its number.</summary>
    public static IReadOnlyList<IReadOnlyList<int>> AllScriptSets => ScriptSets;

    private static CodePointRecord Find(int codePoint)
    {
        if ((uint)codePoint > LastCodePoint)
        {
            throw new ArgumentOutOfRangeException(nameof(codePoint));
        }

        var at = Array.BinarySearch(RangeStarts, codePoint);
        return Records[RangeRecords[at >= 0 ? at : ~at - 1]];
    }

    private static int[] ReadNumbers(BinaryReader reader)
    {
        var numbers = new int[reader.Read7BitEncodedInt()];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = reader.Read7BitEncodedInt();
        }

        return numbers;
    }

    private static FrozenDictionary<int, int[]> ReadMapping(BinaryReader reader)
    {
        var mapping = new Dictionary<int, int[]>();
        var codePoint = 0;
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            codePoint += reader.Read7BitEncodedInt();
            mapping.Add(codePoint, ReadNumbers(reader));
        }

        return mapping.ToFrozenDictionary();
    }
}
