namespace Chatroom.Server.Storage.Sqlite;

internal partial class StoreReader
{
    public IReadOnlyList<long> Edits(long room, long target) => All(
        Query("SELECT seq FROM entries INDEXED BY entries_target WHERE room = ?1 AND target = ?2 AND kind = 4 AND erased = 0 ORDER BY seq DESC").Bind(room).Bind(target),
        row => row.Int64(0));

    public int CountErased(long room, long from, long to) => (int)Number(
        Query("SELECT count(*) FROM entries WHERE room = ?1 AND seq BETWEEN ?2 AND ?3 AND erased = 1").Bind(room).Bind(from).Bind(to))!.Value;

    public IReadOnlyList<long> SearchSegments(long room) =>
        All(Query("SELECT segment FROM search_segments WHERE room = ?1 ORDER BY segment").Bind(room), row => row.Int64(0));

    public byte[]? SearchBucket(long room, long segment, int bucket) => One(
        Query("SELECT b.sealed FROM search_segments s JOIN search_buckets b ON b.id = s.first + ?3 WHERE s.room = ?1 AND s.segment = ?2")
            .Bind(room).Bind(segment).Bind(bucket),
        row => row.Blob(0));
}
