using System.CommandLine;
using Chatroom.Cli;

namespace Chatroom.Verbs;

/// <summary><c>chatroom react</c>: an emoji at a message.</summary>
internal static class React
{
    public static Command Command() => Changes.Verb("react", "Puts an emoji at a message, or takes it off.", "chatroom react --room lobby 45 👍\nchatroom react --with alice 12 👍 --off", command =>
    {
        var emoji = command.Add(new Argument<string>("EMOJI") { Description = "One emoji." });
        var off = command.Add(new Option<bool>("--off") { Description = "Take it off." });
        return (client, room, seq, parsed) => client.React(room, seq, EmojiNames.Find(parsed.GetValue(emoji)!), !parsed.GetValue(off));
    });
}
