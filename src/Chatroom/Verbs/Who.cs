using System.CommandLine;
using Chatroom.Cli;
using Chatroom.Cli.Text;

namespace Chatroom.Verbs;

/// <summary><c>chatroom who</c>: who is online.</summary>
internal static class Who
{
    public static Command Command()
    {
        var command = new ClientCommand("who", "Lists who is online, you included: id, name.", "chatroom who");
        var json = command.Add(JsonLine.Option());
        return command.Does(async (session, parsed) =>
        {
            string? cursor = null;
            do
            {
                var page = await session.Client.People.OnlineAsync(cursor, cancellationToken: session.Stop);
                foreach (var person in page.Online)
                {
                    Console.WriteLine(parsed.GetValue(json) ? JsonLine.Of(person) : $"{person.Id,-15}  {Sanitizer.Line(person.Name)}{(person.Classic == true ? "  (classic)" : "")}");
                }

                cursor = page.Next;
            }
            while (cursor is not null);
            return ExitCodes.Done;
        });
    }
}
