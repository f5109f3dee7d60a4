using Chatroom.Server.Names;

namespace Chatroom.Tests.Names;

public class NameRulesTests
{
    [Theory]
    [InlineData("alice")]
    [InlineData("Alice Liddell")]
    [InlineData("o'neil-2.0_x")]
    [InlineData("42")]
    [InlineData("😀")]
    [InlineData("👍🏽")] // emoji with a skin tone
    [InlineData("Алиса")]
    [InlineData("王Alice")]
    [InlineData("アリスalice漢字")]
    [InlineData("aliceعلي")]
    [InlineData("aliceहिन्दी")]
    [InlineData("Nguyễn Thị Ánh")]
    [InlineData("e\u0323\u0302\u0301")]
    [InlineData("ᚠᚢᚦ")]
    [InlineData("שָׁלוֹם")]
    public void A_name_in_any_language_is_accepted(string name)
    {
        var check = NameRules.Check(name);
        Assert.Equal(new NameCheck(NameProblem.None, Normalizer.ToNfkc(name), NameKey.Of(name), null), check);
        Assert.True(check.Ok);
    }

    [Theory]
    [InlineData("", NameProblem.Empty, "no character")]
    [InlineData("a\tb", NameProblem.Control, "U+0009")]
    [InlineData("a\r\nb", NameProblem.Control, "U+000D")]
    [InlineData("a\0", NameProblem.Control, "U+0000")]
    [InlineData("a\u0085b", NameProblem.Control, "U+0085")]
    [InlineData("ali\u202Ece", NameProblem.InvisibleOrBidi, "U+202E")] // right-to-left override
    [InlineData("ali\u2066ce", NameProblem.InvisibleOrBidi, "U+2066")] // isolate
    [InlineData("ali\u200Dce", NameProblem.InvisibleOrBidi, "U+200D")] // zero width joiner
    [InlineData("ali\u200Bce", NameProblem.InvisibleOrBidi, "U+200B")]
    [InlineData("ali\u00ADce", NameProblem.InvisibleOrBidi, "U+00AD")] // soft hyphen
    [InlineData("\uFEFFalice", NameProblem.InvisibleOrBidi, "U+FEFF")]
    [InlineData("❤\uFE0F", NameProblem.InvisibleOrBidi, "U+FE0F")]
    [InlineData("a\u034Fb", NameProblem.InvisibleOrBidi, "U+034F")] // combining grapheme joiner
    [InlineData("\u3164", NameProblem.InvisibleOrBidi, "U+1160")] // Hangul filler
    [InlineData("\uFFA0", NameProblem.InvisibleOrBidi, "U+1160")]
    [InlineData("\u2800", NameProblem.InvisibleOrBidi, "U+2800")] // blank braille
    [InlineData("a\U000E0041", NameProblem.InvisibleOrBidi, "U+E0041")] // tag
    [InlineData("a\u0378", NameProblem.Unassigned, "U+0378")]
    [InlineData("a\uFFFF", NameProblem.Unassigned, "U+FFFF")]
    [InlineData("a\uE000", NameProblem.Unassigned, "U+E000")]
    [InlineData(" alice", NameProblem.Whitespace, "U+0020")]
    [InlineData("alice ", NameProblem.Whitespace, "U+0020")]
    [InlineData("alice\u3000", NameProblem.Whitespace, "U+0020")] // ideographic space
    [InlineData("a  b", NameProblem.Whitespace, "U+0020")]
    [InlineData("a \u00A0b", NameProblem.Whitespace, "U+0020")]
    [InlineData("a\u1680b", NameProblem.Whitespace, "U+1680")]
    [InlineData("a\u2028b", NameProblem.Whitespace, "U+2028")]
    [InlineData(" ", NameProblem.Whitespace, "U+0020")]
    [InlineData("a/b", NameProblem.ReservedCharacter, "U+002F")]
    [InlineData("a℀b", NameProblem.ReservedCharacter, "U+002F")] // "a/c" in one character
    [InlineData("＠alice", NameProblem.ReservedCharacter, "U+0040")] // fullwidth
    [InlineData("a:b", NameProblem.ReservedCharacter, "U+003A")]
    [InlineData("a,b", NameProblem.ReservedCharacter, "U+002C")]
    [InlineData("<b>", NameProblem.ReservedCharacter, "U+003C")]
    [InlineData("..", NameProblem.ReservedCharacter, "U+002E")]
    [InlineData("…", NameProblem.ReservedCharacter, "U+002E")]
    [InlineData("\u0301a", NameProblem.CombiningMarks, "U+0301")]
    [InlineData("a \u0301", NameProblem.CombiningMarks, "U+0301")]
    [InlineData("x\u0316\u0317\u0318\u0319\u031C", NameProblem.CombiningMarks, "U+031C")]
    [InlineData("раураl", NameProblem.MixedScripts, "Cyrillic, Latin")]
    [InlineData("Aλice", NameProblem.MixedScripts, "Latin, Greek")]
    [InlineData("Тλ", NameProblem.MixedScripts, "Cyrillic, Greek")]
    [InlineData("a\uFFFD", NameProblem.InvalidUnicode, "U+FFFD")]
    public void A_name_that_breaks_a_rule_is_refused_with_what_broke_it(string name, NameProblem problem, string detail) =>
        Assert.Equal(new NameCheck(problem, "", "", detail), NameRules.Check(name));

    [Fact]
    public void An_unpaired_surrogate_is_refused()
    {
        string[] broken = ["a\uD83D", "\uDE00a", "\uD83D\uD83D\uDE00"];
        var refusal = new NameCheck(NameProblem.InvalidUnicode, "", "", "unpaired surrogate");
        Assert.All(broken, name => Assert.Equal(refusal, NameRules.Check(name)));
    }

    [Fact]
    public void Four_marks_on_one_letter_are_the_most() => Assert.True(NameRules.Check("x\u0316\u0317\u0318\u0319y\u0316").Ok);

    [Fact]
    public void Length_is_counted_in_scalar_values_after_NFKC()
    {
        Assert.True(NameRules.Check(new string('a', 32)).Ok);
        Assert.Equal(NameProblem.TooLong, NameRules.Check(new string('a', 33)).Problem);
        Assert.True(NameRules.Check(string.Concat(Enumerable.Repeat("😀", 32))).Ok);
        Assert.Equal(NameProblem.TooLong, NameRules.Check(string.Concat(Enumerable.Repeat("😀", 33))).Problem);
        Assert.True(NameRules.Check(string.Concat(Enumerable.Repeat("e\u0301", 32))).Ok); // 64 typed, 32 composed
        Assert.True(NameRules.Check(new string('\uFB03', 10)).Ok); // ﬃ is three letters
        Assert.Equal(NameProblem.TooLong, NameRules.Check(new string('\uFB03', 11)).Problem);
        Assert.Equal(NameProblem.TooLong, NameRules.Check("\uFDFA\uFDFA").Problem); // 18 characters each
    }

    [Fact]
    public void Input_beyond_the_bound_is_refused_before_it_is_looked_at()
    {
        Assert.Equal("33 characters, at most 32", NameRules.Check(new string('a', 33)).Detail);
        Assert.Equal("more than 512 UTF-16 code units", NameRules.Check(new string('\uD800', 513)).Detail);
    }

    [Fact]
    public void A_group_may_have_a_longer_name_with_colons_and_commas()
    {
        Assert.True(NameRules.CheckGroup("Release 3.0: tests, docs & packaging").Ok);
        Assert.True(NameRules.CheckGroup(new string('g', 64)).Ok);
        Assert.Equal(NameProblem.TooLong, NameRules.CheckGroup(new string('g', 65)).Problem);
        Assert.Equal(NameProblem.ReservedCharacter, NameRules.CheckGroup("#general").Problem);
        Assert.Equal(NameProblem.MixedScripts, NameRules.CheckGroup("раураl").Problem);
    }

    [Fact]
    public void Every_reserved_character_is_refused_in_ASCII_and_in_fullwidth()
    {
        Assert.All(NameRules.ReservedEverywhere + NameRules.ReservedInAccounts, reserved =>
        {
            Assert.Equal(NameProblem.ReservedCharacter, NameRules.Check($"a{reserved}").Problem);
            Assert.Equal(NameProblem.ReservedCharacter, NameRules.Check($"a{(char)(reserved + 0xFEE0)}").Problem);
        });
    }

    [Theory]
    [InlineData("alice", "ＡＬＩＣＥ")]
    [InlineData("k", "\u212A")]
    [InlineData("Straße", "STRASSE")]
    [InlineData("각", "\u1100\u1161\u11A8")]
    [InlineData("Zoë", "zoe\u0308")]
    [InlineData("ΣΟΦΟΣ", "σοφος")]
    public void Names_that_differ_only_in_form_or_case_have_one_key(string one, string other)
    {
        Assert.True(NameRules.Check(one).Ok);
        Assert.True(NameRules.Check(other).Ok);
        Assert.Equal(NameRules.Check(one).Key, NameRules.Check(other).Key);
    }

    [Fact]
    public void Every_problem_has_a_sentence_of_its_own()
    {
        var sentences = Enum.GetValues<NameProblem>().Select(NameRules.Describe).ToList();
        Assert.All(sentences, sentence => Assert.EndsWith(".", sentence, StringComparison.Ordinal));
        Assert.Equal(sentences.Count, sentences.Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => NameRules.Describe((NameProblem)99));
    }

    [Fact]
    public void Every_refusal_has_a_word_of_its_own_on_the_wire()
    {
        var reasons = Enum.GetValues<NameProblem>().Where(problem => problem != NameProblem.None).Select(NameRules.Reason).ToList();
        Assert.Equal(["empty", "too-long", "control", "invisible", "unassigned", "whitespace", "reserved", "mixed-scripts", "marks", "invalid-unicode"], reasons);
        Assert.Throws<ArgumentOutOfRangeException>(() => NameRules.Reason(NameProblem.None));
    }
}
