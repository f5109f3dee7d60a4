namespace Chatroom.Cli.Text;

/// <summary>What a line is, and so its colour: own ones blue, the system's amber, others' green, what went wrong red.</summary>
internal enum Style
{
    Plain,
    Own,
    System,
    Other,
    Quiet,
    Problem,
}

internal static class Styles
{
    private const string Reset = "\e[0m";

    /// <summary>Colours are for people at a terminal, and not for those who say NO_COLOR (https://no-color.org).</summary>
    public static bool Wanted(bool outputIsTerminal, Func<string, string?> environment) =>
        outputIsTerminal && string.IsNullOrEmpty(environment("NO_COLOR")) && environment("TERM") != "dumb";

    public static string Paint(Style style, string text) => style switch
    {
        Style.Own => "\e[94m" + text + Reset,
        Style.System => "\e[33m" + text + Reset,
        Style.Other => "\e[32m" + text + Reset,
        Style.Quiet => "\e[2m" + text + Reset,
        Style.Problem => "\e[31m" + text + Reset,
        _ => text,
    };
}
