namespace Chatroom.Server.Storage.Sqlite;

internal partial class StoreReader
{
    private const string FileColumns =
        "id, room, seq, account, device, client_id, size, state, created, progress, (SELECT value FROM sealed WHERE sealed.id = sealed_info)";

    public FileRow? File(string id) => One(Query($"SELECT {FileColumns} FROM files WHERE id = ?1").Bind(id), ReadFile);

    public FileRow? FileByClientId(long account, ReadOnlySpan<byte> clientId) => One(
        Query($"SELECT {FileColumns} FROM files WHERE account = ?1 AND client_id = ?2").Bind(account).Bind(clientId), ReadFile);

    public IReadOnlyList<FileRow> StaleUploads(long time, int limit) => All(
        Query($"SELECT {FileColumns} FROM files INDEXED BY files_stale WHERE state = 0 AND progress < ?1 ORDER BY progress LIMIT ?2")
            .Bind(time).Bind(Bound(limit)),
        ReadFile);

    public IReadOnlyList<FileRow> Files(string afterId, int limit) =>
        All(Query($"SELECT {FileColumns} FROM files WHERE id > ?1 ORDER BY id LIMIT ?2").Bind(afterId).Bind(Bound(limit)), ReadFile);

    public long OpenUploadBytes(long account) =>
        Number(Query("SELECT sum(size) FROM files INDEXED BY files_open WHERE state = 0 AND account = ?1").Bind(account)) ?? 0;

    private static FileRow ReadFile(Statement row) => new(
        row.Text(0), row.Int64(1), row.Int64OrNull(2), row.Int64(3), row.Int64(4), row.Blob(5), row.Int64(6), (FileState)row.Int32(7),
        row.Int64(8), row.Int64(9), row.BlobOrNull(10));
}
