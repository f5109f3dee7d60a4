using Chatroom.Cli.Text;

namespace Chatroom.Cli.LineMode;

/// <summary>Where lines are printed: on a terminal above the line being typed, which stays whole; elsewhere one after another.</summary>
/// <param name="editor">Null when nothing is typed on a terminal.</param>
internal sealed class Screen(LineEditor? editor, bool coloured)
{
    private const int FallbackWidth = 80;
    private const string EraseLine = "\r\e[K";

    public string Prompt { get; set; } = "";

    public void Print(Style style, string text)
    {
        var lines = text.Split('\n').Select(line => coloured ? Styles.Paint(style, line) : line);
        Console.Out.Write((editor is null ? "" : EraseLine) + string.Join('\n', lines) + '\n' + PromptLine());
        Console.Out.Flush();
    }

    /// <summary>Shows the line being typed as it is now.</summary>
    public void Redraw()
    {
        Console.Out.Write(PromptLine());
        Console.Out.Flush();
    }

    /// <summary>Leaves the line being typed behind, at the end.</summary>
    public void Close()
    {
        if (editor is not null)
        {
            Console.Out.Write(EraseLine);
            Console.Out.Flush();
        }
    }

    private string PromptLine()
    {
        if (editor is null)
        {
            return "";
        }

        var width = Console.WindowWidth > 20 ? Console.WindowWidth : FallbackWidth;
        var prompt = Prompt + "> ";
        while (TextWidth.Of(prompt) > width / 2)
        {
            prompt = prompt[1..];
        }

        var (visible, cursor) = editor.Render(width - TextWidth.Of(prompt));
        var column = TextWidth.Of(prompt) + cursor;
        return $"{EraseLine}{(coloured ? Styles.Paint(Style.Quiet, prompt) : prompt)}{visible}\r{(column > 0 ? $"\e[{column}C" : "")}";
    }
}
