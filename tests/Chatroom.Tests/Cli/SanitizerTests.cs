using Chatroom.Cli;
using Chatroom.Cli.Text;

namespace Chatroom.Tests.Cli;

public sealed class SanitizerTests
{
    [Theory]
    [InlineData("\e[31mred\e[0m", "[31mred[0m")]
    [InlineData("bell\a", "bell")]
    [InlineData("over\rwritten\b\b", "over\nwritten")]
    [InlineData("c1\u009b31m", "c131m")]
    [InlineData("del\u007f", "del")]
    public void Control_characters_do_not_reach_the_terminal(string written, string shown) => Assert.Equal(shown, Sanitizer.Lines(written));

    [Fact]
    public void No_character_of_c0_or_c1_but_the_line_feed_is_left()
    {
        var all = string.Concat(Enumerable.Range(0, 0x100).Select(c => (char)c));
        Assert.DoesNotContain(Sanitizer.Lines(all), c => char.IsControl(c) && c != '\n');
        Assert.DoesNotContain(Sanitizer.Line(all), char.IsControl);
    }

    [Theory]
    [InlineData('\u202a')]
    [InlineData('\u202e')]
    [InlineData('\u2066')]
    [InlineData('\u2069')]
    public void The_direction_of_writing_cannot_be_turned_around(char turn) => Assert.Equal("a\ufffdb", Sanitizer.Line($"a{turn}b"));

    [Fact]
    public void One_line_stays_one_line() => Assert.Equal("a b c d", Sanitizer.Line("a\nb\u2028c\u2029d"));

    [Fact]
    public void Half_a_surrogate_pair_is_replaced() => Assert.Equal("a\ufffdb", Sanitizer.Line("a\ud83db"));

    [Fact]
    public void Letters_of_all_scripts_and_joined_emoji_stay_as_they_are() =>
        Assert.Equal("你好 мир שלום 👨‍👩‍👧 é", Sanitizer.Line("你好 мир שלום 👨‍👩‍👧 é"));

    [Theory]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("C:\\Windows\\system.ini", "system.ini")]
    [InlineData("..", "_..")]
    [InlineData(".bashrc", "_.bashrc")]
    [InlineData("-rf", "_-rf")]
    [InlineData("a/", "file")]
    [InlineData("报告.pdf", "报告.pdf")]
    [InlineData("x\e]0;y\a.txt", "x]0;y.txt")]
    public void A_name_given_by_another_stays_in_the_folder(string given, string safe) => Assert.Equal(safe, FileDownload.SafeName(given));
}
