using Chatroom.Cli.Connecting;
using Chatroom.Cli.Text;
using Chatroom.Client;
using Chatroom.Protocol.Messages;

namespace Chatroom.Cli;

/// <summary>A verb at work: signed in, until it is done, refused, interrupted or out of time.</summary>
internal sealed class Session(ChatClient client, ConnectionSettings settings, Strings strings, CancellationToken limit)
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(limit);
    private CliException? _ended;

    public ChatClient Client => client;

    public ConnectionSettings Settings => settings;

    public Strings Strings => strings;

    public CancellationToken Stop => _stop.Token;

    /// <summary>Runs the verb; a sign-in that ends meanwhile (on another device, by an admin) ends it too, for no answer would come.</summary>
    public async Task<int> RunAsync(Func<Session, Task<int>> act)
    {
        void Watch(ChatChange change)
        {
            if (change is ConnectionChanged { State: { Phase: ConnectionPhase.SignedOut or ConnectionPhase.Failed } state } && !IsLeaving)
            {
                _ended = state.Phase == ConnectionPhase.SignedOut
                    ? new CliException(ExitCodes.SignInRefused, strings["connect.signed-out", Sanitizer.Line(state.Text)])
                    : new CliException(ExitCodes.NotConnected, state.Cause is UntrustedServerException untrusted
                        ? new Connector(settings).Untrusted(untrusted)
                        : Sanitizer.Line(state.Text ?? state.Cause?.Message));
                _stop.Cancel();
            }
        }

        client.Changed += Watch;
        try
        {
            return await act(this);
        }
        catch (OperationCanceledException) when (_ended is not null)
        {
            throw _ended;
        }
        finally
        {
            client.Changed -= Watch;
            _stop.Dispose();
        }
    }

    /// <summary>The verb itself signs out.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>Waits for an acknowledgement for as long as the verb may.</summary>
    public Task<Entry> AcknowledgedAsync(Sent sent) => sent.Acknowledged.WaitAsync(Stop);

    /// <summary>The room meant by a text.</summary>
    /// <exception cref="CliException">None or several are meant.</exception>
    public RoomView Room(string text) => client.Room(RoomNames.Resolve(client.Rooms.Select(RoomNames.Of).ToArray(), text, strings).Id)!;

    /// <summary>A person by name, or by id written <c>id:u…</c>.</summary>
    public static PersonRef Person(string text) => text.StartsWith("id:", StringComparison.Ordinal) ? PersonRef.WithId(text[3..]) : PersonRef.Named(text);
}
