namespace Chatroom.Server.Storage.Sqlite;

internal sealed partial class StoreTransaction
{
    public void InsertSearchSegment(long room, long segment, IReadOnlyList<byte[]> buckets)
    {
        if (buckets.Count != SearchSegment.Buckets)
        {
            throw new ArgumentException($"A segment has {SearchSegment.Buckets} buckets.", nameof(buckets));
        }

        var first = 1 + (Number(Query("SELECT max(id) FROM search_buckets")) ?? 0);
        for (var i = 0; i < buckets.Count; i++)
        {
            Write("INSERT INTO search_buckets (id, sealed) VALUES (?1, ?2)").Bind(first + i).Bind(buckets[i]).Run();
        }

        Write("INSERT INTO search_segments (room, segment, first) VALUES (?1, ?2, ?3)").Bind(room).Bind(segment).Bind(first).Run();
    }

    public void EraseSearchSegment(long room, long segment)
    {
        if (Number(Query("SELECT first FROM search_segments WHERE room = ?1 AND segment = ?2").Bind(room).Bind(segment)) is { } first)
        {
            // First where they are, for the pages that rows leave behind are not what is deleted.
            var last = first + SearchSegment.Buckets - 1;
            Write("UPDATE search_buckets SET sealed = zeroblob(length(sealed)) WHERE id BETWEEN ?1 AND ?2").Bind(first).Bind(last).Run();
            Write("DELETE FROM search_buckets WHERE id BETWEEN ?1 AND ?2").Bind(first).Bind(last).Run();
            Write("DELETE FROM search_segments WHERE room = ?1 AND segment = ?2").Bind(room).Bind(segment).Run();
        }
    }
}
