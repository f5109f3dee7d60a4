namespace Chatroom.Server.Storage.Sqlite;

internal sealed partial class StoreTransaction
{
    // The WHERE holds the log's first promise below all rules: no gap and no second entry, whatever a caller gets wrong.
    public void InsertEntry(EntryRow row)
    {
        var inserted = Write(
            "INSERT INTO entries (room, seq, kind, sender, time, client_id, target, subject, counts, ordinal, sender_ordinal, recalled, " +
            "erased, sealed_body, body_digest, link) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0, ?13, ?14, ?15 " +
            "WHERE (SELECT head FROM rooms WHERE id = ?1) = ?2 - 1")
            .Bind(row.Room).Bind(row.Seq).Bind((long)row.Kind).Bind(row.Sender).Bind(row.Time).Bind(row.ClientId)
            .Bind(row.Target).Bind(row.Subject).Bind(row.Counts).Bind(row.Ordinal).Bind(row.SenderOrdinal).Bind(row.Recalled)
            .Bind(row.SealedBody).Bind(row.BodyDigest).Bind(row.Link).Run();
        if (inserted != 1)
        {
            throw new InvalidOperationException("An entry's seq must be the head of its room's log + 1.");
        }

        if (row.Counts)
        {
            _known.NewestBySender.Keep((row.Room, row.Sender), new RowCache.Newest(row.Seq, row.SenderOrdinal));
        }
    }

    public override long SenderOrdinalAt(long room, long sender, long seq) =>
        _known.NewestBySender.Find((room, sender)) is { } newest && newest.Seq <= seq ? newest.Ordinal : base.SenderOrdinalAt(room, sender, seq);

    public void SetRoomHead(long room, long head, byte[] link, long ordinal)
    {
        if (_known.Rooms.Find(room) is { } before)
        {
            _known.Rooms.Keep(room, before with { Head = head, HeadLink = link, Ordinal = ordinal });
        }

        One(Write("UPDATE rooms SET head = ?2, head_link = ?3, ordinal = ?4 WHERE id = ?1").Bind(room).Bind(head).Bind(link).Bind(ordinal), "room");
    }

    // Zeros of the same length, and flags that take no bytes in a record: SQLite then overwrites the row where it is.
    public void EraseEntry(long room, long seq)
    {
        One(
            Write("UPDATE entries SET sealed_body = zeroblob(length(sealed_body)), erased = 1, recalled = 1 WHERE room = ?1 AND seq = ?2")
                .Bind(room).Bind(seq),
            "entry");
        EraseSearchSegment(room, SearchSegment.Of(seq));
    }

    public void EraseEdits(long room, long target)
    {
        var edits = All(
            Query("SELECT seq FROM entries INDEXED BY entries_target WHERE room = ?1 AND target = ?2 AND kind = 4").Bind(room).Bind(target), row => row.Int64(0));
        if (edits.Count == 0)
        {
            return;
        }

        Write(
            "UPDATE entries INDEXED BY entries_target SET sealed_body = zeroblob(length(sealed_body)), erased = 1 " +
            "WHERE room = ?1 AND target = ?2 AND kind = 4")
            .Bind(room).Bind(target).Run();
        foreach (var segment in edits.Select(SearchSegment.Of).Distinct())
        {
            EraseSearchSegment(room, segment);
        }
    }

    public void SetPin(long room, long target, long pinSeq, bool on)
    {
        if (on)
        {
            Write("INSERT OR REPLACE INTO pins (room, target, pin_seq) VALUES (?1, ?2, ?3)").Bind(room).Bind(target).Bind(pinSeq).Run();
        }
        else
        {
            Write("DELETE FROM pins WHERE room = ?1 AND target = ?2").Bind(room).Bind(target).Run();
        }
    }
}
