using System.CommandLine;
using Chatroom.Cli;
using Chatroom.Cli.Text;

namespace Chatroom.Verbs;

/// <summary><c>chatroom block</c>: whom one does not want to hear from.</summary>
internal static class Block
{
    public static Command Command() => new("block", "Blocks people: they can neither write to you privately nor add you.")
    {
        PersonVerbs.Verb("add", "Blocks a person.", "chatroom block add mallory", (session, person) => session.Client.People.BlockAsync(person, session.Stop)),
        PersonVerbs.Verb("remove", "Unblocks a person.", "chatroom block remove mallory", (session, person) => session.Client.People.UnblockAsync(person, session.Stop)),
        new ClientCommand("list", "Lists whom you blocked: id, name.", "chatroom block list").Does((session, _) =>
        {
            foreach (var person in session.Client.Blocks)
            {
                Console.WriteLine($"{person.Id,-15}  {Sanitizer.Line(person.Name)}");
            }

            return Task.FromResult(ExitCodes.Done);
        }),
    };
}
