using System.CommandLine;
using Chatroom.Cli;
using Chatroom.Cli.Text;
using Chatroom.Protocol.Messages;

namespace Chatroom.Verbs;

/// <summary><c>chatroom history</c>: what was said in a room.</summary>
internal static class History
{
    private const int PageSize = 200;

    public static Command Command()
    {
        var command = new ClientCommand("history", """
            Prints entries of a room, oldest first: the newest 50, or those before or after a seq.
            With --json one entry a line, as committed; lines without a seq are amendments: what later entries made of the entry `target` (newest edit, reactions, pinned).
            """, """
            chatroom history --room lobby
            chatroom history --room ops --after 0 --count 1000000 --json > ops.jsonl
            chatroom history --with alice --before 120 --count 20
            """);
        var room = new RoomChoice(command, "--with");
        var before = command.Add(new Option<long?>("--before") { HelpName = "SEQ", Description = "Entries with a seq below this." });
        var after = command.Add(new Option<long?>("--after") { HelpName = "SEQ", Description = "Entries with a seq above this." });
        var count = command.Add(new Option<long>("--count") { HelpName = "N", Description = "At most so many.", DefaultValueFactory = _ => 50 });
        var json = command.Add(JsonLine.Option());
        return command.Does(async (session, parsed) =>
        {
            var id = (await room.RoomAsync(session, parsed)).Id;
            var words = new EntryWords(session.Strings, session.Client.Account!.Id);
            var pages = await PagesAsync(session, id, parsed.GetValue(before), parsed.GetValue(after), parsed.GetValue(count));
            var edits = Edits(pages);
            foreach (var page in pages)
            {
                Print(page, parsed.GetValue(json), edits, words);
            }

            return ExitCodes.Done;
        });
    }

    /// <summary>Pages in ascending order.</summary>
    private static async Task<IReadOnlyList<HistoryPage>> PagesAsync(Session session, string room, long? before, long? after, long count)
    {
        var pages = new LinkedList<HistoryPage>();
        while (count > 0)
        {
            var page = await session.Client.HistoryAsync(room, after is null ? before : null, after, (int)Math.Min(count, PageSize), session.Stop);
            var entries = page.Entries.Where(entry => before is null || entry.Seq < before).ToArray();
            count -= entries.Length;
            var kept = page with { Entries = entries };
            if (after is not null)
            {
                pages.AddLast(kept);
            }
            else
            {
                pages.AddFirst(kept);
            }

            if (entries.Length < page.Entries.Count || entries.Length == 0 || (after is not null ? page.After : page.Before) != true)
            {
                break;
            }

            (before, after) = after is not null ? (before, (long?)entries[^1].Seq) : ((long?)entries[0].Seq, null);
        }

        return [.. pages];
    }

    /// <summary>The newest wording by the seq of the text: from the entries of the pages, and from what the server says of entries outside them.</summary>
    private static Dictionary<long, string?> Edits(IReadOnlyList<HistoryPage> pages) => pages
        .SelectMany(page => page.Entries.Where(entry => entry.Kind == EntryKinds.Edit && entry.Recalled != true).Concat((page.Amendments ?? []).Select(one => one.Edit).OfType<Entry>()))
        .GroupBy(edit => edit.Target ?? 0)
        .ToDictionary(one => one.Key, one => one.MaxBy(edit => edit.Seq)!.Text);

    private static void Print(HistoryPage page, bool json, Dictionary<long, string?> edits, EntryWords words)
    {
        foreach (var entry in page.Entries)
        {
            Console.WriteLine(json ? JsonLine.Of(entry) : words.Say(edits.TryGetValue(entry.Seq, out var text) ? entry with { Text = text } : entry));
        }

        foreach (var amendment in json ? page.Amendments ?? [] : [])
        {
            Console.WriteLine(JsonLine.Of(amendment));
        }
    }
}
