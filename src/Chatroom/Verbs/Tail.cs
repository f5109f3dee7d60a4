using System.CommandLine;
using Chatroom.Cli;
using Chatroom.Cli.Text;
using Chatroom.Client;
using Chatroom.Protocol.Messages;

namespace Chatroom.Verbs;

/// <summary><c>chatroom tail</c>: what happens in a room, as it happens.</summary>
internal static class Tail
{
    private const int PageSize = 200;

    public static Command Command()
    {
        var command = new ClientCommand("tail", """
            Follows a room: prints each entry once, in order, without a gap, over any loss of the connection, until interrupted or --count is reached.
            """, """
            chatroom tail --room lobby
            chatroom tail --room ops --after 0 --json | jq -r .text
            chatroom tail --with alice --count 1 --timeout 60
            """, timeout: 0);
        var room = new RoomChoice(command, "--with");
        var after = command.Add(new Option<long?>("--after") { HelpName = "SEQ", Description = "Begin after this entry; 0: with the first that you may see. Default: with what comes from now on." });
        var count = command.Add(new Option<long?>("--count") { HelpName = "N", Description = "End with exit code 0 after this many entries. Default: never." });
        var json = command.Add(JsonLine.Option());
        return command.Does(async (session, parsed) =>
        {
            var changes = session.Client.WatchAsync(session.Stop);
            var view = await room.RoomAsync(session, parsed);
            var words = new EntryWords(session.Strings, session.Client.Account!.Id);
            var left = parsed.GetValue(count) ?? long.MaxValue;
            var follower = new Follower(session, view, parsed.GetValue(after) ?? view.Head);
            await foreach (var entry in follower.EntriesAsync(changes))
            {
                Console.WriteLine(parsed.GetValue(json) ? JsonLine.Of(entry) : words.Say(entry));
                if (--left <= 0)
                {
                    break;
                }
            }

            return ExitCodes.Done;
        });
    }

    /// <summary>Entries in the order of their seq, each once: from events where they follow on, from pages where they do not.</summary>
    private sealed class Follower(Session session, RoomView room, long last)
    {
        private bool _isLost;

        // Until an entry comes after the history was replaced, none of its numbers is known.
        private bool _isAnew;

        public async IAsyncEnumerable<Entry> EntriesAsync(IAsyncEnumerable<ChatChange> changes)
        {
            await foreach (var entry in MissedAsync())
            {
                yield return entry;
            }

            await foreach (var change in changes)
            {
                switch (change)
                {
                    case HistoryReplaced:
                        _isAnew = true;
                        await Console.Error.WriteLineAsync("chatroom: " + session.Strings["chat.restored"]);
                        break;
                    case EntryArrived arrived when arrived.Room == room && (_isAnew || arrived.Entry.Seq == last + 1):
                        _isAnew = false;
                        last = arrived.Entry.Seq;
                        yield return arrived.Entry;
                        break;
                    case EntryArrived arrived when arrived.Room == room && arrived.Entry.Seq > last:
                    case ConnectionChanged { State.Phase: ConnectionPhase.Online } when room.Head > last && !_isAnew:
                        _isLost = false;
                        await foreach (var entry in MissedAsync())
                        {
                            yield return entry;
                        }

                        break;
                    case ConnectionChanged { State.Phase: ConnectionPhase.Online }:
                        _isLost = false;
                        break;
                    case ConnectionChanged { State.Phase: ConnectionPhase.WaitingToRetry } when !_isLost:
                        _isLost = true;
                        await Console.Error.WriteLineAsync("chatroom: " + session.Strings["chat.lost"]);
                        break;
                    case RoomRemoved removed when removed.Room == room:
                        throw new CliException(ExitCodes.Failed, session.Strings["chat.no-longer-in", RoomNames.Say(room)]);
                }
            }
        }

        private async IAsyncEnumerable<Entry> MissedAsync()
        {
            while (await PageAsync() is { } page)
            {
                foreach (var entry in page.Entries)
                {
                    last = entry.Seq;
                    yield return entry;
                }

                if (page.After != true)
                {
                    last = Math.Max(last, page.Head);
                    yield break;
                }
            }
        }

        /// <returns>Null without a connection: the next one asks again.</returns>
        private async Task<HistoryPage?> PageAsync()
        {
            while (true)
            {
                try
                {
                    return await session.Client.HistoryAsync(room.Id, after: last, limit: PageSize, cancellationToken: session.Stop);
                }
                catch (ConnectionLostException)
                {
                    return null;
                }
                catch (ChatException error) when (error.RetryAfter is { } wait)
                {
                    await Task.Delay(wait, session.Stop);
                }
            }
        }
    }
}
