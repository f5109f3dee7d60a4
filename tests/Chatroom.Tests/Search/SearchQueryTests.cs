using System.Globalization;
using Chatroom.Server.Search;
using CsCheck;

namespace Chatroom.Tests.Search;

/// <summary>What a search finds in a text, and that the index never keeps it from being found.</summary>
public sealed class SearchQueryTests
{
    [Theory]
    [InlineData("deploy", "We [Deploy]ed it; the [deploy]ment is over.")]
    [InlineData("ploy", null, "We deployed it.")]
    [InlineData("over it", "We deployed [it]; [it]'s [over].")]
    [InlineData("over us", null, "We deployed it; it's over.")]
    [InlineData("\"it is\"", "[It is] what [it is]n't.")]
    [InlineData("\"it is", "is it what [it is]")]
    [InlineData("“it is”", "is it what [it is]")]
    [InlineData("会议", "明天的[会议]改到下午三点。")]
    [InlineData("会议 三点", "明天的[会议]改到下午[三点]。")]
    [InlineData("会改", null, "明天的会议改到下午三点。")]
    [InlineData("改", "明天的会议[改]到下午三点。")]
    [InlineData("「下午三点」", "明天的会议改到[下午三点]。")]
    [InlineData("v10", "升级到[v10]了，不是v1。")]
    [InlineData("版本v1", "升级到[版本v1]0了。")]
    [InlineData("cafe", "Ein [Café], zwei [CAFÉ]S, drei [ｃａｆｅ]s.")]
    [InlineData("café", "a [cafe]")]
    [InlineData("STRASSE", "Die [Straße] ist lang.")]
    [InlineData("コーヒー", "熱い[コーヒー]を一杯")]
    [InlineData("ｺｰﾋｰ", "熱い[コーヒー]を一杯")]
    [InlineData("ヒー", "熱いコー[ヒー]を一杯")]
    [InlineData("회의", "내일 [회의]는 세 시")]
    [InlineData("회의", "내일 [\u1112\u116c\u110b\u1174]는 세 시")]
    [InlineData("\u0930\u093e\u091c", "[\u0930\u093e\u091c]\u0928\u0940\u0924\u093f")]
    [InlineData("москва", null, "Еду в Москву")]
    [InlineData("москв", "Еду в [Москв]у")]
    [InlineData("👍", "fine [👍]🏽 [👍️]")]
    [InlineData("->", "a [->] b")]
    [InlineData("don't", "I [don't] know")]
    [InlineData("c", "[C], not abc")]
    [InlineData("report.pdf", "[Report.pdf]")]
    public void Finds_what_a_person_means(string query, string? marked, string? text = null)
    {
        Assert.True(SearchQuery.TryParse(query, out var parsed));
        text ??= marked!.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);
        var marks = parsed.Match(text);
        Assert.Equal(marked, marks is null ? null : Marked(text, marks.Select(m => (m.Start, m.Length))));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t\u3000 ")]
    [InlineData("\"\" \" \"")]
    [InlineData("a b c d e f g h i j k l m")]
    public void Refuses_nothing_and_too_many_words(string? query) => Assert.False(SearchQuery.TryParse(query, out _));

    [Fact]
    public void Refuses_what_is_too_long()
    {
        Assert.True(SearchQuery.TryParse(new string('x', SearchQuery.MaxLength), out _));
        Assert.False(SearchQuery.TryParse(new string('x', SearchQuery.MaxLength + 1), out _));
    }

    // What is looked for is often a piece of the text, cut anywhere; and often not.
    [Fact]
    public void Every_text_that_matches_has_all_the_terms_that_the_index_is_asked_for()
    {
        var matches = 0;
        Gen.Select(Texts, Gen.Int[0, 1000], Gen.Int[1, 12], Texts, Gen.Int[0, 3]).Sample((text, from, length, other, kind) =>
        {
            var at = from % text.Length;
            var piece = kind == 0 ? other : text.Substring(at, Math.Min(length, text.Length - at));
            if (!SearchQuery.TryParse(kind == 1 ? "\"" + piece : piece, out var query) || query.Match(text) is not { } marks)
            {
                return;
            }

            Interlocked.Increment(ref matches);
            var terms = new HashSet<UInt128>();
            SearchTerms.Of(FoldedText.Of(text), term => terms.Add(term));
            Assert.All(query.Required, term => Assert.Contains(term, terms));
            var end = 0;
            foreach (var mark in marks)
            {
                Assert.True(mark.Length > 0 && mark.Start >= end && mark.Start + mark.Length <= text.Length);
                end = mark.Start + mark.Length;
            }
        }, iter: 20_000);
        Assert.True(matches > 5000, string.Create(CultureInfo.InvariantCulture, $"only {matches} matched"));
    }

    private static readonly Gen<string> Texts = Gen.OneOf(
        One("deploy", "Deployment", "it", "IT'S", "straße", "Café", "cafe\u0301", "x", "v10", "ＡＢＣ", "москва", "ά", "İstanbul", "ﬁn"),
        One("明天", "的", "会议", "改到", "コーヒー", "ｺｰﾋｰ", "が", "か\u3099", "회의", "\u1112\u116c", "ที่", "राजनीति", "龍𠮷"),
        One(" ", "  ", ", ", "。", "-", "->", "'", "\"", "\n", "“", "”"),
        One("👍", "👍🏽", "❤️", "👩‍💻", "€", "\u0301", "\u200d", "\ud83d")).List[1, 12].Select(parts => string.Concat(parts));

    private static Gen<string> One(params string[] of) => Gen.Int[0, of.Length - 1].Select(i => of[i]);

    private static string Marked(string text, IEnumerable<(int Start, int Length)> marks) =>
        marks.Reverse().Aggregate(text, (marked, mark) => marked.Insert(mark.Start + mark.Length, "]").Insert(mark.Start, "["));
}
