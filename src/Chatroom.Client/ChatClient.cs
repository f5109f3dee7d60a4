using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

/// <summary>
/// A person's connection to one server: signs in, catches up, stays connected, and keeps one observable state. All changes of that state and
/// all <see cref="Changed"/> calls happen one after another, never at the same time; handlers must not block. Properties may be read from anywhere.
/// </summary>
public sealed partial class ChatClient : IAsyncDisposable
{
    private readonly ChatClientOptions _options;

    public ChatClient(ChatClientOptions options)
    {
        _options = options;
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

    /// <summary>The room, or null when the person is in none of this id.</summary>
    public RoomView? Room(string id) => Rooms.FirstOrDefault(room => room.Id == id);

    /// <summary>
    /// Everything that <see cref="Changed"/> raises from now on, as a sequence; ends with the client. Nothing is lost to a slow reader, so read on.
    /// </summary>
    public IAsyncEnumerable<ChatChange> WatchAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Makes an account. It does not sign in.</summary>
    /// <param name="password">8–256 bytes of UTF-8.</param>
    /// <param name="invite">Code of an invitation, where registration is by invitation.</param>
    /// <exception cref="ChatException">202 taken, 920 bad name, 923 closed, 924 invitation, 925 weak password.</exception>
    /// <exception cref="UntrustedServerException">The person must decide about the certificate.</exception>
    /// <exception cref="ConnectionLostException">The server cannot be reached.</exception>
    public Task<AccountInfo> RegisterAsync(string name, string password, string? invite = null, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();

    /// <summary>
    /// Signs in with a password and completes when everything is synchronized. The device's token is kept in the store, and the client
    /// reconnects by itself from now on.
    /// </summary>
    /// <exception cref="ChatException">102 wrong password, 103 no such account, 104 signed in elsewhere, 916 throttled, 926 disabled, 939 version.</exception>
    /// <exception cref="UntrustedServerException">The person must decide about the certificate.</exception>
    /// <exception cref="ConnectionLostException">The server cannot be reached, or the connection broke during the first sign-in.</exception>
    public Task SignInAsync(string name, string password, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>
    /// Signs in with the token in the store and completes when everything is synchronized, trying again for as long as the server cannot be
    /// reached (watch <see cref="Connection"/>). Cancelling stops the waiting; the client goes on trying. Account and outbox are there at once.
    /// </summary>
    /// <returns>False when the store has no token: sign in with a password.</returns>
    /// <exception cref="ChatException">927 the token is no longer good, 926 disabled, 939 version.</exception>
    /// <exception cref="UntrustedServerException">The person must decide about the certificate.</exception>
    public Task<bool> ResumeAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Signs in with a given device or bot token, kept in the store from now on. Else as <see cref="ResumeAsync"/>.</summary>
    public Task SignInWithTokenAsync(string token, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>
    /// Signs out: the token is revoked as far as the server can be reached, and forgotten here in any case, with all unacknowledged sends.
    /// </summary>
    public Task SignOutAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Ends the connection without signing out. Unacknowledged sends stay in the store.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException(Changed?.ToString());

    /// <summary>Says that the person has read up to an entry (all of the room when null). Kept and sent later while offline.</summary>
    public Task MarkReadAsync(string roomId, long? seq = null, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Removes a failed send from its room and the outbox.</summary>
    public void Discard(Sent failed) => throw new NotImplementedException();

    internal Task<TReply> ChangeAsync<TRequest, TReply>(
        Code code, string lane, Func<string, TRequest> body, CancellationToken cancellationToken) => throw new NotImplementedException();

    internal Task<TReply> AskAsync<TRequest, TReply>(Code code, TRequest body, CancellationToken cancellationToken) => throw new NotImplementedException();

    internal Task<Frame> AskAsync<TRequest>(Code code, TRequest body, CancellationToken cancellationToken) => throw new NotImplementedException();

    internal Task<RoomView> AdoptAsync(RoomState room, HistoryPage page) => throw new NotImplementedException();

    private Sent Send<TRequest>(Code code, Destination to, string kind, string? text, long? target, Func<string, TRequest> body) => throw new NotImplementedException();

    private Sent Enqueue(OutboxItem item) => throw new NotImplementedException();
}
