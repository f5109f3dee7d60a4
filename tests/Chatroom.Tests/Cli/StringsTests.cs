using System.Text.RegularExpressions;
using Chatroom.Cli.Text;

namespace Chatroom.Tests.Cli;

public sealed partial class StringsTests
{
    [Fact]
    public void All_languages_have_the_same_keys()
    {
        var english = Strings.Load("en").Keys.Order(StringComparer.Ordinal).ToArray();
        Assert.NotEmpty(english);
        foreach (var language in Strings.Languages)
        {
            Assert.Equal(english, Strings.Load(language).Keys.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void All_languages_have_the_same_places_in_each_sentence()
    {
        var english = Strings.Load("en");
        foreach (var other in Strings.Languages.Select(Strings.Load))
        {
            Assert.All(english.Keys, key => Assert.Equal(Places(english[key]), Places(other[key])));
        }
    }

    [Theory]
    [InlineData(null, "zh_CN.UTF-8", "en_US.UTF-8", "离开了")]
    [InlineData(null, null, "zh_TW", "离开了")]
    [InlineData("en", "zh_CN.UTF-8", "zh_CN.UTF-8", "left")]
    [InlineData("zh", null, null, "离开了")]
    [InlineData(null, null, "de_DE.UTF-8", "left")]
    [InlineData(null, null, null, "left")]
    public void The_language_is_the_one_asked_for_or_that_of_the_environment(string? asked, string? all, string? lang, string left)
    {
        var chosen = Strings.Choose(asked, name => name == "LC_ALL" ? all : name == "LANG" ? lang : null);
        Assert.Equal(left, chosen["entry.leave"]);
    }

    private static string[] Places(string sentence) => [.. Place().Matches(sentence).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Place();
}
