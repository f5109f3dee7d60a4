using Chatroom.Server.Maintenance.ClassicImport;
using Chatroom.Server.Names;

namespace Chatroom.Tests.Maintenance.ClassicImport;

public sealed class ClassicNamesTests
{
    [Theory]
    [InlineData("ann", "ann", "ann-2")]
    [InlineData("  two  words ", "two words", "two words-2")]
    [InlineData("a:b,c@d", "a_b_c_d", "a_b_c_d-2")]
    [InlineData("\u202Eevil\u200B", "_evil_", "_evil_-2")]
    [InlineData("...", "user", "user-2")]
    [InlineData("\t", "_", "_-2")]
    [InlineData("pаypal", "user", "user-2")] // with a Cyrillic letter
    [InlineData("12345678901234567890123456789012345", "12345678901234567890123456789012", "123456789012345678901234567890-2")]
    [InlineData("张三/李四", "张三_李四", "张三_李四-2")]
    public void What_may_stand_of_an_old_name_stands(string old, string first, string second)
    {
        Assert.Equal([first, second], ClassicNames.Candidates(old).Take(2).Select(c => c.Display));
    }

    [Theory]
    [InlineData("\u0301")]
    [InlineData("\uFFFD")]
    [InlineData("😜")]
    [InlineData("\uFDFA\uFDFA\uFDFA")] // each becomes 18 characters
    public void Every_candidate_is_a_name_and_no_two_are_the_same(string old)
    {
        var candidates = ClassicNames.Candidates(old).Take(200).ToList();
        Assert.All(candidates, c => Assert.True(c.Ok && NameRules.Check(c.Display).Ok));
        Assert.Equal(200, candidates.Select(c => c.Key).Distinct().Count());
    }
}
