using System.CommandLine;
using Chatroom.Cli;

namespace Chatroom.Verbs;

/// <summary><c>chatroom pin</c>: a message is pinned.</summary>
internal static class Pin
{
    public static Command Command() => Changes.Verb("pin", "Pins a message, or takes the pin off (in groups and the lobby: moderators).", "chatroom pin --room ops 45\nchatroom pin --room ops 45 --off", command =>
    {
        var off = command.Add(new Option<bool>("--off") { Description = "Take the pin off." });
        return (client, room, seq, parsed) => client.Pin(room, seq, !parsed.GetValue(off));
    });
}
