using System.CommandLine;
using Chatroom.Client;

namespace Chatroom.Cli;

/// <summary>Verbs about one person.</summary>
internal static class PersonVerbs
{
    public static ClientCommand Verb(string name, string help, string example, Func<Session, PersonRef, Task> act, bool saysDone = false)
    {
        var command = new ClientCommand(name, help, example);
        var person = command.Add(Argument());
        return command.Does(async (session, parsed) =>
        {
            await act(session, Session.Person(parsed.GetValue(person)!));
            if (saysDone)
            {
                Console.WriteLine(session.Strings["admin.done"]);
            }

            return ExitCodes.Done;
        });
    }

    public static Argument<string> Argument() => new("NAME") { Description = "The person's name, or id:ID." };
}
