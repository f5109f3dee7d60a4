using System.Globalization;

namespace Chatroom.Cli.LineMode;

/// <summary>What a key did.</summary>
internal enum Typed
{
    Nothing,
    Changed,

    /// <summary>A line is finished: <see cref="LineEditor.Take"/>.</summary>
    Line,

    /// <summary>The person wants to leave: Ctrl-C or Ctrl-D with nothing typed.</summary>
    End,
}

/// <summary>The line being typed, with a cursor and the lines before it. The cursor moves over what the person sees as characters.</summary>
internal sealed class LineEditor
{
    private const int HistoryLimit = 500;
    private const char NewLine = '\n';

    private readonly List<string> _history = [];
    private string _text = "";
    private string _draft = "";
    private int _cursor;
    private int _recalled = -1;

    public string Text => _text;

    /// <summary>The finished line; begins the next.</summary>
    public string Take()
    {
        var line = _text;
        if (line.Length > 0 && (_history.Count == 0 || _history[^1] != line))
        {
            _history.Add(line);
        }

        if (_history.Count > HistoryLimit)
        {
            _history.RemoveAt(0);
        }

        (_text, _draft, _cursor, _recalled) = ("", "", 0, -1);
        return line;
    }

    public Typed Press(ConsoleKeyInfo key)
    {
        var control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
        switch (key.Key)
        {
            case ConsoleKey.Enter when key.Modifiers.HasFlag(ConsoleModifiers.Alt):
                return Insert(NewLine);
            case ConsoleKey.Enter:
                return Typed.Line;
            case ConsoleKey.C when control:
                return _text.Length == 0 ? Typed.End : Set("");
            case ConsoleKey.D when control && _text.Length == 0:
                return Typed.End;
            case ConsoleKey.Backspace when _cursor > 0:
                var before = Before();
                return Replace(before, _cursor, "");
            case ConsoleKey.Delete or ConsoleKey.D when _cursor < _text.Length && (key.Key == ConsoleKey.Delete || control):
                return Replace(_cursor, After(), "");
            case ConsoleKey.LeftArrow:
                return Move(Before());
            case ConsoleKey.RightArrow:
                return Move(After());
            case ConsoleKey.Home:
            case ConsoleKey.A when control:
                return Move(0);
            case ConsoleKey.End:
            case ConsoleKey.E when control:
                return Move(_text.Length);
            case ConsoleKey.U when control:
                return Replace(0, _cursor, "");
            case ConsoleKey.K when control:
                return Replace(_cursor, _text.Length, "");
            case ConsoleKey.W when control:
                return Replace(_text.AsSpan(0, _cursor).TrimEnd().LastIndexOf(' ') + 1, _cursor, "");
            case ConsoleKey.UpArrow:
                return Recall(_recalled < 0 ? _history.Count - 1 : _recalled - 1);
            case ConsoleKey.DownArrow:
                return _recalled < 0 ? Typed.Nothing : Recall(_recalled + 1);
            default:
                return control || char.IsControl(key.KeyChar) ? Typed.Nothing : Insert(key.KeyChar);
        }
    }

    /// <summary>The part of the line that fits, with the cursor in it.</summary>
    /// <param name="columns">Columns there are.</param>
    /// <returns>The part, line breaks as ↵, and the column of the cursor in it.</returns>
    public (string Visible, int Cursor) Render(int columns)
    {
        var shown = _text.Replace(NewLine, '↵');
        var start = 0;
        while (start < _cursor && TextWidth.Of(shown.AsSpan(start, _cursor - start)) >= columns)
        {
            start += StringInfo.GetNextTextElementLength(shown, start);
        }

        var end = start;
        while (end < shown.Length)
        {
            var next = end + StringInfo.GetNextTextElementLength(shown, end);
            if (TextWidth.Of(shown.AsSpan(start, next - start)) >= columns)
            {
                break;
            }

            end = next;
        }

        return (shown[start..end], TextWidth.Of(shown.AsSpan(start, Math.Min(_cursor, end) - start)));
    }

    private Typed Insert(char c) => Replace(_cursor, _cursor, c.ToString());

    private Typed Replace(int from, int to, string with)
    {
        _text = string.Concat(_text.AsSpan(0, from), with, _text.AsSpan(to));
        _cursor = from + with.Length;
        return Typed.Changed;
    }

    private Typed Move(int to)
    {
        _cursor = to;
        return Typed.Changed;
    }

    private Typed Set(string text)
    {
        (_text, _cursor) = (text, text.Length);
        return Typed.Changed;
    }

    private Typed Recall(int index)
    {
        if (index < 0)
        {
            return Typed.Nothing;
        }

        _draft = _recalled < 0 ? _text : _draft;
        _recalled = index < _history.Count ? index : -1;
        return Set(_recalled < 0 ? _draft : _history[index]);
    }

    private int Before()
    {
        var last = 0;
        for (var at = 0; at < _cursor; at += StringInfo.GetNextTextElementLength(_text, at))
        {
            last = at;
        }

        return last;
    }

    private int After() => _cursor >= _text.Length ? _text.Length : _cursor + StringInfo.GetNextTextElementLength(_text, _cursor);
}
