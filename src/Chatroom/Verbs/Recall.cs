using System.CommandLine;
using Chatroom.Cli;

namespace Chatroom.Verbs;

/// <summary><c>chatroom recall</c>: a message is taken back.</summary>
internal static class Recall
{
    public static Command Command() => Changes.Verb(
        "recall", "Takes a message back: its content and edits are erased on the server. Others' messages: moderators only.", "chatroom recall --room lobby 45",
        _ => static (client, room, seq, _) => client.Recall(room, seq));
}
