using System.CommandLine;
using Chatroom.Cli;
using Chatroom.Cli.Connecting;

namespace Chatroom.Verbs;

/// <summary><c>chatroom register</c>: a new account.</summary>
internal static class Register
{
    public static Command Command()
    {
        var command = new ClientCommand("register", "Makes an account and signs this device in. The first account of a server owns it. Passwords have 8 to 256 bytes.", """
            chatroom register --user alice
            CHATROOM_PASSWORD=... chatroom register --server chat.example:7443 --user bob --invite CODE --trust SHA256:...
            """, timeout: 60);
        var invite = command.Add(new Option<string?>("--invite") { HelpName = "CODE", Description = "An invitation, where registration is by invitation." });
        return command.DoesAlone(async (settings, parsed, limit) =>
        {
            var name = settings.User ?? throw new CliException(ExitCodes.Usage, settings.Strings["usage.name"]);
            var password = Secrets.NewPassword(settings.Strings, settings.Strings["ask.password-for", name], "CHATROOM_PASSWORD");
            await new Connector(settings).RegisterAsync(password, parsed.GetValue(invite), limit);
            Console.WriteLine(settings.Strings["register.done", name]);
            return ExitCodes.Done;
        });
    }
}
