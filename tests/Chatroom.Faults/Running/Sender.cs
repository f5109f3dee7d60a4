using Chatroom.Faults.Judging;

namespace Chatroom.Faults.Running;

/// <summary>
/// Sends texts to rooms, <paramref name="window"/> at a time without waiting. What a lost connection left unacknowledged goes first on the next one,
/// in the same order and under the same client ids; then one that was acknowledged is tried again, as it was and with other content.
/// </summary>
public sealed class Sender(Ledger ledger, string account, IReadOnlyList<string> rooms, int window, int textBytes = 40)
{
    private readonly Queue<Message> unacknowledged = new();
    private readonly Random random = new();
    private Message? acknowledged;
    private int inFlight;
    private int made;
    private long left;

    /// <summary>The device, where an account sends from several.</summary>
    public string Lane { get; init; } = "";

    /// <summary>Lets it make this many more messages.</summary>
    public void Allow(long more) => Interlocked.Add(ref left, more);

    /// <summary>Lets it make no more; what is on its way is still sent until it is acknowledged.</summary>
    public void Finish() => Interlocked.Exchange(ref left, 0);

    public bool IsIdle => Interlocked.Read(ref left) <= 0 && Volatile.Read(ref inFlight) == 0 && unacknowledged.Count == 0;

    /// <summary>Retries of acknowledged messages that were answered as promised.</summary>
    public int Retried { get; private set; }

    /// <summary>Retries that found the message committed though its acknowledgement had been lost.</summary>
    public int FoundCommitted { get; private set; }

    public async Task BeginAsync(Conversation conversation)
    {
        foreach (var message in unacknowledged.ToList())
        {
            await SendAsync(conversation, message, retry: true);
        }

        if (acknowledged is { } known)
        {
            await conversation.SendAsync(Wire.SendMessage, known.Body(known.Text), reply => Same(known, reply));
            await conversation.SendAsync(Wire.SendMessage, known.Body(known.Text + " altered"), reply => Refused(known, reply));
        }

        await ContinueAsync(conversation);
    }

    public async Task ContinueAsync(Conversation conversation)
    {
        while (inFlight < window && Interlocked.Read(ref left) > 0)
        {
            Interlocked.Decrement(ref left);
            var room = rooms[random.Next(rooms.Count)];
            var text = $"{made++} ".PadRight(textBytes, 'x');
            var message = new Message(room, Unique.ClientId(), text);
            unacknowledged.Enqueue(message);
            ledger.Send(room, account, message.ClientId, text, Lane);
            await SendAsync(conversation, message, retry: false);
        }
    }

    public void Lost() => inFlight = 0;

    private async Task SendAsync(Conversation conversation, Message message, bool retry)
    {
        inFlight++;
        await conversation.SendAsync(Wire.SendMessage, message.Body(message.Text), reply => Acknowledged(message, retry, reply));
    }

    private void Acknowledged(Message message, bool retry, RawFrame reply)
    {
        inFlight--;
        if (!Acts.IsEntry(reply.Code) || reply.Body.OptText("clientId") != message.ClientId)
        {
            ledger.Complain($"message {message.ClientId} was answered {reply}");
        }
        else if (unacknowledged.Dequeue() != message)
        {
            ledger.Complain($"message {message.ClientId} was acknowledged before one that was sent earlier");
        }
        else
        {
            FoundCommitted += retry && reply.Body.Flag("duplicate") ? 1 : 0;
            acknowledged = message with { Seq = reply.Body.Number("seq") };
            ledger.Acknowledge(message.ClientId, acknowledged.Seq);
        }
    }

    private void Same(Message known, RawFrame reply)
    {
        if (!Acts.IsEntry(reply.Code) || !reply.Body.Flag("duplicate") || reply.Body.Number("seq") != known.Seq)
        {
            ledger.Complain($"the retry of {known.ClientId}, acknowledged at {known.Seq}, was answered {reply}");
        }

        Retried++;
    }

    private void Refused(Message known, RawFrame reply)
    {
        if (reply.Code != Wire.IdempotencyConflict)
        {
            ledger.Complain($"the retry of {known.ClientId} with other content was answered {reply}");
        }

        Retried++;
    }

    private sealed record Message(string Room, string ClientId, string Text)
    {
        public long Seq { get; init; }

        public object Body(string text) => new { room = Room, text, clientId = ClientId };
    }
}
