namespace Chatroom.Faults.Judging;

/// <summary>Puts broken promises into the books of a real run: the judge that found none must find each of these.</summary>
public static class Plants
{
    public static IEnumerable<(string What, Books Books)> Of(Books books)
    {
        yield return ("a loss", Alter(books, (entries, at) => entries.RemoveAt(at)));
        yield return ("a duplicate", Alter(books, (entries, at) => entries.Insert(at, entries[at])));
        yield return ("a swap", Alter(books, (entries, at) =>
            (entries[at], entries[at + 1]) = (entries[at + 1] with { Seq = entries[at].Seq }, entries[at] with { Seq = entries[at + 1].Seq })));
        yield return ("a wrong unread count", books with { Counts = [.. books.Counts.SkipLast(1), books.Counts[^1] with { Unread = books.Counts[^1].Unread + 1 }] });
        if (books.Fetches.Count > 0)
        {
            yield return ("a lost file", books with { Fetches = [.. books.Fetches.Skip(1)] });
            yield return ("a file with another content", books with { Fetches = [books.Fetches[0] with { Content = Ledger.Hash("other") }, .. books.Fetches.Skip(1)] });
        }
    }

    // In the middle of what one observer saw of the busiest room.
    private static Books Alter(Books books, Action<List<Seen>, int> alter)
    {
        var victim = books.Watches.MaxBy(watch => watch.Entries.Count)!;
        var altered = new Watch(victim.Observer, victim.Room, victim.After);
        altered.Entries.AddRange(victim.Entries);
        alter(altered.Entries, altered.Entries.Count / 2);
        return books with { Watches = [.. books.Watches.Where(watch => watch != victim), altered] };
    }
}
