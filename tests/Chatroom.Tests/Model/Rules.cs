using Chatroom.Protocol;

namespace Chatroom.Tests.Model;

/// <summary>What a request is promised to be answered with; refusals change nothing.</summary>
internal sealed record Outcome(Code Code, Room? Room = null, Line? Line = null);

/// <summary>The rules of docs/PROTOCOL.md over plain lists: no server, no store, no time.</summary>
internal sealed class Rules
{
    public Rules() => Rooms.Add(new Room(Kind.Lobby) { Id = "lobby" });

    public List<Person> People { get; } = [];

    public List<Room> Rooms { get; } = [];

    public Room Lobby => Rooms[0];

    public IEnumerable<Room> RoomsOf(Person person) => Rooms.Where(r => r.Open(person) is not null);

    public Person Register(string name)
    {
        var person = new Person(People.Count, name);
        People.Add(person);
        Lobby.Members[person] = [new Interval(Lobby.Head + 1)];
        Append(Lobby, "join", person, l => l with { Subject = person });
        person.Positions[Lobby] = Lobby.Head;
        return person;
    }

    public Outcome Post(Person me, Room? room, Person? to, string? text, string? emoji, long? replyTo)
    {
        if (to is not null)
        {
            if (to == me)
            {
                return new Outcome(Code.WrongMessage);
            }

            room = PrivateOf(me, to);
        }
        else if (room!.Open(me) is null)
        {
            return new Outcome(Code.NotFound);
        }

        var other = to ?? (room!.Kind == Kind.Private ? room.Peer(me) : null);
        if (other?.Blocked.Contains(me) is true)
        {
            return new Outcome(Code.NotAccepting);
        }

        if (replyTo is { } target && Target(me, room, target) is var refusal and not Code.Ok)
        {
            return new Outcome(refusal);
        }

        room ??= OpenPrivate(me, to!);
        var root = replyTo is { } at ? room.Log[(int)at - 1].Root ?? at : (long?)null;
        return Entry(room, room.Kind == Kind.Private ? Code.SendMessagePrivate : text is not null ? Code.SendMessageAll : Code.SendEmojiSuccess,
            Append(room, text is not null ? "text" : "emoji", me, l => l with { Text = text, Emoji = emoji, ReplyTo = replyTo, Root = root }));
    }

    public Outcome Change(Person me, Room room, string kind, long target, string? text = null, string? emoji = null, bool? on = null)
    {
        if (room.Open(me) is null)
        {
            return new Outcome(Code.NotFound);
        }

        if (Target(me, room, target) is var refusal and not Code.Ok)
        {
            return new Outcome(refusal);
        }

        var line = room.Log[(int)target - 1];
        var moderates = room.Kind != Kind.Private && room.Rank(me) >= 1;
        var shut = kind != "recall" && room.Kind == Kind.Private && room.Peer(me).Blocked.Contains(me);
        if (shut)
        {
            return new Outcome(Code.NotAccepting);
        }

        switch (kind)
        {
            case "edit" when line.Kind != "text" || line.Sender != me:
                return new Outcome(Code.InvalidTarget);
            case "recall" when line.Sender != me && !moderates:
            case "pin" when room.Kind != Kind.Private && !moderates:
                return new Outcome(Code.Forbidden);
            case "recall":
                line.RecalledBy = room.Head + 1;
                break;
            default:
                break;
        }

        return Entry(room, Code.Entry, Append(room, kind, me, l => l with { Target = target, Text = text, Emoji = emoji, On = on }));
    }

    /// <returns>Whether the position moved.</returns>
    public (Outcome Outcome, bool Moved) MarkRead(Person me, Room room, long seq)
    {
        if (room.Open(me) is null)
        {
            return (new Outcome(Code.NotFound), false);
        }

        var to = Math.Min(seq, room.Head);
        var moved = to > me.Positions.GetValueOrDefault(room);
        if (moved)
        {
            me.Positions[room] = to;
        }

        return (new Outcome(Code.Ok), moved);
    }

    public Outcome Create(Person me, string name, bool open, bool all)
    {
        if (open && Rooms.Any(r => r.Public && r.Name == name))
        {
            return new Outcome(Code.NameTaken);
        }

        var room = new Room(Kind.Group) { Name = name, Public = open, All = all };
        Rooms.Add(room);
        room.Members[me] = [new Interval(1) { Role = "owner" }];
        Append(room, "create", me, l => l with { Text = name });
        me.Positions[room] = 1;
        return new Outcome(Code.GroupCreated, room);
    }

    public Outcome Invite(Person me, Room room, Person guest)
    {
        if (room.Open(me) is null)
        {
            return new Outcome(Code.NotFound);
        }

        if (room.Kind != Kind.Group || (!room.Public && room.Rank(me) < 1))
        {
            return new Outcome(Code.Forbidden);
        }

        if (room.Open(guest) is not null)
        {
            return new Outcome(Code.Ok);
        }

        if (guest.Blocked.Contains(me))
        {
            return new Outcome(Code.NotAccepting);
        }

        room.Invited[guest] = me;
        return new Outcome(Code.Ok);
    }

    public Outcome Decline(Person me, Room room) => new(room.Invited.Remove(me) ? Code.Ok : Code.NotFound);

    public Outcome Join(Person me, Room room)
    {
        if (room.Open(me) is not null)
        {
            return new Outcome(Code.Joined, room);
        }

        if (room.Kind != Kind.Group || (!room.Public && !room.Invited.ContainsKey(me)))
        {
            return new Outcome(Code.NotFound);
        }

        room.Invited.Remove(me);
        if (!room.Members.TryGetValue(me, out var intervals))
        {
            room.Members[me] = intervals = [];
        }

        intervals.Add(new Interval(room.Head + 1));
        Append(room, "join", me, l => l with { Subject = me });
        me.Positions[room] = room.Head;
        return new Outcome(Code.Joined, room);
    }

    public Outcome Leave(Person me, Room room)
    {
        if (room.Open(me) is not { } interval)
        {
            return new Outcome(Code.NotFound);
        }

        if (room.Kind != Kind.Group)
        {
            return new Outcome(Code.Forbidden);
        }

        if (room.Present.Count() > 1 && room.IsLastOwner(me))
        {
            return new Outcome(Code.LastOwner);
        }

        var line = Append(room, "leave", me, l => l with { Subject = me });
        interval.To = line.Seq;
        room.Public &= room.Present.Any();
        return Entry(room, Code.Entry, line);
    }

    public Outcome Remove(Person me, Room room, Person other)
    {
        if (Governs(me, room, 1, other) is var refusal and not Code.Ok)
        {
            return new Outcome(refusal);
        }

        if (room.Rank(other) >= room.Rank(me))
        {
            return new Outcome(Code.Forbidden);
        }

        var interval = room.Open(other)!;
        var line = Append(room, "remove", me, l => l with { Subject = other });
        interval.To = line.Seq;
        return Entry(room, Code.Entry, line);
    }

    public Outcome SetRole(Person me, Room room, Person other, string role)
    {
        if (Governs(me, room, 2, other) is var refusal and not Code.Ok)
        {
            return new Outcome(refusal);
        }

        if (role != "owner" && room.IsLastOwner(other))
        {
            return new Outcome(Code.LastOwner);
        }

        room.Open(other)!.Role = role;
        return Entry(room, Code.Entry, Append(room, "role", me, l => l with { Subject = other, Role = role }));
    }

    public Outcome Block(Person me, Person other, bool on)
    {
        if (me == other)
        {
            return new Outcome(Code.AddFriendError);
        }

        if (on && me.Blocked.Add(other))
        {
            me.Friends.Remove(other);
            other.Friends.Remove(me);
        }
        else if (!on)
        {
            me.Blocked.Remove(other);
        }

        return new Outcome(Code.Ok);
    }

    public Outcome Befriend(Person me, Person other)
    {
        var code = me == other ? Code.AddFriendError : me.Friends.ContainsKey(other) ? Code.AddFriendAlready : other.Blocked.Contains(me) ? Code.NotAccepting : Code.AddFriendSuccess;
        if (code == Code.AddFriendSuccess)
        {
            (me.Friends[other], other.Friends[me]) = (me, me);
        }

        return new Outcome(code);
    }

    public Outcome Unfriend(Person me, Person other) => new(me.Friends.Remove(other) && other.Friends.Remove(me) ? Code.Ok : Code.NotFound);

    public Outcome PrivateInit(Person me, Person other)
    {
        if (me == other)
        {
            return new Outcome(Code.AddFriendError);
        }

        if (PrivateOf(me, other) is not { } room)
        {
            if (other.Blocked.Contains(me))
            {
                return new Outcome(Code.NotAccepting);
            }

            room = OpenPrivate(me, other);
        }

        return new Outcome(room.Head == 0 ? Code.PrivateHistoryEmpty : Code.PrivateHistory, room);
    }

    private static Outcome Entry(Room room, Code code, Line line) => new(code, room, line);

    private static Code Governs(Person me, Room room, int rank, Person other) =>
        room.Open(me) is null ? Code.NotFound
        : room.Kind != Kind.Group || room.Rank(me) < rank ? Code.Forbidden
        : room.Open(other) is null ? Code.NoSuchUser
        : Code.Ok;

    private static Code Target(Person me, Room? room, long target)
    {
        if (room is null || !room.Sees(me, target))
        {
            return Code.NotFound;
        }

        return room.Log[(int)target - 1] is { Counts: true, RecalledBy: null } ? Code.Ok : Code.InvalidTarget;
    }

    private static Line Append(Room room, string kind, Person sender, Func<Line, Line> fill)
    {
        var line = fill(new Line(room.Head + 1, kind, sender));
        room.Log.Add(line);
        return line;
    }

    private Room? PrivateOf(Person a, Person b) => Rooms.Find(r => r.Kind == Kind.Private && r.Members.ContainsKey(a) && r.Members.ContainsKey(b));

    private Room OpenPrivate(Person me, Person other)
    {
        var room = new Room(Kind.Private);
        room.Members[me] = [new Interval(1)];
        room.Members[other] = [new Interval(1)];
        Rooms.Add(room);
        return room;
    }
}
