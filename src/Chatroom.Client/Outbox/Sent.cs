using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

public enum SendState
{
    /// <summary>Waiting for the store, the connection, its turn or the acknowledgement.</summary>
    Sending,

    /// <summary>Acknowledged: on the server's disk.</summary>
    Sent,

    /// <summary>Refused, or not storable: see <see cref="Sent.Error"/>. It is not tried again by itself.</summary>
    Failed,
}

/// <summary>A change in a room that the person made: a message, an edit, a recall, a reaction. It stays valid over reconnections.</summary>
public sealed class Sent
{
    private readonly TaskCompletionSource<Entry> _acknowledged = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Sent(OutboxItem item)
    {
        Item = item;

        // Whoever does not await the acknowledgement still learns of a refusal by State and Changed.
        _acknowledged.Task.ContinueWith(
            static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>32 hexadecimal digits; the entry carries them when it comes.</summary>
    public string ClientId => Item.ClientId;

    public Destination Destination => Item.Destination;

    /// <summary><see cref="EntryKinds"/>: text, emoji, edit, recall, reaction or pin.</summary>
    public string Kind => Item.Kind;

    /// <summary>The text or emoji, as far as the change has one.</summary>
    public string? Text => Item.Text;

    /// <summary>Seq of the entry that an edit, recall, reaction or pin is about, or that a text replies to.</summary>
    public long? Target => Item.Target;

    /// <summary>When the person acted, by this device's clock.</summary>
    public DateTimeOffset Time => Item.Time;

    public SendState State { get; private set; }

    public Exception? Error { get; private set; }

    /// <summary>Completes with the committed entry; fails with <see cref="ChatException"/> when refused.</summary>
    public Task<Entry> Acknowledged => _acknowledged.Task;

    internal OutboxItem Item { get; }

    internal void Succeed(Entry entry)
    {
        State = SendState.Sent;
        _acknowledged.TrySetResult(entry);
    }

    internal void Fail(Exception error)
    {
        State = SendState.Failed;
        Error = error;
        _acknowledged.TrySetException(error);
    }

    // The program ends or the client is disposed: the change itself stays in the store.
    internal void Abandon() => _acknowledged.TrySetCanceled();
}
