using System.CommandLine;
using System.CommandLine.Parsing;
using Chatroom.Cli.Text;

namespace Chatroom.Cli;

/// <summary>Where a person who used a verb wrongly reads on.</summary>
internal static class Usage
{
    public static string SeeHelp(ParseResult parsed, Strings strings) => strings["usage.see", Path(parsed)];

    /// <summary>The program and the verb, as they are typed.</summary>
    public static string Path(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var command = parsed.CommandResult; command is { Command: not RootCommand }; command = command.Parent as CommandResult)
        {
            names.Push(command.Command.Name);
        }

        return string.Join(' ', ["chatroom", .. names]);
    }
}
