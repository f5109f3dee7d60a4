using System.CommandLine;
using Chatroom.Cli;
using Chatroom.Cli.Text;

namespace Chatroom.Verbs;

/// <summary><c>chatroom friends</c>: one's friends.</summary>
internal static class Friends
{
    public static Command Command()
    {
        var command = new ClientCommand("friends", "Lists your friends: id, online or not, name.", "chatroom friends --json");
        var json = command.Add(JsonLine.Option());
        return command.Does(async (session, parsed) =>
        {
            foreach (var friend in await session.Client.People.FriendsAsync(session.Stop))
            {
                Console.WriteLine(parsed.GetValue(json) ? JsonLine.Of(friend) : $"{friend.Id,-15}  {(friend.Online == true ? "online" : "-"),-6}  {Sanitizer.Line(friend.Name)}");
            }

            return ExitCodes.Done;
        });
    }
}
