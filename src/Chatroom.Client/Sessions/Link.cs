using System.Threading.Channels;
using Chatroom.Protocol;

namespace Chatroom.Client;

/// <summary>
/// One live connection: numbers requests, gives replies to whoever asked, keeps the order of frames, and finds out when the other side is
/// gone. Its methods are called within the sequence only, except where said.
/// </summary>
internal sealed class Link
{
    private readonly IFrameConnection _connection;
    private readonly Sequence _sequence;
    private readonly ChatClientOptions _options;
    private readonly Action<Link, Frame> _arrived;
    private readonly Channel<byte[]> _outgoing = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<uint, Waiter> _waiters = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<Exception> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _heartbeat;
    private long _heard;
    private long _pinged;
    private bool _awaitsPong;
    private uint _lastRequest;

    /// <param name="arrived">Called in the sequence for every frame, before the one who asked gets it.</param>
    public Link(IFrameConnection connection, Sequence sequence, ChatClientOptions options, Action<Link, Frame> arrived)
    {
        (_connection, _sequence, _options, _arrived) = (connection, sequence, options, arrived);
        _heard = options.TimeProvider.GetTimestamp();
    }

    /// <summary>Completes with what ended the connection.</summary>
    public Task<Exception> Ended => _ended.Task;

    public bool IsOpen { get; private set; } = true;

    /// <summary>Starts receiving, sending and the heartbeat.</summary>
    public void Start()
    {
        _heartbeat = _options.TimeProvider.CreateTimer(_ => _sequence.Post(Beat), null, _options.PingAfter, Timeout.InfiniteTimeSpan);
        _ = ReceiveLoopAsync();
        _ = SendLoopAsync();
    }

    /// <param name="onFrame">Gets each frame of the answer; true when it was the last.</param>
    /// <param name="onLost">Called instead, when the connection ends first.</param>
    public void Request(Code code, ReadOnlySpan<byte> body, Func<Frame, bool> onFrame, Action<ConnectionLostException> onLost)
    {
        if (!IsOpen)
        {
            onLost(new ConnectionLostException("There is no connection to the server."));
            return;
        }

        do
        {
            _lastRequest++;
        }
        while (_lastRequest == 0 || _waiters.ContainsKey(_lastRequest));

        _waiters.Add(_lastRequest, new Waiter(onFrame, onLost));
        _outgoing.Writer.TryWrite(FrameCodec.Write(code, _lastRequest, body));
    }

    /// <summary>Ends the connection; whoever waits for an answer is told.</summary>
    public void Close(Exception cause)
    {
        if (!IsOpen)
        {
            return;
        }

        IsOpen = false;
        _heartbeat?.Dispose();
        _outgoing.Writer.TryComplete();
        _stop.Cancel();
        var waiters = _waiters.Values.ToArray();
        _waiters.Clear();
        var lost = new ConnectionLostException("The connection to the server was lost.", cause);
        foreach (var waiter in waiters)
        {
            waiter.OnLost(lost);
        }

        _ = DisposeConnectionAsync(cause);
    }

    private async Task DisposeConnectionAsync(Exception cause)
    {
        try
        {
            await _connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // The connection is given up already; what went wrong on closing it is told with the cause.
            cause = new AggregateException(cause, error);
        }

        _ended.TrySetResult(cause);
    }

    private async Task ReceiveLoopAsync()
    {
        Exception cause;
        try
        {
            while (await _connection.ReceiveAsync(_stop.Token).ConfigureAwait(false) is { } frame)
            {
                // Awaited, so that a flood from the server is held up on the wire and not piled up here.
                await _sequence.RunAsync(() => Dispatch(frame)).ConfigureAwait(false);
            }

            cause = new IOException("The server closed the connection.");
        }
        catch (Exception error)
        {
            cause = error;
        }

        _sequence.Post(() => Close(cause));
    }

    private async Task SendLoopAsync()
    {
        try
        {
            await foreach (var frame in _outgoing.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                await _connection.SendAsync(frame, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            _sequence.Post(() => Close(error));
        }
    }

    private void Dispatch(Frame frame)
    {
        if (!IsOpen)
        {
            return;
        }

        _heard = _options.TimeProvider.GetTimestamp();
        _awaitsPong = false;
        _arrived(this, frame);
        if (frame.RequestId != 0 && _waiters.TryGetValue(frame.RequestId, out var waiter) && waiter.OnFrame(frame))
        {
            _waiters.Remove(frame.RequestId);
        }
    }

    private void Beat()
    {
        if (!IsOpen)
        {
            return;
        }

        var clock = _options.TimeProvider;
        if (_awaitsPong)
        {
            var left = _options.PongWithin - clock.GetElapsedTime(_pinged);
            if (left <= TimeSpan.Zero)
            {
                Close(new TimeoutException("The server gave no sign of life."));
                return;
            }

            Rearm(left);
            return;
        }

        var silence = clock.GetElapsedTime(_heard);
        if (silence < _options.PingAfter)
        {
            Rearm(_options.PingAfter - silence);
            return;
        }

        _awaitsPong = true;
        _pinged = clock.GetTimestamp();
        Rearm(_options.PongWithin);
        Request(Code.Ping, [], static _ => true, static _ => { });
    }

    private void Rearm(TimeSpan after) => _heartbeat?.Change(after, Timeout.InfiniteTimeSpan);

    private sealed record Waiter(Func<Frame, bool> OnFrame, Action<ConnectionLostException> OnLost);
}
