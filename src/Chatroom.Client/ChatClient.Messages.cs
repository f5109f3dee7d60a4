using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

public sealed partial class ChatClient
{
    /// <summary>
    /// Sends a text. The row is in the room's <see cref="RoomView.Pending"/> at once; the message is stored before it first goes out, and is
    /// sent again with the same client id until the server answers.
    /// </summary>
    /// <param name="text">At most 16 KiB of UTF-8.</param>
    /// <param name="replyTo">Seq of the entry replied to.</param>
    /// <param name="mentions">Account ids, at most 50.</param>
    /// <param name="clientId">32 lowercase hexadecimal digits, for a program that tries the same message again after a restart; null: a new one.</param>
    /// <exception cref="ChatException">912: no account is signed in on this device; 919: the text is too large.</exception>
    public Sent SendText(Destination to, string text, long? replyTo = null, IReadOnlyList<string>? mentions = null, string? clientId = null) =>
        Send(clientId, Code.SendMessage, to, EntryKinds.Text, text, replyTo, id => new SendMessageRequest
        {
            Room = to.RoomId,
            To = to.Name,
            Text = text,
            ReplyTo = replyTo,
            Mentions = mentions,
            ClientId = id,
        });

    /// <summary>Sends one emoji as a message of its own. See <see cref="SendText"/>.</summary>
    public Sent SendEmoji(Destination to, string emoji, string? clientId = null) =>
        Send(clientId, Code.SendEmoji, to, EntryKinds.Emoji, emoji, null, id => new SendEmojiRequest { Room = to.RoomId, To = to.Name, Emoji = emoji, ClientId = id });

    /// <summary>Gives a text of one's own another wording.</summary>
    public Sent Edit(string roomId, long seq, string text, IReadOnlyList<string>? mentions = null) =>
        Send(null, Code.Edit, Destination.Room(roomId), EntryKinds.Edit, text, seq, id => new EditRequest
        {
            Room = roomId,
            Target = seq,
            Text = text,
            Mentions = mentions,
            ClientId = id,
        });

    /// <summary>Takes a message back: its content and edits are erased on the server.</summary>
    public Sent Recall(string roomId, long seq) => SendTarget(Code.Recall, EntryKinds.Recall, roomId, seq, null, null);

    /// <param name="on">Put the reaction on, or take it off.</param>
    public Sent React(string roomId, long seq, string emoji, bool on = true) =>
        SendTarget(Code.React, EntryKinds.Reaction, roomId, seq, emoji, on);

    public Sent Pin(string roomId, long seq, bool on = true) => SendTarget(Code.Pin, EntryKinds.Pin, roomId, seq, null, on);

    /// <summary>Tries a failed send again; the old handle stays failed.</summary>
    public Sent Retry(Sent failed)
    {
        ArgumentNullException.ThrowIfNull(failed);
        if (failed.State != SendState.Failed)
        {
            throw new InvalidOperationException("Only a failed send can be tried again.");
        }

        Discard(failed);
        return Enqueue(failed.Item);
    }

    private Sent SendTarget(Code code, string kind, string roomId, long seq, string? emoji, bool? on) =>
        Send(null, code, Destination.Room(roomId), kind, emoji, seq, id => new TargetRequest
        {
            Room = roomId,
            Target = seq,
            Emoji = emoji,
            On = on,
            ClientId = id,
        });

    /// <summary>Entries of a room as the server has them, without touching the room's view: the newest page, or before or after a seq.</summary>
    public Task<HistoryPage> HistoryAsync(
        string roomId, long? before = null, long? after = null, int? limit = null, CancellationToken cancellationToken = default) =>
        AskAsync<HistoryRequest, HistoryPage>(
            Code.GetAllChatHistory,
            new HistoryRequest { Room = roomId, Before = before, After = after, Limit = limit ?? _options.PageSize },
            cancellationToken);

    /// <summary>Pinned entries, newest first.</summary>
    public Task<PinList> PinsAsync(string roomId, CancellationToken cancellationToken = default) =>
        AskAsync<RoomRequest, PinList>(Code.ListPins, new RoomRequest { Room = roomId }, cancellationToken);

    /// <summary>Looks for messages, the newest first.</summary>
    /// <param name="text">Words and "phrases", all of which have to be there; at most 200 characters.</param>
    /// <param name="roomId">Null: in all rooms that the person is in.</param>
    /// <param name="from">Only what this person wrote.</param>
    public MessageSearch Search(string text, string? roomId = null, PersonRef? from = null) => new(this, new SearchRequest
    {
        Text = text,
        In = roomId is null ? null : [new SearchPlace { Room = roomId }],
        From = from?.Id,
        FromName = from?.Name,
    });

    /// <summary>A page of a room's files, newest first; the next with <see cref="FilePage.Next"/> as <paramref name="before"/>.</summary>
    public Task<FilePage> FileHistoryAsync(string roomId, long? before = null, int? limit = null, CancellationToken cancellationToken = default) =>
        AskAsync<FileHistoryRequest, FilePage>(
            Code.GetAllFileHistory, new FileHistoryRequest { Room = roomId, Before = before, Limit = limit }, cancellationToken);

    /// <summary>Tells the others that the person is typing; call it at most every few seconds. Does nothing while offline.</summary>
    public Task TypingAsync(string roomId, CancellationToken cancellationToken = default) => Connection.Phase == ConnectionPhase.Online
        ? AskAsync(Code.Typing, new RoomRequest { Room = roomId }, cancellationToken)
        : Task.CompletedTask;
}
