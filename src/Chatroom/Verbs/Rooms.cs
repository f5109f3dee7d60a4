using System.CommandLine;
using Chatroom.Cli;

namespace Chatroom.Verbs;

/// <summary><c>chatroom rooms</c>: the rooms one is in.</summary>
internal static class Rooms
{
    public static Command Command()
    {
        var command = new ClientCommand("rooms", "Lists your rooms: id, kind, unread messages, newest seq, name.", "chatroom rooms\nchatroom rooms --json");
        var json = command.Add(JsonLine.Option());
        return command.Does((session, parsed) =>
        {
            foreach (var room in session.Client.Rooms)
            {
                Console.WriteLine(parsed.GetValue(json)
                    ? JsonLine.Of(("id", room.Id), ("kind", room.Kind), ("name", RoomNames.Say(room)), ("topic", room.Topic), ("role", room.Role),
                        ("public", room.IsPublic), ("head", room.Head), ("position", room.Position), ("unread", room.Unread), ("members", room.MemberCount))
                    : $"{room.Id,-15}  {room.Kind,-7}  {room.Unread,6}  {room.Head,8}  {RoomNames.Say(room)}");
            }

            return Task.FromResult(ExitCodes.Done);
        });
    }
}
