using System.Threading.Channels;
using Chatroom.Cli.Text;
using Chatroom.Client;

namespace Chatroom.Cli.LineMode;

/// <summary>The line-mode client at work: reads what is typed or piped, does it line by line, and shows what comes.</summary>
internal sealed class ChatLoop(Session session, IAsyncEnumerable<ChatChange> changes)
{
    private static readonly TimeSpan SendPatience = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan LeavePatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReadDelay = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan TypingEvery = TimeSpan.FromSeconds(4);

    private readonly bool _isTerminal = !Console.IsInputRedirected && !Console.IsOutputRedirected;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly LineEditor _editor = new();
    private readonly HashSet<Sent> _waiting = [];
    private Screen _screen = null!;
    private ChatScreen _chat = null!;
    private ChatCommands _commands = null!;
    private ChatNews _news = null!;
    private bool _refused;
    private bool _isMarking;
    private long _typedAt;
    private string _continued = "";

    public async Task<int> RunAsync()
    {
        var loop = new Loop();
        return await loop.RunAsync(() => TalkAsync(loop));
    }

    private async Task<int> TalkAsync(Loop loop)
    {
        _screen = new Screen(_isTerminal ? _editor : null, Styles.Wanted(!Console.IsOutputRedirected, Environment.GetEnvironmentVariable));
        _chat = new ChatScreen(session, _screen);
        _news = new ChatNews(session, _chat);
        _commands = new ChatCommands(session, _chat, Send, Fail);
        _news.Welcome();
        _chat.Enter(_chat.Room);
        _ = MarkSoonAsync();
        var watching = WatchAsync();
        _ = watching.ContinueWith(task => _lines.Writer.TryComplete(task.Exception), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        new Thread(() => Read(loop)) { IsBackground = true, Name = "input" }.Start();
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync(session.Stop))
            {
                if (!await DoAsync(line))
                {
                    break;
                }
            }

            await LeaveAsync();
            return _refused ? ExitCodes.Failed : ExitCodes.Done;
        }
        finally
        {
            _screen.Close();
        }
    }

    /// <returns>False when the person leaves.</returns>
    private async Task<bool> DoAsync(string line)
    {
        try
        {
            return await _commands.DoAsync(line);
        }
        catch (Exception error) when (error is ChatException or CliException or IOException or UnauthorizedAccessException or TimeoutException)
        {
            Fail(ErrorWords.Say(session.Strings, error));
        }

        return true;
    }

    private void Fail(string text)
    {
        _refused = !_isTerminal;
        _chat.Problem(text);
    }

    private void Send(Sent sent)
    {
        _waiting.Add(sent);
        _ = WatchSentAsync(sent);
    }

    private async Task WatchSentAsync(Sent sent)
    {
        if (await Task.WhenAny(sent.Acknowledged, Task.Delay(SendPatience)) != sent.Acknowledged)
        {
            _chat.Print(Style.Quiet, session.Strings["chat.waiting", _chat.Words.Say(sent)]);
        }

        await sent.Acknowledged.ContinueWith(static _ => { }, TaskScheduler.Default);
        _waiting.Remove(sent);
        if (sent.State == SendState.Failed)
        {
            _refused = !_isTerminal;
            var reason = sent.Error is { } error ? ErrorWords.Say(session.Strings, error) : "";
            _chat.Problem(session.Strings["chat.not-sent", reason, _chat.Words.Say(sent)]);
        }
    }

    /// <summary>Ends when all is acknowledged; at a terminal the person is not kept waiting for long.</summary>
    private async Task LeaveAsync()
    {
        // A send leaves the set in the loop, after its acknowledgement: the set is empty when all has been told.
        var all = Task.WhenAll(_waiting.Select(sent => sent.Acknowledged.ContinueWith(static _ => { }, TaskScheduler.Default)).Append(_commands.Transfers));
        if (_isTerminal)
        {
            await Task.WhenAny(all, Task.Delay(LeavePatience));
        }
        else
        {
            await all.WaitAsync(session.Stop);
        }

        await Task.Yield();
        var left = _waiting.Count(sent => sent.State == SendState.Sending);
        if (left > 0)
        {
            _chat.Say("chat.left-behind", left);
        }

        if (_commands.Postponed > 0)
        {
            _chat.Say("chat.left-undone", _commands.Postponed);
        }
    }

    private async Task WatchAsync()
    {
        await foreach (var change in changes.WithCancellation(session.Stop))
        {
            if (change is EntryArrived arrived)
            {
                _chat.Arrived(arrived.Room, arrived.Entry);
                _ = MarkSoonAsync();
            }
            else
            {
                _news.Tell(change);
            }
        }
    }

    /// <summary>What a person at a terminal has before their eyes is read.</summary>
    private async Task MarkSoonAsync()
    {
        if (!_isTerminal || _isMarking)
        {
            return;
        }

        _isMarking = true;
        await Task.Delay(ReadDelay);
        _isMarking = false;
        if (_chat.Current is { IsMember: true, Unread: > 0 } room)
        {
            // Refused or lost: the next entry marks again, and nothing hangs on it.
            await session.Client.MarkReadAsync(room.Id, _chat.Shown).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Read(Loop loop)
    {
        if (!_isTerminal)
        {
            while (Console.In.ReadLine() is { } line)
            {
                _lines.Writer.TryWrite(line);
            }

            _lines.Writer.TryComplete();
            return;
        }

        Console.TreatControlCAsInput = true;
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            loop.Post(() => Press(key));
        }
    }

    private void Press(ConsoleKeyInfo key)
    {
        switch (_editor.Press(key))
        {
            case Typed.Line:
                var line = _editor.Take();
                _screen.Redraw();
                Finish(line);
                break;
            case Typed.End:
                _lines.Writer.TryComplete();
                break;
            case Typed.Changed:
                _screen.Redraw();
                _ = TypingAsync();
                break;
        }
    }

    // A backslash at the end goes on in the next line.
    private void Finish(string line)
    {
        if (line.EndsWith('\\'))
        {
            _continued += line[..^1] + "\n";
            _chat.Print(Style.Quiet, "  " + Sanitizer.Line(line[..^1]));
            return;
        }

        _lines.Writer.TryWrite(_continued + line);
        _continued = "";
    }

    private async Task TypingAsync()
    {
        if (_chat.Current is not { } room || _editor.Text.StartsWith('/') || _editor.Text.Length == 0 || Environment.TickCount64 - _typedAt < TypingEvery.TotalMilliseconds)
        {
            return;
        }

        _typedAt = Environment.TickCount64;

        // A courtesy: when it fails, nothing is lost.
        await session.Client.TypingAsync(room.Id).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
