using System.CommandLine;
using Chatroom.Cli;

namespace Chatroom.Verbs;

/// <summary><c>chatroom signout</c>: another device, or a bot's token, is signed out.</summary>
internal static class Signout
{
    public static Command Command()
    {
        var command = new ClientCommand("signout", "Signs out one of your devices, or revokes a bot's token (`chatroom devices` lists them; `chatroom logout` is for this device).", "chatroom signout d3cvx52909xd8x");
        var device = command.Add(new Argument<string>("ID") { Description = "The device's id." });
        return command.Does(async (session, parsed) =>
        {
            await session.Client.Security.SignOutDeviceAsync(parsed.GetValue(device)!, session.Stop);
            return ExitCodes.Done;
        });
    }
}
