using Chatroom.Client;
using Chatroom.Protocol.Messages;

namespace Chatroom.Cli;

/// <summary>A room as it can be named.</summary>
internal sealed record NamedRoom(string Id, string Kind, string? Name, string? Peer);

/// <summary>Which room is meant: <c>lobby</c>, a room's id, a group's name, or <c>@NAME</c> for the private chat with a person.</summary>
internal static class RoomNames
{
    public static NamedRoom Of(RoomView room) => new(room.Id, room.Kind, room.Name, room.Peer?.Name);

    /// <summary>What people call a room.</summary>
    public static string Say(RoomView room) => Say(Of(room));

    public static string Say(NamedRoom room) => room.Kind switch
    {
        RoomKinds.Lobby => "lobby",
        RoomKinds.Private => "@" + Text.Sanitizer.Line(room.Peer ?? room.Id),
        _ => Text.Sanitizer.Line(room.Name ?? room.Id),
    };

    /// <exception cref="CliException">No room is called so, or several are.</exception>
    public static NamedRoom Resolve(IReadOnlyList<NamedRoom> rooms, string text, Text.Strings strings)
    {
        if (rooms.FirstOrDefault(room => room.Id == text || (text == "lobby" && room.Kind == RoomKinds.Lobby)) is { } exact)
        {
            return exact;
        }

        // The same spelling before the same letters: two groups may differ in case only.
        foreach (var comparison in (StringComparison[])[StringComparison.Ordinal, StringComparison.OrdinalIgnoreCase])
        {
            var found = rooms.Where(room => string.Equals(Called(room), text, comparison)).ToArray();
            if (found.Length == 1)
            {
                return found[0];
            }

            if (found.Length > 1)
            {
                throw new CliException(ExitCodes.Failed, strings["room.several", Text.Sanitizer.Line(text), string.Join(", ", found.Select(room => room.Id))]);
            }
        }

        throw new CliException(ExitCodes.Failed, strings["room.none", Text.Sanitizer.Line(text)]);
    }

    private static string? Called(NamedRoom room) => room.Kind == RoomKinds.Private ? "@" + room.Peer : room.Name;
}
