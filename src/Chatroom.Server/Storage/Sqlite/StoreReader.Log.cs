namespace Chatroom.Server.Storage.Sqlite;

internal partial class StoreReader
{
    private const string EntryColumns =
        "room, seq, kind, sender, time, client_id, target, subject, counts, ordinal, sender_ordinal, recalled, " +
        "iif(erased, NULL, sealed_body), body_digest, link";

    public EntryRow? Entry(long room, long seq) =>
        One(Query($"SELECT {EntryColumns} FROM entries WHERE room = ?1 AND seq = ?2").Bind(room).Bind(seq), ReadEntry);

    public IReadOnlyList<EntryRow> EntriesAfter(long room, long after, long upTo, int limit) => All(
        Query($"SELECT {EntryColumns} FROM entries WHERE room = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq LIMIT ?4")
            .Bind(room).Bind(after).Bind(upTo).Bind(Bound(limit)),
        ReadEntry);

    public IReadOnlyList<EntryRow> EntriesBefore(long room, long before, long from, int limit)
    {
        var rows = All(
            Query($"SELECT {EntryColumns} FROM entries WHERE room = ?1 AND seq < ?2 AND seq >= ?3 ORDER BY seq DESC LIMIT ?4")
                .Bind(room).Bind(before).Bind(from).Bind(Bound(limit)),
            ReadEntry);
        rows.Reverse();
        return rows;
    }

    public IReadOnlyList<EntryRow> EntriesTargeting(long room, long fromTarget, long toTarget, long afterSeq) => All(
        Query(
            $"SELECT {EntryColumns} FROM entries INDEXED BY entries_target " +
            "WHERE room = ?1 AND target BETWEEN ?2 AND ?3 AND seq > ?4 ORDER BY seq")
            .Bind(room).Bind(fromTarget).Bind(toTarget).Bind(afterSeq),
        ReadEntry);

    public IReadOnlyList<long> Targets(long room, long fromTarget, long toTarget) => All(
        Query("SELECT DISTINCT target FROM entries INDEXED BY entries_target WHERE room = ?1 AND target BETWEEN ?2 AND ?3 ORDER BY target")
            .Bind(room).Bind(fromTarget).Bind(toTarget),
        row => row.Int64(0));

    public int CountTargeting(long room, long target, long sender, EntryKind kind) => (int)Number(
        Query("SELECT count(*) FROM entries INDEXED BY entries_target WHERE room = ?1 AND target = ?2 AND sender = ?3 AND kind = ?4")
            .Bind(room).Bind(target).Bind(sender).Bind((int)kind))!.Value;

    public IReadOnlyList<EntryRow> FileEntries(long room, long before, long from, int limit) => All(
        Query(
            $"SELECT {EntryColumns} FROM entries INDEXED BY entries_files " +
            "WHERE room = ?1 AND kind = 3 AND recalled = 0 AND seq < ?2 AND seq >= ?3 ORDER BY seq DESC LIMIT ?4")
            .Bind(room).Bind(before).Bind(from).Bind(Bound(limit)),
        ReadEntry);

    public IReadOnlyList<long> Pins(long room) =>
        All(Query("SELECT target FROM pins WHERE room = ?1 ORDER BY pin_seq DESC LIMIT 500").Bind(room), row => row.Int64(0));

    public long OrdinalAt(long room, long seq) => Number(
        Query("SELECT ordinal FROM entries WHERE room = ?1 AND seq <= ?2 ORDER BY seq DESC LIMIT 1").Bind(room).Bind(seq)) ?? 0;

    public virtual long SenderOrdinalAt(long room, long sender, long seq) => Number(
        Query(
            "SELECT sender_ordinal FROM entries INDEXED BY entries_sender " +
            "WHERE room = ?1 AND sender = ?2 AND seq <= ?3 AND counts = 1 ORDER BY seq DESC LIMIT 1")
            .Bind(room).Bind(sender).Bind(seq)) ?? 0;

    public long RecalledAfter(long room, long afterSeq, long exceptSender) => Number(
        Query(
            "SELECT count(*) FROM entries INDEXED BY entries_recalled " +
            "WHERE room = ?1 AND seq > ?2 AND sender <> ?3 AND counts = 1 AND recalled = 1")
            .Bind(room).Bind(afterSeq).Bind(exceptSender))!.Value;

    private static EntryRow ReadEntry(Statement row) => new(
        row.Int64(0), row.Int64(1), (EntryKind)row.Int32(2), row.Int64(3), row.Int64(4), row.Blob(5),
        row.Int64OrNull(6), row.Int64OrNull(7), row.Boolean(8), row.Int64(9), row.Int64(10), row.Boolean(11),
        row.BlobOrNull(12), row.Blob(13), row.Blob(14));
}
