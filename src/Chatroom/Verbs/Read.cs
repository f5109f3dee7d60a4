using System.CommandLine;
using Chatroom.Cli;

namespace Chatroom.Verbs;

/// <summary><c>chatroom read</c>: a room is marked as read.</summary>
internal static class Read
{
    public static Command Command()
    {
        var command = new ClientCommand("read", "Marks a room as read, on all your devices. A position never moves back.", "chatroom read --room lobby\nchatroom read --with alice --seq 45");
        var room = new RoomChoice(command, "--with");
        var seq = command.Add(new Option<long?>("--seq") { HelpName = "SEQ", Description = "Up to this entry. Default: everything." });
        return command.Does(async (session, parsed) =>
        {
            await session.Client.MarkReadAsync((await room.RoomAsync(session, parsed)).Id, parsed.GetValue(seq), session.Stop);
            return ExitCodes.Done;
        });
    }
}
