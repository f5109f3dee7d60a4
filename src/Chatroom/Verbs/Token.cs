using System.CommandLine;
using Chatroom.Cli;

namespace Chatroom.Verbs;

/// <summary><c>chatroom token</c>: tokens for bots.</summary>
internal static class Token
{
    public static Command Command() => new("token", "Makes tokens for bots (`chatroom devices` lists them, `chatroom signout ID` revokes one).") { Create() };

    private static Command Create()
    {
        var command = new ClientCommand("create", "Makes a bot's token and prints it, this once. It acts in your name within its scopes; use it with --token or CHATROOM_TOKEN.",
            "chatroom token create monitor --scopes send --days 365\nCHATROOM_TOKEN=... chatroom send --room ops \"all is well\"");
        var name = command.Add(new Argument<string>("NAME") { Description = "What the bot is called, in the list of devices." });
        var scopes = command.Add(new Option<string[]>("--scopes")
        {
            HelpName = "SCOPE",
            Description = "read (history, lists, events), send, files, manage (groups, friends, pins). Default: read send.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => ["read", "send"],
        });
        var days = command.Add(new Option<int?>("--days") { HelpName = "N", Description = "Days until it expires: 1 to 3650. Default: never." });
        return command.Does(async (session, parsed) =>
        {
            var wanted = parsed.GetValue(scopes)!.SelectMany(one => one.Split(',', StringSplitOptions.RemoveEmptyEntries)).ToArray();
            var made = await session.Client.Security.CreateTokenAsync(parsed.GetValue(name)!, wanted, parsed.GetValue(days), session.Stop);
            if (made.Token is null)
            {
                // The first answer was lost with the connection, and the server keeps no token it could tell again.
                await session.Client.Security.SignOutDeviceAsync(made.Device.Id, session.Stop);
                throw new CliException(ExitCodes.Failed, session.Strings["token.revoked"]);
            }

            Console.WriteLine(made.Token);
            return ExitCodes.Done;
        });
    }
}
