namespace Chatroom.Server.Storage.Sqlite;

internal sealed partial class StoreTransaction
{
    private const string FileInfo = "SELECT sealed_info FROM files WHERE id = ?1";

    public void InsertFile(FileRow row)
    {
        var info = PutSealed(row.SealedInfo);
        Write(
            "INSERT INTO files (id, room, seq, account, device, client_id, size, state, created, progress, sealed_info) " +
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")
            .Bind(row.Id).Bind(row.Room).Bind(row.Seq).Bind(row.Account).Bind(row.Device).Bind(row.ClientId).Bind(row.Size)
            .Bind((long)row.State).Bind(row.Created).Bind(row.Progress).Bind(info).Run();
    }

    public void UpdateFile(FileRow row)
    {
        var info = ReplaceSealed(Query(FileInfo).Bind(row.Id), row.SealedInfo);
        One(
            Write(
                "UPDATE files SET room = ?2, seq = ?3, account = ?4, device = ?5, client_id = ?6, size = ?7, state = ?8, created = ?9, " +
                "progress = ?10, sealed_info = ?11 WHERE id = ?1")
                .Bind(row.Id).Bind(row.Room).Bind(row.Seq).Bind(row.Account).Bind(row.Device).Bind(row.ClientId).Bind(row.Size)
                .Bind((long)row.State).Bind(row.Created).Bind(row.Progress).Bind(info),
            "file");
    }

    public void DeleteFile(string id)
    {
        ReplaceSealed(Query(FileInfo).Bind(id), null);
        Write("DELETE FROM files WHERE id = ?1").Bind(id).Run();
    }
}
