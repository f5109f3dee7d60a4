using Chatroom.Cli.Text;
using Chatroom.Client;
using Chatroom.Protocol.Messages;

namespace Chatroom.Cli.LineMode;

/// <summary>What the person sees: the room they are in, line by line, and news of the others.</summary>
internal sealed class ChatScreen(Session session, Screen screen)
{
    private const int FirstRows = 20;

    private readonly HashSet<string> _noticed = [];
    private readonly Strings _strings = session.Strings;
    private RoomView? _left;
    private bool _isForgotten;

    public EntryWords Words { get; } = new(session.Strings, session.Client.Account!.Id);

    /// <summary>The room the person is in; null from the moment they are no longer in it until they go to another.</summary>
    public RoomView? Current { get; private set; } = session.Client.Lobby ?? session.Client.Rooms[0];

    /// <summary>The room that what is typed is about.</summary>
    /// <exception cref="CliException">The person is in none.</exception>
    public RoomView Room => Current ?? throw new CliException(ExitCodes.Failed, _strings["chat.in-no-room"]);

    /// <summary>Seq of the last entry of the room that was printed.</summary>
    public long Shown { get; private set; }

    /// <summary>Seq of the first row of the room that was printed.</summary>
    public long Oldest { get; private set; }

    public void Say(string key, params object?[] arguments) => screen.Print(Style.System, _strings[key, arguments]);

    public void Problem(string text) => screen.Print(Style.Problem, text);

    public void Print(Style style, string text) => screen.Print(style, text);

    /// <summary>Goes to a room and shows its newest rows.</summary>
    public void Enter(RoomView room)
    {
        Current = room;
        _noticed.Remove(room.Id);
        screen.Prompt = RoomNames.Say(room);
        Print(Style.System, string.IsNullOrEmpty(room.Topic)
            ? _strings["chat.in-room", RoomNames.Say(room)]
            : _strings["chat.in-room-topic", RoomNames.Say(room), Sanitizer.Line(room.Topic)]);
        Shown = room.Log.Count > 0 ? room.Log[^1].Seq : 0;
        Oldest = long.MaxValue;
        Rows(room.Entries.TakeLast(FirstRows));
    }

    /// <summary>
    /// Tells that the person is no longer in a room. No other takes its place by itself: a line half typed is meant for this room, and must
    /// not be read by the people of another.
    /// </summary>
    /// <param name="comesAgain">The person left by themselves, and the news of it is still to come.</param>
    public void Left(RoomView room, bool comesAgain = false)
    {
        if (room != Current)
        {
            return;
        }

        Current = null;
        _left = comesAgain ? room : null;
        screen.Prompt = "";
        Say("chat.no-longer-in", RoomNames.Say(room));
        Say("chat.pick-room");
    }

    /// <summary>Whether it was said already that the person left this room; asked once, when the news comes.</summary>
    public bool WasToldOf(RoomView room)
    {
        var told = room == _left;
        _left = told ? null : _left;
        return told;
    }

    /// <summary>What was printed is of a history that is no more: nothing of the room is shown until it is <see cref="Remember">here again</see>.</summary>
    public void Forget()
    {
        _isForgotten = true;
        Shown = long.MaxValue;
    }

    /// <summary>Shows the room anew, if what was printed of it had been forgotten.</summary>
    public void Remember()
    {
        if (_isForgotten && Current is { } room)
        {
            Enter(room);
        }

        _isForgotten = false;
    }

    /// <summary>The room may be called otherwise now.</summary>
    public void Changed(RoomView room)
    {
        if (room == Current && screen.Prompt != RoomNames.Say(room))
        {
            screen.Prompt = RoomNames.Say(room);
            screen.Redraw();
        }
    }

    /// <summary>Rows as they stand now.</summary>
    public void Rows(IEnumerable<MessageView> rows)
    {
        foreach (var row in rows)
        {
            Oldest = Math.Min(Oldest, row.Seq);
            if (row.IsFromBlocked)
            {
                Print(Style.Quiet, _strings["chat.folded", row.Seq]);
            }
            else
            {
                Print(Words.StyleOf(row.Entry), Words.Say(row));
            }
        }
    }

    public void Arrived(RoomView room, Entry entry)
    {
        if (room == Current)
        {
            ArrivedHere(entry);
        }
        else if (entry.Counts == true && entry.Sender == session.Client.Account!.Id)
        {
            // Said with /msg, or on another device.
            if (room.Kind == RoomKinds.Private)
            {
                Print(Style.Own, $"({RoomNames.Say(room)}) {Words.Say(entry)}");
            }
        }
        else if (entry.Counts == true && !IsBlocked(entry))
        {
            if (room.Kind == RoomKinds.Private || entry.Mentions?.Contains(session.Client.Account!.Id) == true)
            {
                Print(Style.Other, $"({RoomNames.Say(room)}) {Words.Say(entry)}");
            }
            else if (_noticed.Add(room.Id))
            {
                Print(Style.Quiet, _strings["chat.news-in", RoomNames.Say(room)]);
            }
        }
    }

    private void ArrivedHere(Entry entry)
    {
        if (entry.Seq <= Shown)
        {
            return;
        }

        if (Shown > 0 && entry.Seq > Shown + 1)
        {
            Print(Style.Quiet, _strings["chat.gap", entry.Seq - Shown - 1]);
        }

        Shown = entry.Seq;
        if (IsBlocked(entry))
        {
            Print(Style.Quiet, _strings["chat.folded", entry.Seq]);
        }
        else
        {
            // Who is mentioned sees it at a glance.
            var forMe = entry.Mentions?.Contains(session.Client.Account!.Id) == true && entry.Sender != session.Client.Account.Id;
            Print(Words.StyleOf(entry), (forMe ? "» " : "") + Words.Say(entry));
        }
    }

    private bool IsBlocked(Entry entry) => session.Client.Blocks.Any(person => person.Id == entry.Sender);
}
