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
    [InlineData("bob hi there", "bob", "hi there")]
    [InlineData("@bob", "bob", "")]
    [InlineData("\"Li Lei\" hi \"there\"", "Li Lei", "hi \"there\"")]
    [InlineData("@\"Li Lei\" hi", "Li Lei", "hi")]
    [InlineData("\"@Li Lei\"", "Li Lei", "")]
    [InlineData("", "", "")]
    public void A_person_with_a_space_in_the_name_is_quoted_and_the_text_stays_as_it_is(string line, string name, string text)
    {
        var words = new Words(line);
        Assert.Equal((name, text), (words.Person(), words.Rest));
    }

    [Theory]
    [InlineData("/x/my file.txt", "/x/my file.txt")]
    [InlineData("\"my file.txt\"", "my file.txt")]
    [InlineData("\"a\" and \"b\"", "\"a\" and \"b\"")]
    [InlineData("  ", "")]
    public void A_name_at_the_end_needs_no_quotes_and_may_have_them(string line, string name) => Assert.Equal(name, new Words(line).Name());
}
