using Chatroom.Cli.LineMode;

namespace Chatroom.Tests.Cli;

public sealed class WordsTests
{
    [Theory]
    [InlineData("Class 3", "Class 3", "")]
    [InlineData("Class 3 public", "Class 3", "public")]
    [InlineData("\"Class 3\" private", "Class 3", "private")]
    [InlineData("\"going public\"", "going public", "")]
    [InlineData("public", "", "public")]
    [InlineData("ops", "ops", "")]
    public void A_name_may_have_spaces_and_an_option_after_it(string line, string name, string option) =>
        Assert.Equal((name, option), new Words(line).NameAndLast(word => word is "public" or "private"));

    [Theory]
    [InlineData("/x/my file.txt", "/x/my file.txt")]
    [InlineData("\"my file.txt\"", "my file.txt")]
    [InlineData("\"a\" and \"b\"", "\"a\" and \"b\"")]
    [InlineData("  ", "")]
    public void A_name_at_the_end_needs_no_quotes_and_may_have_them(string line, string name) => Assert.Equal(name, new Words(line).Name());
}
