using System.CommandLine;
using System.CommandLine.Invocation;
using Chatroom.Cli.Text;

namespace Chatroom.Cli;

/// <summary>
/// The help of a command that has others below it: each in a line; <c>chatroom --help</c> by what one wants to do. What a verb does in full is the verb's own help,
/// which stays that of the library.
/// </summary>
/// <param name="groups">The key of a group's heading, and its verbs.</param>
/// <param name="details">Prints the help of one verb.</param>
internal sealed class Overview(IReadOnlyList<(string Heading, Command[] Verbs)> groups, SynchronousCommandLineAction details) : SynchronousCommandLineAction
{
    private const int Column = 17;

    // Whoever asks for help has not used a verb wrongly.
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count == 0)
        {
            return details.Invoke(parsed);
        }

        var strings = Strings.Choose(null, Environment.GetEnvironmentVariable);
        Console.WriteLine(command is RootCommand ? strings["overview.about"] : command.Description);
        Console.WriteLine();
        Console.WriteLine(strings["overview.usage", Usage.Path(parsed)]);
        if (command is not RootCommand)
        {
            Console.WriteLine();
            List(command.Subcommands, verb => verb.Description!.Split('\n')[0]);
            return ExitCodes.Done;
        }

        foreach (var (heading, verbs) in groups)
        {
            Console.WriteLine();
            Console.WriteLine(strings[heading]);
            List(verbs, verb => strings["verb." + verb.Name]);
        }

        Console.WriteLine();
        Console.WriteLine(strings["overview.version"]);
        return ExitCodes.Done;
    }

    private static void List(IEnumerable<Command> verbs, Func<Command, string> says)
    {
        foreach (var verb in verbs)
        {
            Console.WriteLine("  " + verb.Name.PadRight(Column) + says(verb));
        }
    }
}
