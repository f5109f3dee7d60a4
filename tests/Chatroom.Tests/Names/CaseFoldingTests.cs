using System.Text;
using Chatroom.Server.Names;

namespace Chatroom.Tests.Names;

public class CaseFoldingTests
{
    [Fact]
    public void Every_mapping_of_the_database_is_applied()
    {
        var pairs = Vectors.Pairs("folding.txt").ToList();
        Assert.True(pairs.Count > 1500, "the vector file is cut short");
        Assert.All(pairs, pair => Assert.Equal(pair.Expected, CaseFolding.Fold(pair.Given)));
    }

    [Fact]
    public void A_scalar_value_without_a_mapping_folds_to_itself()
    {
        var mapped = Vectors.Pairs("folding.txt").Select(pair => pair.Given).ToHashSet(StringComparer.Ordinal);
        foreach (var text in Vectors.AllScalars().Select(rune => rune.ToString()).Where(text => !mapped.Contains(text)))
        {
            Assert.Equal(text, CaseFolding.Fold(text));
        }
    }

    [Theory]
    [InlineData("Straße", "strasse")]
    [InlineData("STRASSE", "strasse")]
    [InlineData("\u1E9E", "ss")]
    [InlineData("\u0130", "i\u0307")]
    [InlineData("I", "i")]
    [InlineData("\u0131", "\u0131")] // dotless i is a letter of its own
    [InlineData("\uFB03", "ffi")]
    [InlineData("ΣΊΣΥΦΟΣ", "σίσυφοσ")]
    [InlineData("σίσυφος", "σίσυφοσ")]
    [InlineData("\u212A", "k")] // Kelvin sign
    [InlineData("\uAB70", "\u13A0")] // Cherokee folds to its older capitals
    [InlineData("\u13F8", "\u13F0")]
    [InlineData("\u13A0", "\u13A0")]
    [InlineData("ＡＬＩＣＥ", "alice")]
    [InlineData("\U00010400", "\U00010428")]
    public void The_key_ignores_case_and_compatibility_forms(string name, string key) => Assert.Equal(key, NameKey.Of(name));

    [Fact]
    public void The_key_of_every_scalar_value_is_its_NFKC_Casefold()
    {
        var rows = Vectors.AllScalars()
            .Select(rune => rune.ToString())
            .Where(text => !Normalizer.ToNfkc(text).EnumerateRunes().Any(IsInvisible))
            .Select(NameKey.Of);
        Assert.Equal(Vectors.Digest("nfkc_casefold"), Vectors.DigestOf(rows));
    }

    private static bool IsInvisible(Rune rune) => UnicodeTables.KindOf(rune.Value) == CodePointKind.Invisible;

    [Fact]
    public void A_mark_ordered_before_the_iota_subscript_stays_before_the_letter_it_folds_to() =>
        Assert.Equal(NameKey.Of("\u03B1\u0315\u03B9"), NameKey.Of("\u1FB3\u0315"));
}
