using System.CommandLine;
using Chatroom.Cli;

namespace Chatroom.Verbs;

/// <summary><c>chatroom settings</c>: what one allows others.</summary>
internal static class Settings
{
    public static Command Command()
    {
        var command = new ClientCommand("settings", "Shows your settings, or changes them.", "chatroom settings\nchatroom settings --accept friends --classic forbid");
        var accept = command.Add(new Option<string?>("--accept") { HelpName = "everyone|friends", Description = "Who may write to you privately or add you as a friend." });
        var classic = command.Add(new Option<string?>("--classic") { HelpName = "allow|forbid", Description = "Whether you may sign in with a client of Chatroom 2.0, on a port without encryption." });
        return command.Does(async (session, parsed) =>
        {
            if (parsed.GetValue(accept) is { } wanted)
            {
                await session.Client.Security.SetAcceptAsync(wanted, session.Stop);
            }

            if (parsed.GetValue(classic) is { } choice)
            {
                await session.Client.Security.SetClassicAsync(choice, session.Stop);
            }

            Console.WriteLine("accept " + (parsed.GetValue(accept) ?? session.Client.Settings.Accept));
            Console.WriteLine("classic " + (parsed.GetValue(classic) ?? session.Client.Settings.Classic));
            return ExitCodes.Done;
        });
    }
}
