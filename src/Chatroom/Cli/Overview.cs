using System.CommandLine;
using System.CommandLine.Invocation;
using Chatroom.Cli.Text;

namespace Chatroom.Cli;

/// <summary>
/// <c>chatroom --help</c>: every verb in a line, by what one wants to do. What a verb does in full is the verb's own help, which stays that of the library.
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
        if (parsed.CommandResult.Command is not RootCommand)
        {
            return details.Invoke(parsed);
        }

        var strings = Strings.Choose(null, Environment.GetEnvironmentVariable);
        Console.WriteLine(strings["overview.about"]);
        Console.WriteLine(strings["overview.usage"]);
        foreach (var (heading, verbs) in groups)
        {
            Console.WriteLine();
            Console.WriteLine(strings[heading]);
            foreach (var verb in verbs)
            {
                Console.WriteLine("  " + verb.Name.PadRight(Column) + strings["verb." + verb.Name]);
            }
        }

        Console.WriteLine();
        Console.WriteLine(strings["overview.version"]);
        return ExitCodes.Done;
    }
}
