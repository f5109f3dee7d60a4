using System.CommandLine;
using Chatroom.Cli;

namespace Chatroom.Verbs;

/// <summary><c>chatroom logout</c>: this device is signed out.</summary>
internal static class Logout
{
    public static Command Command() => new ClientCommand("logout", "Signs this device out: its token is revoked, and forgotten here.", "chatroom logout --user alice")
        .Does(async (session, _) =>
        {
            session.IsLeaving = true;
            await session.Client.SignOutAsync(session.Stop);
            Console.WriteLine("Signed out.");
            return ExitCodes.Done;
        });
}
