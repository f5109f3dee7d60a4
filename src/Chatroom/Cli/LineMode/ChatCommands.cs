using Chatroom.Cli.Text;
using Chatroom.Client;

namespace Chatroom.Cli.LineMode;

/// <summary>What a typed line does: a text for the room, or a command by its name.</summary>
internal sealed partial class ChatCommands
{
    private readonly Session _session;
    private readonly ChatScreen _chat;
    private readonly Action<Sent> _send;
    private readonly Action<string> _fail;
    private readonly Dictionary<string, Func<Words, Task>> _commands;

    /// <param name="send">Takes every send, to tell when it waits and whether it was refused.</param>
    /// <param name="fail">Takes what went wrong after the command itself has ended.</param>
    public ChatCommands(Session session, ChatScreen chat, Action<Sent> send, Action<string> fail)
    {
        (_session, _chat, _send, _fail, _mentions) = (session, chat, send, fail, new Mentions(session));
        _commands = new(StringComparer.OrdinalIgnoreCase)
        {
            ["help"] = Now(_ => Help()),
            ["rooms"] = Now(_ => Rooms()),
            ["join"] = JoinAsync,
            ["msg"] = MessageAsync,
            ["who"] = WhoAsync,
            ["members"] = MembersAsync,
            ["history"] = HistoryAsync,
            ["older"] = OlderAsync,
            ["friends"] = Now(_ => Friends()),
            ["add"] = Person((person, stop) => Client.People.AddFriendAsync(person, stop), "done.added"),
            ["unfriend"] = Person((person, stop) => Client.People.RemoveFriendAsync(person, stop), "done.unfriended"),
            ["block"] = Person((person, stop) => Client.People.BlockAsync(person, stop), "done.blocked"),
            ["unblock"] = Person((person, stop) => Client.People.UnblockAsync(person, stop), "done.unblocked"),
            ["file"] = Now(FileOut),
            ["files"] = FilesAsync,
            ["get"] = GetAsync,
            ["create"] = CreateAsync,
            ["groups"] = GroupsAsync,
            ["invite"] = Person((person, stop) => Client.Groups.InviteAsync(Room.Id, person, stop), "done.invited"),
            ["invitations"] = Now(_ => Invitations()),
            ["accept"] = AcceptAsync,
            ["decline"] = DeclineAsync,
            ["leave"] = LeaveAsync,
            ["kick"] = KickAsync,
            ["role"] = RoleAsync,
            ["rename"] = RenameAsync,
            ["topic"] = words => WaitAsync(stop => Client.Groups.SetTopicAsync(Room.Id, words.Rest, stop)),
            ["options"] = OptionsAsync,
            ["reply"] = ReplyAsync,
            ["edit"] = EditAsync,
            ["recall"] = Now(words => _send(Client.Recall(Room.Id, Needed(words.Number())))),
            ["react"] = Now(words => React(words, on: true)),
            ["unreact"] = Now(words => React(words, on: false)),
            ["pin"] = Now(words => _send(Client.Pin(Room.Id, Needed(words.Number())))),
            ["unpin"] = Now(words => _send(Client.Pin(Room.Id, Needed(words.Number()), on: false))),
            ["pins"] = PinsAsync,
            ["search"] = SearchAsync,
            ["emoji"] = Now(words => _send(Client.SendEmoji(Room, EmojiNames.Find(Needed(words.Rest))))),
            ["read"] = words => WaitAsync(stop => Client.MarkReadAsync(Room.Id, words.Number(), stop)),
            ["unread"] = Now(_ => Unread()),
            ["devices"] = DevicesAsync,
            ["signout"] = words => WaitAsync(stop => Client.Security.SignOutDeviceAsync(Needed(words.Next()), stop), "done.signed-out"),
            ["password"] = PasswordAsync,
            ["accept-from"] = words => WaitAsync(stop => Client.Security.SetAcceptAsync(Needed(words.Next()), stop), "done.set"),
            ["me"] = Now(_ => Me()),
        };
    }

    /// <summary>Files on their way; complete when none is.</summary>
    public Task Transfers { get; private set; } = Task.CompletedTask;

    /// <summary>Names of the commands, <c>quit</c> besides.</summary>
    public IEnumerable<string> Names => _commands.Keys;

    private ChatClient Client => _session.Client;

    private RoomView Room => _chat.Room;

    /// <returns>False when the person leaves.</returns>
    public async Task<bool> DoAsync(string line)
    {
        if (line.Trim().Length == 0)
        {
            return true;
        }

        if (!line.StartsWith('/') || line.StartsWith("//", StringComparison.Ordinal))
        {
            await SendAsync(Room, line.StartsWith('/') ? line[1..] : line);
            return true;
        }

        var words = new Words(line[1..]);
        var name = words.Next();
        if (name is "quit" or "exit")
        {
            return false;
        }

        if (!_commands.TryGetValue(name, out var command))
        {
            throw new CliException(ExitCodes.Usage, _session.Strings["chat.unknown-command", Sanitizer.Line(name)]);
        }

        try
        {
            await command(words);
        }
        catch (PostponedException postponed)
        {
            // A password is not shown again.
            Postpone(postponed, Sanitizer.Line(name == "password" ? "/" + name : line));
        }
        catch (UsageException)
        {
            throw new CliException(ExitCodes.Usage, _session.Strings["help." + name.ToLowerInvariant()]);
        }

        return true;
    }

    private static Func<Words, Task> Now(Action<Words> act) => words =>
    {
        act(words);
        return Task.CompletedTask;
    };

    private Func<Words, Task> Person(Func<PersonRef, CancellationToken, Task> act, string? said) => async words =>
    {
        var name = Needed(words.Name());
        await WaitAsync(stop => act(Session.Person(name), stop));
        if (said is not null)
        {
            _chat.Say(said, Sanitizer.Line(name));
        }
    };

    private static string Needed(string text) => text.Length > 0 ? text : throw new UsageException();

    private static long Needed(long? number) => number ?? throw new UsageException();

    private void Help()
    {
        foreach (var name in _commands.Keys.Append("quit"))
        {
            _chat.Say("help." + name);
        }

        _chat.Say("help.lines");
    }

    /// <summary>A command was typed in a way it cannot be meant: its line of help is the answer.</summary>
    private sealed class UsageException : Exception;
}
