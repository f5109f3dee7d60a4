using System.CommandLine;
using Chatroom.Server;

namespace Chatroom.Verbs;

/// <summary><c>chatroom default-config</c>: the commented default configuration.</summary>
internal static class DefaultConfig
{
    public static Command Command()
    {
        var command = new Command("default-config", """
            Prints the commented default configuration: every setting, its unit and its effect.

            Example:
              chatroom default-config > chatroom.conf
              chatroom serve --config chatroom.conf
            """);
        command.SetAction(_ =>
        {
            Console.Write(OptionTable.DefaultConfiguration());
            return 0;
        });
        return command;
    }
}
