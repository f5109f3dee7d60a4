using System.CommandLine;
using Chatroom.Cli;

namespace Chatroom.Verbs;

/// <summary><c>chatroom edit</c>: another wording for a message of one's own.</summary>
internal static class Edit
{
    public static Command Command() => Changes.Verb("edit", "Gives a text of your own another wording.", "chatroom edit --room lobby 45 \"Dinner is at eight\"", command =>
    {
        var text = command.Add(new Argument<string>("TEXT") { Description = "The new text, at most 16 KiB." });
        return (client, room, seq, parsed) => client.Edit(room, seq, parsed.GetValue(text)!);
    });
}
