using System.CommandLine;
using Chatroom.Cli;
using Chatroom.Cli.LineMode;
using Chatroom.Client;

namespace Chatroom.Verbs;

/// <summary><c>chatroom chat</c>: talking, line by line.</summary>
internal static class Chat
{
    private const int FirstPage = 50;

    public static Command Command()
    {
        var command = new ClientCommand("chat", """
            Talks: what you type is sent to the room you are in, what others write appears above it. /help lists the commands.
            What is not acknowledged when you leave is kept and sent when you chat again. With a pipe each line is sent, and the end of input leaves when all is acknowledged.
            """, "chatroom chat --user alice\nprintf '/join ops\\ndone\\n' | chatroom chat --user alice", timeout: 0);
        IAsyncEnumerable<ChatChange>? changes = null;
        return command.Does(
            (session, _) => new ChatLoop(session, changes!).RunAsync(),
            (settings, _) => settings with
            {
                KeepsOutbox = true,
                InputIsTaken = true,
                PageSize = FirstPage,

                // From before the sign-in on, for news such as new friends come with it.
                Prepare = client => changes = client.WatchAsync(),
            });
    }
}
