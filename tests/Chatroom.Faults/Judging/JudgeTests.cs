namespace Chatroom.Faults.Judging;

/// <summary>The judges are judged: what they have to find is planted, and they must report it.</summary>
public sealed class JudgeTests
{
    private const string Room = "room";

    [Fact]
    public void A_room_in_order_has_no_problems() => Assert.Empty(Judge.Problems(Scene().Books()));

    [Fact]
    public void A_lost_message_is_reported() =>
        AssertReported(Scene(alter: (observer, entries) => observer == "b" ? entries.Where(entry => entry.Seq != 3) : entries), "b misses message id3");

    [Fact]
    public void A_message_lost_for_everyone_at_the_end_is_reported() =>
        AssertReported(Scene(alter: (_, entries) => entries.Take(5)), "misses message id6");

    [Fact]
    public void A_message_that_came_twice_is_reported() =>
        AssertReported(Scene(alter: (observer, entries) => observer == "b" ? [.. entries, entries.Last() with { Seq = 7 }] : entries), "b saw message id6 twice");

    [Fact]
    public void An_entry_that_was_delivered_twice_is_reported() =>
        AssertReported(Scene(alter: (observer, entries) => observer == "b" ? entries.SelectMany(entry => entry.Seq == 2 ? [entry, entry] : new[] { entry }) : entries), "b saw entry 2 of room after 2");

    [Fact]
    public void Two_messages_in_another_order_for_one_observer_are_reported() =>
        AssertReported(Scene(alter: (observer, entries) => observer == "b" ? Swap(entries, 2, 3) : entries), "b saw something else at 2");

    [Fact]
    public void Two_deliveries_in_another_order_are_reported() =>
        AssertReported(Scene(alter: (observer, entries) => observer == "b" ? entries.OrderBy(entry => entry.Seq switch { 2 => 3, 3 => 2, _ => entry.Seq }) : entries), "b saw entry 3 of room after 1");

    [Fact]
    public void A_sender_whose_messages_changed_places_is_reported()
    {
        var ledger = new Ledger();
        ledger.Send(Room, "s", "first", "1");
        ledger.Send(Room, "s", "second", "2");
        ledger.Acknowledge("first", 2);
        ledger.Acknowledge("second", 1);
        AssertReported(ledger, "s sent first before second");
    }

    [Fact]
    public void Another_text_than_was_sent_is_reported() =>
        AssertReported(Scene(alter: (_, entries) => entries.Select(entry => entry.Seq == 4 ? entry with { Text = Ledger.Hash("other") } : entry)), "another text at 4");

    [Fact]
    public void A_message_nobody_sent_is_reported() =>
        AssertReported(Scene(alter: (_, entries) => [.. entries, new Seen(7, "x", "unknown", Ledger.Hash("x"))]), "entry 7 was sent by nobody");

    [Fact]
    public void Two_acknowledgements_with_different_places_are_reported()
    {
        var ledger = Scene();
        ledger.Acknowledge("id1", 9);
        AssertReported(ledger, "acknowledged at 1 and later at 9");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_wrong_unread_count_is_reported(long told)
    {
        // Six messages by two senders in turn: above 2, those by the other sender are 4 and 6.
        var ledger = Scene();
        ledger.AcknowledgeRead("s0", Room, 2);
        ledger.Count(new Counted("s0", Room, 6, 2, 2));
        Assert.Empty(Judge.Problems(ledger.Books()));
        ledger.Count(new Counted("s0", Room, 6, 2, told));
        AssertReported(ledger, $"s0 has 2 unread in room, but was told {told}");
    }

    [Fact]
    public void A_position_that_went_back_is_reported()
    {
        var ledger = Scene();
        ledger.AcknowledgeRead("s0", Room, 4);
        ledger.Count(new Counted("s0", Room, 6, 2, 2));
        AssertReported(ledger, "the position is 2");
    }

    [Theory]
    [InlineData(null, "file f, acknowledged at 1 of room, was never fetched")]
    [InlineData("the answer was 404", "file f, acknowledged at 1 of room, has not its content: the answer was 404")]
    public void A_file_that_was_acknowledged_and_is_not_there_is_reported(string? came, string problem)
    {
        var ledger = new Ledger();
        ledger.Acknowledge(ledger.SendFile(Room, "s", "f", Ledger.Hash("content")).ClientId, 1);
        if (came is not null)
        {
            ledger.Fetch(new Fetched("f", came));
        }

        AssertReported(ledger, problem);
        ledger = new Ledger();
        ledger.Acknowledge(ledger.SendFile(Room, "s", "f", Ledger.Hash("content")).ClientId, 1);
        ledger.Fetch(new Fetched("f", Ledger.Hash("content")));
        Assert.Empty(Judge.Problems(ledger.Books()));
    }

    private static Ledger Scene(Func<string, IEnumerable<Seen>, IEnumerable<Seen>>? alter = null)
    {
        var ledger = new Ledger();
        var entries = new List<Seen>();
        for (var i = 1; i <= 6; i++)
        {
            var sent = ledger.Send(Room, i % 2 == 1 ? "s0" : "s1", $"id{i}", $"text {i}");
            ledger.Acknowledge(sent.ClientId, i);
            entries.Add(new Seen(i, sent.Sender, sent.ClientId, sent.Text));
        }

        foreach (var observer in new[] { "a", "b" })
        {
            ledger.Watch(observer, Room, 0);
            foreach (var entry in alter?.Invoke(observer, entries) ?? entries)
            {
                ledger.See(observer, Room, entry);
            }
        }

        return ledger;
    }

    private static IEnumerable<Seen> Swap(IEnumerable<Seen> entries, long one, long other) => entries
        .Select(entry => entry.Seq == one ? entry with { Seq = other } : entry.Seq == other ? entry with { Seq = one } : entry)
        .OrderBy(entry => entry.Seq);

    private static void AssertReported(Ledger ledger, string problem) =>
        Assert.Contains(Judge.Problems(ledger.Books()), reported => reported.Contains(problem));
}
