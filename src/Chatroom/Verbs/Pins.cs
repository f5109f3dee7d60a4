using System.CommandLine;
using Chatroom.Cli;
using Chatroom.Cli.Text;

namespace Chatroom.Verbs;

/// <summary><c>chatroom pins</c>: the pinned messages of a room.</summary>
internal static class Pins
{
    public static Command Command()
    {
        var command = new ClientCommand("pins", "Lists the pinned messages of a room, newest first.", "chatroom pins --room ops");
        var room = new RoomChoice(command, "--with");
        var json = command.Add(JsonLine.Option());
        return command.Does(async (session, parsed) =>
        {
            var pins = await session.Client.PinsAsync((await room.RoomAsync(session, parsed)).Id, session.Stop);
            var words = new EntryWords(session.Strings, session.Client.Account!.Id);
            foreach (var entry in pins.Entries)
            {
                var edit = pins.Amendments?.FirstOrDefault(one => one.Target == entry.Seq)?.Edit;
                Console.WriteLine(parsed.GetValue(json) ? JsonLine.Of(entry) : words.Say(entry with { Text = edit?.Text ?? entry.Text }));
            }

            return ExitCodes.Done;
        });
    }
}
