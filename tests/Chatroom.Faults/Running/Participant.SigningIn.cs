using System.Text.Json.Nodes;
using Chatroom.Faults.Judging;

namespace Chatroom.Faults.Running;

public sealed partial class Participant
{
    private async Task SignInAsync(Conversation conversation)
    {
        var have = rooms.ToDictionary(room => room, room => ledger.LastSeen(name, room));
        var answer = new List<RawFrame>();
        await conversation.SendAsync(Wire.Login, new { version = 3, token, have = new { revision = 0, rooms = have }, page = 50 });
        do
        {
            answer.Add(await conversation.NextAsync() ?? throw new IOException("Closed during the sign-in."));
        }
        while (SyncAnswer.IsMiddle(answer[^1].Code));
        if (answer[^1].Code != Wire.SyncDone)
        {
            throw new InvalidOperationException($"The sign-in was refused: {answer[^1]}");
        }

        var sync = new SyncAnswer(answer);
        foreach (var room in sync.Rooms.Where(room => rooms.Contains(room.Text("id"))))
        {
            ledger.Count(new Counted(account, room.Text("id"), room.Number("head"), room.Number("position"), room.Number("unread")));
        }

        foreach (var room in rooms)
        {
            await CatchUpAsync(conversation, sync.Page(room), room, sync.Room(room).Number("head"));
        }

        Interlocked.Increment(ref connections);
        ledger.Notice();
    }

    // A page with a gap, or none where there was no room for it, is filled by asking; what comes meanwhile waits.
    private async Task CatchUpAsync(Conversation conversation, JsonObject? page, string room, long head)
    {
        if (page is not null && !page.Flag("gap"))
        {
            foreach (var entry in page.List("entries"))
            {
                See(room, entry);
            }
        }

        while (ledger.LastSeen(name, room) < head)
        {
            var reply = await conversation.AskAsync(Wire.GetAllChatHistory, new { room, after = ledger.LastSeen(name, room), limit = 200 });
            var entries = reply.Body.List("entries");
            if (reply.Code != Wire.History || entries.Count == 0)
            {
                throw new InvalidOperationException($"History up to {head} was expected, but there came {reply}.");
            }

            foreach (var entry in entries.Where(entry => entry.Number("seq") <= head))
            {
                See(room, entry);
            }
        }
    }
}
