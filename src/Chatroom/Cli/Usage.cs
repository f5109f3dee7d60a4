using System.CommandLine;
using System.CommandLine.Parsing;

namespace Chatroom.Cli;

/// <summary>Where a person who used a verb wrongly reads on.</summary>
internal static class Usage
{
    public static string SeeHelp(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var command = parsed.CommandResult; command is { Command: not RootCommand }; command = command.Parent as CommandResult)
        {
            names.Push(command.Command.Name);
        }

        return string.Join(' ', ["see chatroom", .. names, "--help"]);
    }
}
