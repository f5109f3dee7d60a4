using System.Text;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

// Sends: shown at once, stored before they go out, forgotten when their entry is here.
public sealed partial class ChatClient
{
    private readonly Dictionary<string, Sent> _sends = new(StringComparer.Ordinal);
    private Task _storing = Task.CompletedTask;
    private long _lastOrder;

    /// <summary>Removes a failed send from its room and from <see cref="Outbox"/>.</summary>
    public void Discard(Sent failed)
    {
        ArgumentNullException.ThrowIfNull(failed);
        _sequence.Post(() =>
        {
            if (failed.State == SendState.Failed && _sends.GetValueOrDefault(failed.ClientId) == failed)
            {
                _sends.Remove(failed.ClientId);
                OutboxTouched(failed);
                Forget(failed.Item);
            }
        });
    }

    private Sent Send<TRequest>(
        string? clientId, Code code, Destination to, string kind, string? text, long? target, Func<string, TRequest> body)
    {
        if (to.RoomId is null && to.Name is null)
        {
            throw new ArgumentException("A message needs a room or a person.", nameof(to));
        }

        if (text is not null && Encoding.UTF8.GetByteCount(text) > (Server?.MaxText ?? WireLimits.TextBytes))
        {
            throw new ChatException(Code.TextTooLarge, "The text is too large.", field: "text");
        }

        var id = clientId ?? NewClientId();
        var bytes = WireJson.Write(body(id));
        if (bytes.Length > WireLimits.BodyAfterSignIn)
        {
            // The server would end the connection for it, and each one after that: it must not get into the outbox.
            throw new ChatException(Code.WrongMessage, "The message is too large for a frame.");
        }

        return Enqueue(new OutboxItem
        {
            ClientId = id,
            Code = code,
            Lane = to.RoomId ?? Lanes.Person(to.Name!),
            Body = bytes,
            Destination = to,
            Kind = kind,
            Text = text,
            Target = target,
            History = target is null ? null : Server?.History,
            Time = _options.TimeProvider.GetUtcNow(),
            Answered = static _ => { },
            GivenUp = static _ => { },
        });
    }

    private Sent Enqueue(OutboxItem item)
    {
        if (Account is not { } account)
        {
            throw NotSignedIn();
        }

        var sent = new Sent(item);
        Bind(sent, item);
        item.IsDone = false;
        item.IsStored = false;
        item.Refusal = null;
        _sequence.Post(() =>
        {
            item.Order = NextOrder();
            _sends[item.ClientId] = sent;
            if (Detach(sent))
            {
                return;
            }

            _queue.Add(item);
            OutboxTouched(sent);
            if (_outboxSlot is not { } slot || slot.Account != account.Id)
            {
                item.IsStored = true;
                _queue.Ready(item);
                return;
            }

            item.StoreKey = slot.KeyOf(item);
            InStore(() => WriteAsync(item));
        });
        return sent;
    }

    /// <summary>
    /// A send about an entry of a history that is no more must not meet whatever has its number now: a text goes without being a reply, anything else is refused.
    /// </summary>
    /// <returns>Whether it was refused.</returns>
    private bool Detach(Sent sent)
    {
        var item = sent.Item;
        if (item.Target is null || item.History is null || item.History == Server?.History || item.IsDone)
        {
            return false;
        }

        if (item.Kind == EntryKinds.Text)
        {
            item.Body = WireJson.Write(WireJson.Read<SendMessageRequest>(item.Body) with { ReplyTo = null });
            item.Target = null;
            OutboxTouched(sent);
            return false;
        }

        _queue.Remove(item);
        Refuse(sent, new ChatException(Code.NotFound, "The message that this was about is gone: the server's data was restored from a backup."));
        return true;
    }

    /// <summary>The entry of one of the person's sends has come: as the answer, as an event or in a page.</summary>
    private void Acknowledge(Entry entry)
    {
        if (entry.ClientId is not { } id || entry.Sender != AccountId || !_sends.TryGetValue(id, out var sent) || sent.State == SendState.Sent)
        {
            return;
        }

        _sends.Remove(id);
        _queue.Remove(sent.Item);
        OutboxTouched(sent);
        sent.Succeed(entry); // Whoever waited for it does not find it waiting any more.
        Forget(sent.Item);
        Raise(new SendChanged(sent));
    }

    private void Bind(Sent sent, OutboxItem item)
    {
        item.Sent = sent;
        item.Answered = frame =>
        {
            if (Codes.IsEntry(frame.Code))
            {
                Acknowledge(WireJson.Read<Entry>(frame.Body.Span));
            }
            else
            {
                Refuse(sent, Codes.IsError(frame.Code)
                    ? ChatException.From(frame)
                    : new ChatException(Code.WrongMessage, $"The server answered a send with {(ushort)frame.Code}."));
            }
        };
        item.GivenUp = error =>
        {
            if (error is ObjectDisposedException)
            {
                sent.Abandon();
            }
            else
            {
                Refuse(sent, error);
            }
        };
    }

    private void Refuse(Sent sent, Exception error)
    {
        if (_options.KeepRefused && error is ChatException { Code: not Code.SignedOut } refused && sent.Item is { StoreKey: { } key, Kind: EntryKinds.Text or EntryKinds.Emoji } item)
        {
            item.Refusal = refused;
            InStore(() => _options.Store.WriteAsync(key, item.ToBytes()).AsTask());
        }
        else
        {
            Forget(sent.Item);
        }

        // After what it changes of the item: whoever waited may try it again at once.
        sent.Fail(error);
        OutboxTouched(sent);
        Raise(new SendChanged(sent));
    }

    private async Task WriteAsync(OutboxItem item)
    {
        try
        {
            await _options.Store.WriteAsync(item.StoreKey!, item.ToBytes()).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // What cannot be stored is not sent: a restart would not know of it, and the person would see it vanish.
            _sequence.Post(() =>
            {
                _queue.Remove(item);
                item.GivenUp(error);
            });
            return;
        }

        _sequence.Post(() =>
        {
            item.IsStored = true;
            _queue.Ready(item);
        });
    }

    private void Forget(OutboxItem item)
    {
        if (item.StoreKey is { } key)
        {
            InStore(() => _options.Store.DeleteAsync(key).AsTask());
        }
    }

    /// <summary>Does something with the store after all that was asked of it before; within the sequence.</summary>
    private void InStore(Func<Task> work)
    {
        _storing = AfterAsync(_storing, work);

        async Task AfterAsync(Task before, Func<Task> next)
        {
            await before.ConfigureAwait(false);
            try
            {
                await next().ConfigureAwait(false);
            }
            catch (Exception error)
            {
                _sequence.Post(() => Raise(new ProblemOccurred(error)));
            }
        }
    }

    private long NextOrder() => _lastOrder = Math.Max(_lastOrder + 1, _options.TimeProvider.GetUtcNow().UtcTicks);

    private void OutboxTouched(Sent sent)
    {
        Outbox = _sends.Values.OrderBy(one => one.Item.Order).ToArray();
        if (RoomOf(sent.Destination) is { } room)
        {
            ListPending(room);
            RoomTouched(room);
        }
    }

    private void ListPending(RoomView room) => room.Pending = Outbox
        .Where(sent => sent.Kind is EntryKinds.Text or EntryKinds.Emoji && RoomOf(sent.Destination) == room).ToArray();

    private RoomView? RoomOf(Destination to) => to.RoomId is { } id
        ? Room(id)
        : Rooms.FirstOrDefault(room => string.Equals(room.Peer?.Name, to.Name, StringComparison.OrdinalIgnoreCase));
}
