namespace Chatroom.Faults.Judging;

/// <summary>
/// Compares what the server promises with the clients' books. It is asked when the fault is over and every observer has caught up: every
/// message was then acknowledged, and every observer has seen up to the room's end.
/// </summary>
public static class Judge
{
    /// <returns>Every broken promise, in words; empty when all were kept.</returns>
    public static IReadOnlyList<string> Problems(Books books)
    {
        List<string> problems = [.. books.Complaints];
        foreach (var room in books.Watches.GroupBy(watch => watch.Room))
        {
            var sent = books.Sent.Where(one => one.Room == room.Key).ToList();
            foreach (var watch in room)
            {
                problems.AddRange(Gaps(watch));
                problems.AddRange(Doubles(watch));
                problems.AddRange(Losses(watch, sent));
            }

            var log = Log(room, problems);
            problems.AddRange(Strangers(log, sent));
            problems.AddRange(books.Counts.Where(count => count.Room == room.Key).SelectMany(count => Miscounts(count, log)));
        }

        problems.AddRange(Reorderings(books.Sent));
        problems.AddRange(Damages(books));
        return problems;
    }

    // The stream of one observer, over all its connections, is after+1, after+2, … without a hole, a repetition or a step back.
    private static IEnumerable<string> Gaps(Watch watch)
    {
        var last = watch.After;
        foreach (var entry in watch.Entries)
        {
            if (entry.Seq != last + 1)
            {
                yield return $"{watch.Observer} saw entry {entry.Seq} of {watch.Room} after {last}";
            }

            last = entry.Seq;
        }
    }

    private static IEnumerable<string> Doubles(Watch watch) =>
        from entry in watch.Entries
        where entry.ClientId is not null
        group entry by (entry.Sender, entry.ClientId) into same
        where same.Count() > 1
        select $"{watch.Observer} saw message {same.Key.ClientId} twice in {watch.Room}: at {string.Join(", ", same.Select(entry => entry.Seq))}";

    private static IEnumerable<string> Losses(Watch watch, IReadOnlyList<Sent> sent)
    {
        var at = watch.Entries.ToLookup(entry => entry.Seq);
        foreach (var one in sent.Where(one => one.Seq > watch.After))
        {
            if (!at[one.Seq!.Value].Any(entry => entry.ClientId == one.ClientId && entry.Sender == one.Sender))
            {
                yield return $"{watch.Observer} misses message {one.ClientId}, acknowledged at {one.Seq} of {watch.Room}";
            }
            else if (!at[one.Seq.Value].Any(entry => entry.Text == one.Text))
            {
                yield return $"{watch.Observer} saw another text at {one.Seq} of {watch.Room} than was sent";
            }
        }
    }

    // One log from all observers; where two of them disagree about a place, the order was not the same for all.
    private static SortedDictionary<long, Seen> Log(IEnumerable<Watch> watches, List<string> problems)
    {
        var log = new SortedDictionary<long, Seen>();
        var ends = watches.Select(watch => watch.Last).Distinct().ToList();
        if (ends.Count > 1)
        {
            problems.Add($"observers of {watches.First().Room} ended at different places: {string.Join(", ", ends)}");
        }

        foreach (var watch in watches)
        {
            foreach (var entry in watch.Entries)
            {
                if (!log.TryAdd(entry.Seq, entry) && log[entry.Seq] != entry)
                {
                    problems.Add($"{watch.Observer} saw something else at {entry.Seq} of {watch.Room} than another observer");
                }
            }
        }

        return log;
    }

    private static IEnumerable<string> Strangers(SortedDictionary<long, Seen> log, IReadOnlyList<Sent> sent)
    {
        var known = sent.ToDictionary(one => one.ClientId);
        foreach (var entry in log.Values.Where(entry => entry.Text is not null))
        {
            if (!known.TryGetValue(entry.ClientId ?? "", out var one))
            {
                yield return $"entry {entry.Seq} was sent by nobody";
            }
            else if (one.Seq is null)
            {
                yield return $"message {one.ClientId} is in the log at {entry.Seq} and was never acknowledged";
            }
            else if (one.Seq != entry.Seq)
            {
                yield return $"message {one.ClientId} was acknowledged at {one.Seq} and is at {entry.Seq}";
            }
        }
    }

    private static IEnumerable<string> Reorderings(IEnumerable<Sent> sent)
    {
        foreach (var sender in sent.Where(one => one.Seq is not null).GroupBy(one => (one.Room, one.Sender, one.Lane)))
        {
            var ordered = sender.OrderBy(one => one.Order).ToList();
            foreach (var (first, second) in ordered.Zip(ordered.Skip(1)))
            {
                if (first.Seq >= second.Seq)
                {
                    yield return $"{sender.Key.Sender} sent {first.ClientId} before {second.ClientId}, but they are at {first.Seq} and {second.Seq} of {sender.Key.Room}";
                }
            }
        }
    }

    // Every acknowledged file was asked for, and each time its very bytes came.
    private static IEnumerable<string> Damages(Books books)
    {
        var fetches = books.Fetches.ToLookup(fetch => fetch.ClientId);
        foreach (var file in books.Sent.Where(one => one.IsFile && one.Seq is not null))
        {
            if (!fetches[file.ClientId].Any())
            {
                yield return $"file {file.ClientId}, acknowledged at {file.Seq} of {file.Room}, was never fetched";
            }

            foreach (var fetch in fetches[file.ClientId].Where(fetch => fetch.Content != file.Text))
            {
                yield return $"file {file.ClientId}, acknowledged at {file.Seq} of {file.Room}, has not its content: {fetch.Content}";
            }
        }
    }

    private static IEnumerable<string> Miscounts(Counted count, SortedDictionary<long, Seen> log)
    {
        if (count.Reading is { } reading && (count.Position < reading.Acknowledged || count.Position > reading.Asked))
        {
            yield return $"{count.Account} has read {count.Room} up to {reading.Acknowledged} (asked for {reading.Asked}), but the position is {count.Position}";
        }

        var unread = log.Values.Count(entry => entry.Text is not null && entry.Sender != count.Account && entry.Seq > count.Position && entry.Seq <= count.Head);
        if (unread != count.Unread)
        {
            yield return $"{count.Account} has {unread} unread in {count.Room}, but was told {count.Unread}";
        }
    }
}
