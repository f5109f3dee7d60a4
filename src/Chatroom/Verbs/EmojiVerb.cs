using System.CommandLine;
using System.Globalization;
using Chatroom.Cli;

namespace Chatroom.Verbs;

/// <summary><c>chatroom emoji</c>: an emoji as a message of its own.</summary>
internal static class EmojiVerb
{
    public static Command Command()
    {
        var command = new ClientCommand("emoji", $"Sends one emoji as a message and prints its seq. Words: {EmojiNames.All}; or the emoji itself.", "chatroom emoji --room lobby cake\nchatroom emoji --to alice 🎉");
        var room = new RoomChoice(command, "--to");
        var emoji = command.Add(new Argument<string>("EMOJI") { Description = "A word, or one emoji." });
        return command.Does(async (session, parsed) =>
        {
            var sent = session.Client.SendEmoji(room.Destination(session, parsed), EmojiNames.Find(parsed.GetValue(emoji)!));
            Console.WriteLine((await session.AcknowledgedAsync(sent)).Seq.ToString(CultureInfo.InvariantCulture));
            return ExitCodes.Done;
        });
    }
}
