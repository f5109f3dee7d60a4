using System.CommandLine;
using System.Globalization;
using Chatroom.Client;

namespace Chatroom.Cli;

/// <summary>Verbs that make one change in a room, wait for its acknowledgement and print its seq.</summary>
internal static class Changes
{
    /// <param name="arguments">Adds the arguments, and gives what makes the change: from the room, the seq of the entry it is about, and what was parsed.</param>
    public static ClientCommand Verb(string name, string help, string example, Func<ClientCommand, Func<ChatClient, string, long, ParseResult, Sent>> arguments)
    {
        var command = new ClientCommand(name, help + " Prints the seq of the change.", example);
        var room = new RoomChoice(command, "--with");
        var target = command.Add(new Argument<long>("SEQ") { Description = "The message." });
        var act = arguments(command);
        return command.Does(async (session, parsed) =>
        {
            var view = await room.RoomAsync(session, parsed);
            var entry = await session.AcknowledgedAsync(act(session.Client, view.Id, parsed.GetValue(target), parsed));
            Console.WriteLine(entry.Seq.ToString(CultureInfo.InvariantCulture));
            return ExitCodes.Done;
        });
    }
}
