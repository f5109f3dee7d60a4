using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Text.Json.Nodes;
using Chatroom.Faults.Judging;

namespace Chatroom.Faults.Running;

/// <summary>
/// A person who stays: watches every room and writes down what comes, comes back by <c>have</c> after every loss of the connection, and sends if
/// asked to, pipelined, retrying whatever was not acknowledged with the same client ids, in the same order.
/// </summary>
public sealed partial class Participant(ServerProcess server, Ledger ledger, Func<ServerUnderTest, Task<IChannel>> open, string name, string token, string account) : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly ServerUnderTest address = server.Address();
    private readonly List<string> rooms = [];
    private Task running = Task.CompletedTask;
    private volatile IChannel? channel;
    private volatile TaskCompletionSource? stall;
    private int connections;

    public string Name => name;

    public string Account => account;

    public string Token => token;

    /// <summary>What it sends; null for one who only watches.</summary>
    public Sender? Sender { get; init; }

    /// <summary>Reads on after this many entries by telling MARK_READ; 0 never does.</summary>
    public int ReadEvery { get; init; }

    /// <summary>Whether the server may close the connection without being killed.</summary>
    public bool MayBeClosed { get; init; }

    /// <summary>Sign-ins that worked.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>Reasons of the BYEs that came.</summary>
    public List<int> Byes { get; } = [];

    /// <summary>Begins to watch the rooms from what was in them at <paramref name="heads"/>.</summary>
    public void Start(IEnumerable<(string Room, long Head)> heads)
    {
        foreach (var (room, head) in heads)
        {
            rooms.Add(room);
            ledger.Watch(name, room, head);
        }

        running = Task.Run(RunAsync);
    }

    /// <summary>Stops reading from the connection until <see cref="Resume"/>: the other side's writes fill the buffers on the way.</summary>
    public void Stall() => stall = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Resume()
    {
        stall?.TrySetResult();
        stall = null;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        Resume();
        if (channel is { } open)
        {
            await open.DisposeAsync();
        }

        await running;
        await address.DisposeAsync();
        stopping.Dispose();
    }

    private static bool IsLoss(Exception e) =>
        e is IOException or SocketException or WebSocketException or AuthenticationException or ObjectDisposedException or OperationCanceledException;

    private async Task RunAsync()
    {
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                await OnceAsync(await server.UpAsync(stopping.Token));
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            ledger.Complain($"{name} failed: {e}");
        }
    }

    private async Task OnceAsync(int generation)
    {
        var why = "the server closed";
        try
        {
            channel = await open(address);
            await using var conversation = new Conversation(channel);
            stopping.Token.ThrowIfCancellationRequested(); // It may have been disposed while there was no channel to close yet.
            await TalkAsync(conversation);
        }
        catch (Exception e) when (IsLoss(e))
        {
            why = e.Message; // Killed, or closed on the way: the next connection goes on from here.
        }
        finally
        {
            channel = null;
            Sender?.Lost();
        }

        if (server.IsUp(generation) && !MayBeClosed && !stopping.IsCancellationRequested)
        {
            ledger.Complain($"{name} lost its connection though the server was up: {why}");
            throw new InvalidOperationException("See the complaint before.");
        }
    }

    private async Task TalkAsync(Conversation conversation)
    {
        await SignInAsync(conversation);
        if (Sender is not null)
        {
            await Sender.BeginAsync(conversation);
        }

        while (true)
        {
            if (stall is { } stalled)
            {
                await stalled.Task;
            }

            if (await conversation.NextAsync() is not { } frame)
            {
                return;
            }

            if (frame.Code == Wire.Bye)
            {
                Byes.Add((int)frame.Body.Number("reason"));
            }
            else if (Acts.IsEntry(frame.Code))
            {
                await EntryAsync(conversation, frame);
            }
            else if (frame.Request != 0 && !conversation.Answer(frame))
            {
                ledger.Complain($"{name} got an answer to nothing: {frame}");
            }
        }
    }

    // The reply on the sending connection is the entry at its place; the reply to a retry is not.
    private async Task EntryAsync(Conversation conversation, RawFrame frame)
    {
        if (!frame.Body.Flag("duplicate"))
        {
            See(frame.Body.Text("room"), frame.Body);
            await ReadOnAsync(conversation, frame.Body);
        }

        if (frame.Request != 0 && conversation.Answer(frame) && Sender is not null)
        {
            await Sender.ContinueAsync(conversation);
        }
    }

    private void See(string room, JsonObject entry) => ledger.See(name, room, Observation.Of(entry));

    private async Task ReadOnAsync(Conversation conversation, JsonObject entry)
    {
        var (room, seq) = (entry.Text("room"), entry.Number("seq"));
        if (ReadEvery == 0 || seq % ReadEvery != 0)
        {
            return;
        }

        ledger.AskRead(account, room, seq);
        await conversation.SendAsync(Wire.MarkRead, new { room, seq }, reply =>
        {
            if (reply.Code == Wire.Ok)
            {
                ledger.AcknowledgeRead(account, room, seq);
            }
            else
            {
                ledger.Complain($"{name} could not mark {seq} of {room} read: {reply}");
            }
        });
    }
}
