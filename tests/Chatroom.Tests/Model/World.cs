namespace Chatroom.Tests.Model;

/// <summary>A person in the model.</summary>
internal sealed class Person(int index, string name)
{
    public int Index => index;

    public string Name => name;

    public string Id { get; set; } = "";

    public HashSet<Person> Blocked { get; } = [];

    /// <summary>Friends, and who added whom.</summary>
    public Dictionary<Person, Person> Friends { get; } = [];

    public Dictionary<Room, long> Positions { get; } = [];

    public override string ToString() => name;
}

internal enum Kind
{
    Lobby,
    Group,
    Private,
}

internal sealed class Interval(long from)
{
    public long From => from;

    public long? To { get; set; }

    public string Role { get; set; } = "member";
}

/// <summary>An entry of a room's log in the model.</summary>
internal sealed record Line(long Seq, string Kind, Person Sender)
{
    public string? Text { get; init; }

    public string? Emoji { get; init; }

    public long? ReplyTo { get; init; }

    public long? Root { get; init; }

    public long? Target { get; init; }

    public bool? On { get; init; }

    public Person? Subject { get; init; }

    public string? Role { get; init; }

    /// <summary>Seq of the entry that recalled this one.</summary>
    public long? RecalledBy { get; set; }

    public bool Counts => Kind is "text" or "emoji";
}

/// <summary>What one entry looks like to a reader.</summary>
internal sealed record Look(string Kind, string Sender, string? Text, string? Emoji, long? ReplyTo, long? Root, bool Recalled, bool Pinned, string Reactions);

/// <summary>A room in the model: its log, and who was in it when.</summary>
internal sealed class Room(Kind kind)
{
    public Kind Kind => kind;

    public string Id { get; set; } = "";

    public string? Name { get; init; }

    public bool Public { get; set; }

    public bool All { get; init; } = true;

    public List<Line> Log { get; } = [];

    public Dictionary<Person, List<Interval>> Members { get; } = [];

    /// <summary>Who is invited, and by whom.</summary>
    public Dictionary<Person, Person> Invited { get; } = [];

    public long Head => Log.Count;

    public Interval? Open(Person person) => Members.GetValueOrDefault(person)?.LastOrDefault(i => i.To is null);

    public IEnumerable<Person> Present => Members.Keys.Where(p => Open(p) is not null);

    public Person Peer(Person person) => Members.Keys.Single(p => p != person);

    public bool Sees(Person person, long seq) => seq >= 1 && seq <= Head && Open(person) is not null
        && (All || Members[person].Any(i => seq >= i.From && seq <= (i.To ?? long.MaxValue)));

    public long First(Person person) => All ? 1 : Members[person][0].From;

    public int Rank(Person person) => kind switch
    {
        Kind.Lobby => person.Index == 0 ? 1 : 0,
        _ => Open(person)!.Role switch { "owner" => 2, "moderator" => 1, _ => 0 },
    };

    public bool IsLastOwner(Person person) => Open(person)!.Role == "owner" && Present.All(p => p == person || Open(p)!.Role != "owner");

    public long Unread(Person person)
    {
        var from = Math.Max(person.Positions.GetValueOrDefault(this), Open(person)!.From - 1);
        return Log.Count(l => l.Counts && l.Seq > from && l.RecalledBy is null && l.Sender != person);
    }

    /// <summary>The entry as the reader should see it, made of all entries that the reader may see.</summary>
    public Look LookOf(Line line, Person reader)
    {
        var changes = Log.Where(l => l.Target == line.Seq && Sees(reader, l.Seq)).ToList();
        var recalled = line.RecalledBy is not null;
        if (!line.Counts || recalled)
        {
            return new Look(line.Kind, line.Sender.Id, null, null, null, null, recalled, false, "");
        }

        var text = changes.LastOrDefault(c => c.Kind == "edit")?.Text ?? line.Text;
        var pinned = changes.LastOrDefault(c => c.Kind == "pin")?.On is true;
        var reactions = changes.Where(c => c.Kind == "reaction").GroupBy(c => (c.Emoji, c.Sender))
            .Where(g => g.Last().On is true).Select(g => $"{g.Key.Emoji}:{g.Key.Sender.Id}").Order(StringComparer.Ordinal);
        return new Look(line.Kind, line.Sender.Id, text, line.Emoji, line.ReplyTo, line.Root, false, pinned, string.Join(' ', reactions));
    }
}
