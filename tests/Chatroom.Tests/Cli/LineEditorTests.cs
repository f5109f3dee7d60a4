using Chatroom.Cli.LineMode;

namespace Chatroom.Tests.Cli;

public sealed class LineEditorTests
{
    private readonly LineEditor _editor = new();

    [Fact]
    public void Typing_goes_on_at_the_cursor()
    {
        Type("hllo");
        Press(ConsoleKey.Home);
        Press(ConsoleKey.RightArrow);
        Type("e");
        Assert.Equal("hello", _editor.Text);
    }

    [Fact]
    public void Backspace_takes_what_the_person_sees_as_one_character()
    {
        Type("a👨‍👩‍👧é");
        Press(ConsoleKey.Backspace);
        Press(ConsoleKey.Backspace);
        Assert.Equal("a", _editor.Text);
    }

    [Fact]
    public void Lines_before_come_back_and_the_draft_is_kept()
    {
        Line("one");
        Line("two");
        Type("draft");
        Press(ConsoleKey.UpArrow);
        Assert.Equal("two", _editor.Text);
        Press(ConsoleKey.UpArrow);
        Press(ConsoleKey.UpArrow);
        Assert.Equal("one", _editor.Text);
        Press(ConsoleKey.DownArrow);
        Press(ConsoleKey.DownArrow);
        Assert.Equal("draft", _editor.Text);
    }

    [Fact]
    public void Alt_enter_goes_on_in_a_new_line()
    {
        Type("a");
        _editor.Press(new ConsoleKeyInfo('\r', ConsoleKey.Enter, shift: false, alt: true, control: false));
        Type("b");
        Assert.Equal("a\nb", _editor.Text);
        Assert.Equal(("a↵b", 3), _editor.Render(20));
    }

    [Fact]
    public void A_long_line_shows_the_part_with_the_cursor_and_never_more_than_fits()
    {
        Type("你好世界你好世界");
        var (visible, cursor) = _editor.Render(10);
        Assert.Equal("好世界", visible[^3..]);
        Assert.True(TextWidth.Of(visible) < 10);
        Assert.Equal(TextWidth.Of(visible), cursor);
        Press(ConsoleKey.Home);
        Assert.Equal(("你好世界", 0), _editor.Render(10));
    }

    [Fact]
    public void Control_c_empties_the_line_first_and_leaves_then()
    {
        Type("x");
        Assert.Equal(Typed.Changed, Press(ConsoleKey.C, control: true));
        Assert.Equal("", _editor.Text);
        Assert.Equal(Typed.End, Press(ConsoleKey.C, control: true));
    }

    [Fact]
    public void Keys_that_write_nothing_write_nothing()
    {
        _editor.Press(new ConsoleKeyInfo('\e', ConsoleKey.Escape, false, false, false));
        Press(ConsoleKey.F5);
        Assert.Equal("", _editor.Text);
    }

    private void Line(string text)
    {
        Type(text);
        Assert.Equal(Typed.Line, Press(ConsoleKey.Enter));
        Assert.Equal(text, _editor.Take());
    }

    private void Type(string text)
    {
        foreach (var c in text)
        {
            _editor.Press(new ConsoleKeyInfo(c, ConsoleKey.None, false, false, false));
        }
    }

    private Typed Press(ConsoleKey key, bool control = false) => _editor.Press(new ConsoleKeyInfo('\0', key, false, false, control));
}
