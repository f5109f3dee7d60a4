using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

// The three ways of asking the server: reading, which fails with the connection; changing, which waits for the next one; marking as read,
// which only the newest of matters.
public sealed partial class ChatClient
{
    private Link? _link;

    /// <summary>
    /// Says that the person has read up to an entry (all of the room when null). Positions never move back. While offline it is kept and
    /// sent with the next connection.
    /// </summary>
    /// <exception cref="ChatException">914: not a member.</exception>
    public async Task MarkReadAsync(string roomId, long? seq = null, CancellationToken cancellationToken = default)
    {
        var wanted = await InSequence(() =>
        {
            if (Room(roomId) is not { } room)
            {
                throw new ChatException(Code.NotFound, "There is no such room.");
            }

            room.WantedPosition = Math.Max(room.WantedPosition, Math.Min(seq ?? room.Head, room.Head));
            return room.WantedPosition > room.Position && Connection.Phase == ConnectionPhase.Online ? room.WantedPosition : 0;
        }).ConfigureAwait(false);
        if (wanted == 0)
        {
            return;
        }

        // With the connection the request may be lost, but not the position: it goes out after the next sign-in.
        var sending = SendPositionAsync(roomId, wanted, cancellationToken);
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (sending.Exception?.InnerException is not ConnectionLostException)
        {
            await sending.ConfigureAwait(false);
        }
    }

    internal async Task<TReply> AskAsync<TRequest, TReply>(Code code, TRequest body, CancellationToken cancellationToken) =>
        await AskAsync(code, body, frame => WireJson.Read<TReply>(frame.Body.Span), cancellationToken).ConfigureAwait(false);

    internal Task DelayAsync(TimeSpan wait, CancellationToken cancellationToken) => Task.Delay(wait, _options.TimeProvider, cancellationToken);

    internal Task<Frame> AskAsync<TRequest>(Code code, TRequest body, CancellationToken cancellationToken) =>
        AskAsync(code, body, static frame => frame, cancellationToken);

    /// <summary>Asks for a page and applies it at its place among the events.</summary>
    internal Task<int> PageAsync(HistoryRequest request, Func<HistoryPage, int> apply, CancellationToken cancellationToken) =>
        AskAsync(Code.GetAllChatHistory, request, frame => apply(WireJson.Read<HistoryPage>(frame.Body.Span)), cancellationToken);

    /// <summary>A change that happens once, whatever becomes of the connection; kept in memory. Cancelling stops the waiting only.</summary>
    internal Task<TReply> ChangeAsync<TRequest, TReply>(
        Code code, string lane, Func<string, TRequest> body, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<TReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        var id = NewClientId();
        var item = new OutboxItem
        {
            ClientId = id,
            Code = code,
            Lane = lane,
            Body = WireJson.Write(body(id)),
            IsStored = true,
            Answered = frame => Answer(done, frame, static answer => WireJson.Read<TReply>(answer.Body.Span)),
            GivenUp = error => done.TrySetException(error),
        };
        _sequence.Post(() =>
        {
            if (Account is null)
            {
                done.TrySetException(NotSignedIn());
                return;
            }

            item.Order = NextOrder();
            _queue.Add(item);
        });
        return done.Task.WaitAsync(cancellationToken);
    }

    internal static string NewClientId() =>
        Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));

    private static ChatException NotSignedIn() => new(Code.NotSignedIn, "No account is signed in on this device.");

    /// <summary>Asks, and reads the answer within the sequence.</summary>
    private Task<T> AskAsync<TRequest, T>(Code code, TRequest body, Func<Frame, T> read, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var bytes = WireJson.Write(body);
        _sequence.Post(() =>
        {
            if (_link is not { IsOpen: true } link || Connection.Phase != ConnectionPhase.Online)
            {
                done.TrySetException(new ConnectionLostException("There is no connection to the server."));
                return;
            }

            link.Request(code, bytes, frame => Answer(done, frame, read), lost => done.TrySetException(lost));
        });
        return done.Task.WaitAsync(cancellationToken);
    }

    private static bool Answer<T>(TaskCompletionSource<T> done, Frame frame, Func<Frame, T> read)
    {
        try
        {
            if (Codes.IsError(frame.Code))
            {
                done.TrySetException(ChatException.From(frame));
            }
            else
            {
                done.TrySetResult(read(frame));
            }
        }
        catch (Exception error)
        {
            done.TrySetException(error);
        }

        return true;
    }

    private async Task SendPositionAsync(string roomId, long seq, CancellationToken cancellationToken)
    {
        try
        {
            await AskAsync(Code.MarkRead, new MarkReadRequest { Room = roomId, Seq = seq }, cancellationToken).ConfigureAwait(false);
        }
        catch (ChatException error) when (error.RetryAfter is { } wait)
        {
            await Task.Delay(wait, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
            await SendPositionAsync(roomId, seq, cancellationToken).ConfigureAwait(false);
        }
        catch (ChatException)
        {
            await InSequence(() => FindRoom(roomId)?.WantedPosition = 0).ConfigureAwait(false);
            throw;
        }
    }
}
