using System.CommandLine;
using Chatroom.Cli;
using Chatroom.Cli.Text;

namespace Chatroom.Verbs;

/// <summary><c>chatroom search</c>: messages with all of the words.</summary>
internal static class Search
{
    public static Command Command()
    {
        var command = new ClientCommand("search", """
            Finds messages with all of the words, the newest first; "a phrase" stays together.
            A word is found by its beginning, Chinese anywhere; case, width and accents make no difference. Names of files are looked through too.
            """, """
            chatroom search report
            chatroom search 会议 三点 --room ops
            chatroom search '"release notes"' --from alice --count 100 --json
            """);
        var text = command.Add(new Argument<string[]>("WORDS") { Description = "What to look for.", Arity = ArgumentArity.OneOrMore });
        var room = new RoomChoice(command, "--with", isOptional: true);
        var from = command.Add(new Option<string?>("--from") { HelpName = "USER", Description = "Only what this person wrote." });
        var count = command.Add(new Option<int>("--count") { HelpName = "N", Description = "At most so many.", DefaultValueFactory = _ => 20 });
        var json = command.Add(JsonLine.Option());
        return command.Does(async (session, parsed) =>
        {
            var where = room.IsGiven(parsed) ? (await room.RoomAsync(session, parsed)).Id : null;
            var search = session.Client.Search(string.Join(' ', parsed.GetValue(text)!), where, parsed.GetValue(from) is { } person ? Session.Person(person) : null);
            var words = new EntryWords(session.Strings, session.Client.Account!.Id);
            var left = parsed.GetValue(count);
            var found = left;
            while (left > 0 && !search.IsOver)
            {
                foreach (var hit in (await search.NextAsync(session.Stop)).Take(left))
                {
                    left--;
                    Console.WriteLine(parsed.GetValue(json) ? JsonLine.Of(hit) : words.Say(hit, session.Client.Room(hit.Entry.Room)));
                }
            }

            if (left == found && !parsed.GetValue(json))
            {
                Console.Error.WriteLine(session.Strings["search.none"]);
            }

            return ExitCodes.Done;
        });
    }
}
