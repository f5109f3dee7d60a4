using Chatroom.Client;
using Chatroom.Cli.Text;

namespace Chatroom.Cli.LineMode;

// Waiting for answers, but not for ever: the person sees that the prompt is alive. A change without an answer goes on by itself.
internal sealed partial class ChatCommands
{
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(20);

    // A read without a connection fails by itself, within this time; what is still open then is a change.
    private static readonly TimeSpan OfflinePatience = TimeSpan.FromMilliseconds(300);

    /// <summary>Commands that go on in the background.</summary>
    public int Postponed { get; private set; }

    private async Task WaitAsync(Func<CancellationToken, Task> ask, string? said = null)
    {
        var asked = ask(_session.Stop);
        await AnsweredAsync(asked);
        await asked;
        if (said is not null)
        {
            _chat.Say(said);
        }
    }

    private async Task<T> WaitAsync<T>(Func<CancellationToken, Task<T>> ask)
    {
        var asked = ask(_session.Stop);
        await AnsweredAsync(asked);
        return await asked;
    }

    /// <exception cref="PostponedException">There is no connection, or no answer yet.</exception>
    private async Task AnsweredAsync(Task asked)
    {
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Watch(ChatChange change)
        {
            if (Client.Connection.Phase != ConnectionPhase.Online)
            {
                lost.TrySetResult();
            }
        }

        Client.Changed += Watch;
        try
        {
            Watch(new Synchronized());
            await Task.WhenAny(asked, lost.Task, Task.Delay(AnswerPatience, _session.Stop));
            if (lost.Task.IsCompleted)
            {
                await Task.WhenAny(asked, Task.Delay(OfflinePatience, _session.Stop));
            }
        }
        finally
        {
            Client.Changed -= Watch;
        }

        if (!asked.IsCompleted)
        {
            _session.Stop.ThrowIfCancellationRequested();
            throw new PostponedException(asked, lost.Task.IsCompleted);
        }
    }

    private void Postpone(PostponedException postponed, string line)
    {
        _chat.Say(postponed.IsOffline ? "chat.postponed" : "chat.slow", line);
        Postponed++;
        Transfers = Task.WhenAll(Transfers, TellAsync());

        async Task TellAsync()
        {
            try
            {
                await postponed.Change;
                _chat.Say("chat.postponed-done", line);
            }
            catch (Exception error) when (error is ChatException or IOException)
            {
                _fail(_session.Strings["chat.postponed-refused", line, ErrorWords.Say(_session.Strings, error)]);
            }
            finally
            {
                Postponed--;
            }
        }
    }

    /// <summary>A change goes on without the command that asked for it.</summary>
    private sealed class PostponedException(Task change, bool isOffline) : Exception
    {
        public Task Change => change;

        public bool IsOffline => isOffline;
    }
}
