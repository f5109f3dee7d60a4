using System.CommandLine;
using Chatroom.Cli;
using Chatroom.Cli.Text;
using Chatroom.Server.Maintenance;
using Microsoft.Extensions.Logging.Abstractions;

namespace Chatroom.Verbs;

/// <summary><c>chatroom user</c>: accounts, at the server's own machine (on the data folder of a stopped server).</summary>
internal static class User
{
    public static Command Command() => new("user", """
        Lists and administers accounts on the server's own machine. The server must be stopped (`chatroom admin` does the same over the network, as an admin).

        Examples:
          chatroom user list --data /srv/chat
          CHATROOM_PASSWORD=... chatroom user reset-password alice
          chatroom user role alice owner
        """)
    {
        List(),
        On("reset-password", "Gives an account a new password (asked for, or from CHATROOM_PASSWORD) and signs all its devices out.",
            (admin, name, _) => admin.ResetPasswordAsync(name, NewPassword())),
        On("disable", "Refuses sign-ins of an account and signs it out.", (admin, name, _) => admin.DisableAsync(name, disabled: true)),
        On("enable", "Allows sign-ins of a disabled account again.", (admin, name, _) => admin.DisableAsync(name, disabled: false)),
        On("delete", "Deletes an account: its name and password are erased, its name is never used again, its messages stay.", (admin, name, _) => admin.DeleteAsync(name)),
        On("role", "Makes an account owner, admin or member of the server.", (admin, name, role) => admin.SetRoleAsync(name, role!), takesRole: true),
    };

    private static string NewPassword()
    {
        var strings = Strings.Choose(null, Environment.GetEnvironmentVariable);
        return Secrets.NewPassword(strings, strings["ask.new-password"], "CHATROOM_PASSWORD");
    }

    private static Command List()
    {
        var command = new Command("list", "Lists all accounts.");
        var options = new ServerOptions(command, "data", "master-key");
        command.SetAction((parsed, _) => ServerOptions.RunAsync(parsed, async () =>
        {
            await using var admin = await ConsoleAdmin.OpenAsync(options.Read(parsed), NullLogger.Instance);
            foreach (var user in await admin.UsersAsync())
            {
                var state = user.Deleted is true ? "deleted" : user.Disabled is true ? "disabled" : "";
                Console.WriteLine($"{user.Id}  {user.ServerRole,-6}  {DateTimeOffset.FromUnixTimeMilliseconds(user.Created):yyyy-MM-dd}  {user.Name ?? "-"}  {state}".TrimEnd());
            }

            return 0;
        }));
        return command;
    }

    private static Command On(string verb, string help, Func<ConsoleAdmin, string, string?, Task<string?>> act, bool takesRole = false)
    {
        var command = new Command(verb, help);
        var name = new Argument<string>("name") { Description = "Name of the account." };
        var role = new Argument<string>("role") { Description = "owner, admin or member." };
        command.Arguments.Add(name);
        if (takesRole)
        {
            command.Arguments.Add(role);
        }

        var options = new ServerOptions(command, "data", "master-key", "password-memory-kib", "password-passes");
        command.SetAction((parsed, _) => ServerOptions.RunAsync(parsed, async () =>
        {
            await using var admin = await ConsoleAdmin.OpenAsync(options.Read(parsed), NullLogger.Instance);
            if (await act(admin, parsed.GetValue(name)!, takesRole ? parsed.GetValue(role) : null) is not { } problem)
            {
                Console.WriteLine("Done.");
                return 0;
            }

            await Console.Error.WriteLineAsync("chatroom: " + problem);
            return 1;
        }));
        return command;
    }
}
