using System.CommandLine;
using Chatroom.Cli;

namespace Chatroom.Verbs;

/// <summary><c>chatroom password</c>: another password.</summary>
internal static class Password
{
    public static Command Command()
    {
        var command = new ClientCommand("password", "Changes your password: the old one is asked for or comes from CHATROOM_PASSWORD, the new one (8 to 256 bytes) from CHATROOM_NEW_PASSWORD.", "chatroom password --sign-out-others");
        var others = command.Add(new Option<bool>("--sign-out-others") { Description = "Also sign out all your other devices." });
        return command.Does(async (session, parsed) =>
        {
            var old = Secrets.Password(session.Strings, session.Strings["ask.old-password"]);
            await session.Client.Security.ChangePasswordAsync(old, Secrets.NewPassword(session.Strings, session.Strings["ask.new-password"], "CHATROOM_NEW_PASSWORD"), parsed.GetValue(others), session.Stop);
            Console.WriteLine("Password changed.");
            return ExitCodes.Done;
        });
    }
}
