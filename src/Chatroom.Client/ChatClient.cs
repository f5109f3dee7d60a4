using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

/// <summary>
/// A person's connection to one server: signs in, catches up, stays connected, and keeps one observable state. All changes of that state and
/// all <see cref="Changed"/> calls happen one after another, never at the same time; handlers must not block. Properties may be read from anywhere.
/// </summary>
public sealed partial class ChatClient : IAsyncDisposable
{
    private readonly ChatClientOptions _options;
    private readonly Sequence _sequence;
    private readonly OutboxQueue _queue;

    public ChatClient(ChatClientOptions options)
    {
        _options = options;
        _sequence = new Sequence(error => Raise(new ProblemOccurred(error)));
        _queue = new OutboxQueue(options.TimeProvider, _sequence);
        Groups = new GroupArea(this);
        People = new PeopleArea(this);
        Security = new SecurityArea(this);
        Admin = new AdminArea(this);
        Files = new FileTransfers(this);
    }

    /// <summary>Raised for every change, in order, one at a time.</summary>
    public event Action<ChatChange>? Changed;

    public ConnectionState Connection { get; private set; } = ConnectionState.Offline;

    /// <summary>Who is signed in; null before the first sign-in and after signing out.</summary>
    public AccountInfo? Account { get; private set; }

    /// <summary>The server's program and limits, after the first sign-in.</summary>
    public ServerInfo? Server { get; private set; }

    /// <summary>The rooms of the person, the lobby first, then by name and id.</summary>
    public IReadOnlyList<RoomView> Rooms { get; private set; } = [];

    public RoomView? Lobby => Rooms.FirstOrDefault(room => room.Kind == RoomKinds.Lobby);

    public IReadOnlyList<Friend> Friends { get; private set; } = [];

    public IReadOnlyList<AccountInfo> Blocks { get; private set; } = [];

    public IReadOnlyList<Invitation> Invitations { get; private set; } = [];

    public IReadOnlyList<DeviceInfo> Devices { get; private set; } = [];

    public AccountSettings Settings { get; private set; } = new("everyone");

    public OnlinePeople Online { get; private set; } = new(0, new Dictionary<string, AccountInfo>());

    /// <summary>Sends not yet acknowledged, and refused ones not yet discarded, in the order in which they were made.</summary>
    public IReadOnlyList<Sent> Outbox { get; private set; } = [];

    public GroupArea Groups { get; }

    public PeopleArea People { get; }

    public SecurityArea Security { get; }

    public AdminArea Admin { get; }

    public FileTransfers Files { get; }

    internal ChatClientOptions Options => _options;

    internal string AccountId => Account?.Id ?? "";

    internal string? Token => _token;

    internal int WindowEntries => _options.WindowEntries;

    internal int? PageSize => _options.PageSize;

    /// <summary>The room, or null when the person is in none of this id.</summary>
    public RoomView? Room(string id) => Rooms.FirstOrDefault(room => room.Id == id);

    /// <summary>
    /// Everything that <see cref="Changed"/> raises from this call on; ends with the client. Nothing is lost to a slow reader: it is kept for it.
    /// </summary>
    public IAsyncEnumerable<ChatChange> WatchAsync(CancellationToken cancellationToken = default)
    {
        var changes = Channel.CreateUnbounded<ChatChange>(new UnboundedChannelOptions { SingleReader = true });
        void Take(ChatChange change) => changes.Writer.TryWrite(change);
        Changed += Take;
        _disposed.Token.Register(() => changes.Writer.TryComplete());
        return ReadAsync(cancellationToken);

        async IAsyncEnumerable<ChatChange> ReadAsync([EnumeratorCancellation] CancellationToken stop)
        {
            try
            {
                await foreach (var change in changes.Reader.ReadAllAsync(stop).ConfigureAwait(false))
                {
                    yield return change;
                }
            }
            finally
            {
                Changed -= Take;
            }
        }
    }

    /// <summary>Ends the connection without signing out. Unacknowledged sends stay in the store; who awaits one is cancelled.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed.IsCancellationRequested)
        {
            return;
        }

        await StopAsync().ConfigureAwait(false);
        await InSequence(() =>
        {
            foreach (var item in _queue.Clear())
            {
                item.GivenUp(new ObjectDisposedException(nameof(ChatClient)));
            }
        }).ConfigureAwait(false);
        await _storing.ConfigureAwait(false);
        await ReleaseOutboxAsync().ConfigureAwait(false);
        Files.Dispose();
        await _disposed.CancelAsync().ConfigureAwait(false);
    }

    internal Task InSequence(Action action) => _sequence.RunAsync(action);

    internal Task<T> InSequence<T>(Func<T> function) => _sequence.RunAsync(function);

    /// <summary>Tells the application; within the sequence. Its faults are its own, and do not reach the connection.</summary>
    private void Raise(ChatChange change)
    {
        foreach (var handler in Delegate.EnumerateInvocationList(Changed))
        {
            try
            {
                handler(change);
            }
            catch (Exception error) when (_options.HandlerFailed is { } told)
            {
                told(error);
            }
            catch (Exception error)
            {
                var thrown = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(error);
                ThreadPool.UnsafeQueueUserWorkItem(static info => info.Throw(), thrown, preferLocal: false);
            }
        }
    }
}
