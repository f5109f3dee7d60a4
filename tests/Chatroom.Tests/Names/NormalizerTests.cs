using Chatroom.Server.Names;

namespace Chatroom.Tests.Names;

public class NormalizerTests
{
    [Fact]
    public void Every_pair_of_the_standard_test_file_normalizes_as_it_says()
    {
        var pairs = Vectors.Pairs("nfkc.txt").ToList();
        Assert.True(pairs.Count > 3000, "the vector file is cut short");
        Assert.All(pairs, pair =>
        {
            Assert.Equal(pair.Expected, Normalizer.ToNfkc(pair.Given));
            Assert.Equal(pair.Expected, Normalizer.ToNfkc(pair.Expected));
        });
    }

    [Fact]
    public void Every_scalar_value_normalizes_as_the_standard_test_file_says() =>
        Assert.Equal(Vectors.Digest("nfkc"), Vectors.DigestOf(Vectors.AllScalars().Select(rune => Normalizer.ToNfkc(rune.ToString()))));

    [Fact]
    public void Every_Hangul_syllable_is_composed_from_its_letters()
    {
        for (var s = 0; s < 19 * 21 * 28; s++)
        {
            var letters = $"{(char)(0x1100 + (s / 588))}{(char)(0x1161 + (s % 588 / 28))}{(s % 28 == 0 ? "" : (char)(0x11A7 + (s % 28)))}";
            var syllable = ((char)(0xAC00 + s)).ToString();
            Assert.Equal(syllable, Normalizer.ToNfkc(letters));
            Assert.Equal(letters, Normalizer.ToNfkd(syllable));
        }
    }

    [Theory]
    [InlineData("\u1100\u1161\u11A7", "\uAC00\u11A7")] // TBase itself is no trailing consonant
    [InlineData("\uAC01\u11A8", "\uAC01\u11A8")] // a syllable with one takes no second
    [InlineData("a\u0323\u0307", "\u1EA1\u0307")]
    [InlineData("a\u0307\u0323", "\u1EA1\u0307")]
    [InlineData("a\u0300\u0301", "\u00E0\u0301")] // the second of equal class is blocked
    [InlineData("\u0958", "\u0915\u093C")] // a composition exclusion stays apart
    [InlineData("\u212B", "\u00C5")]
    public void Composition_follows_the_rules_for_blocking_and_exclusions(string given, string expected) =>
        Assert.Equal(expected, Normalizer.ToNfkc(given));

    [Fact]
    public void A_long_run_of_marks_is_ordered_without_quadratic_work()
    {
        const int Each = 100_000;
        var marks = string.Concat(Enumerable.Repeat("\u0315\u0316", Each));
        Assert.Equal("x" + new string('\u0316', Each) + new string('\u0315', Each), Normalizer.ToNfkc("x" + marks));
    }

    [Fact]
    public void An_unpaired_surrogate_is_an_argument_error()
    {
        // Not InlineData: attributes hold UTF-8, where an unpaired surrogate becomes U+FFFD.
        string[] broken = ["a\uD800", "\uDC00a", "\uD800\uD800\uDC00"];
        Assert.All(broken, text => Assert.Throws<ArgumentException>(() => Normalizer.ToNfkc(text)));
    }
}
