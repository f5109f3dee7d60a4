namespace Chatroom.Server.Storage.Sqlite;

internal sealed partial class StoreTransaction
{
    public long Touch(long account, ItemKind kind, long key, bool deleted = false)
    {
        _known.Accounts.Forget(account);
        var revision = Number(Write("UPDATE accounts SET revision = revision + 1 WHERE id = ?1 RETURNING revision").Bind(account))
            ?? throw new InvalidOperationException("No such account.");
        Write(
            "INSERT INTO items (account, kind, key, revision, deleted) VALUES (?1, ?2, ?3, ?4, ?5) " +
            "ON CONFLICT DO UPDATE SET revision = excluded.revision, deleted = excluded.deleted")
            .Bind(account).Bind((long)kind).Bind(key).Bind(revision).Bind(deleted).Run();
        return revision;
    }

    public void PutFriend(FriendRow row) => Write("INSERT OR REPLACE INTO friends (account, other, by, since) VALUES (?1, ?2, ?3, ?4)")
        .Bind(row.Account).Bind(row.Other).Bind(row.By).Bind(row.Since).Run();

    public bool DeleteFriend(long account, long other) =>
        Write("DELETE FROM friends WHERE account = ?1 AND other = ?2").Bind(account).Bind(other).Run() > 0;

    public void PutBlock(long account, long other) =>
        Write("INSERT OR REPLACE INTO blocks (account, other) VALUES (?1, ?2)").Bind(account).Bind(other).Run();

    public bool DeleteBlock(long account, long other) =>
        Write("DELETE FROM blocks WHERE account = ?1 AND other = ?2").Bind(account).Bind(other).Run() > 0;

    public void PutInvitation(InvitationRow row) =>
        Write("INSERT OR REPLACE INTO invitations (account, room, by, time) VALUES (?1, ?2, ?3, ?4)")
            .Bind(row.Account).Bind(row.Room).Bind(row.By).Bind(row.Time).Run();

    public bool DeleteInvitation(long room, long account) =>
        Write("DELETE FROM invitations WHERE account = ?1 AND room = ?2").Bind(account).Bind(room).Run() > 0;

    public bool AdvancePosition(long room, long account, long seq) => seq > Position(room, account) && Write(
        "INSERT INTO positions (account, room, seq) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET seq = excluded.seq")
        .Bind(account).Bind(room).Bind(seq).Run() > 0;

    public void InsertChange(ChangeRow row) => Write(
        "INSERT INTO changes (account, client_id, digest, code, room, seq, sealed_reply, time) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
        .Bind(row.Account).Bind(row.ClientId).Bind(row.Digest).Bind((long)row.Code).Bind(row.Room).Bind(row.Seq)
        .Bind(row.SealedReply).Bind(row.Time).Run();
}
