using System.CommandLine;
using Chatroom.Cli;
using Chatroom.Cli.Text;

namespace Chatroom.Verbs;

/// <summary><c>chatroom files</c>: the files of a room.</summary>
internal static class Files
{
    public static Command Command()
    {
        var command = new ClientCommand("files", "Lists the files of a room, newest first: seq, id, size, time, sender, name.", "chatroom files --room lobby\nchatroom files --with alice --json");
        var room = new RoomChoice(command, "--with");
        var count = command.Add(new Option<long>("--count") { HelpName = "N", Description = "At most so many.", DefaultValueFactory = _ => 100 });
        var json = command.Add(JsonLine.Option());
        return command.Does(async (session, parsed) =>
        {
            var id = (await room.RoomAsync(session, parsed)).Id;
            var left = parsed.GetValue(count);
            for (long? before = null; left > 0;)
            {
                var page = await session.Client.FileHistoryAsync(id, before, (int)Math.Min(left, 200), session.Stop);
                foreach (var entry in page.Files)
                {
                    left--;
                    Console.WriteLine(parsed.GetValue(json)
                        ? JsonLine.Of(entry)
                        : $"{entry.Seq,6}  {entry.File?.Id}  {EntryWords.Size(entry.File?.Size ?? 0),10}  {EntryWords.Time(entry.Time)}  {Sanitizer.Line(entry.SenderName)}  {Sanitizer.Line(entry.File?.Name)}");
                }

                if ((before = page.Next) is null)
                {
                    break;
                }
            }

            return ExitCodes.Done;
        });
    }
}
