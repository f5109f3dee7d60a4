namespace Chatroom.Server.Storage.Sqlite;

internal partial class StoreReader
{
    public IReadOnlyList<ItemRow> ItemsAfter(long account, long revision) => All(
        Query("SELECT account, kind, key, revision, deleted FROM items WHERE account = ?1 AND revision > ?2 ORDER BY revision")
            .Bind(account).Bind(revision),
        row => new ItemRow(row.Int64(0), (ItemKind)row.Int32(1), row.Int64(2), row.Int64(3), row.Boolean(4)));

    public FriendRow? Friend(long account, long other) => One(
        Query("SELECT account, other, by, since FROM friends WHERE account = ?1 AND other = ?2").Bind(account).Bind(other), ReadFriend);

    public IReadOnlyList<FriendRow> Friends(long account) =>
        All(Query("SELECT account, other, by, since FROM friends WHERE account = ?1 ORDER BY other").Bind(account), ReadFriend);

    public bool IsBlocked(long account, long other) =>
        Any(Query("SELECT 1 FROM blocks WHERE account = ?1 AND other = ?2").Bind(account).Bind(other));

    public IReadOnlyList<long> Blocks(long account) =>
        All(Query("SELECT other FROM blocks WHERE account = ?1 ORDER BY other").Bind(account), row => row.Int64(0));

    public InvitationRow? Invitation(long room, long account) => One(
        Query("SELECT room, account, by, time FROM invitations WHERE account = ?1 AND room = ?2").Bind(account).Bind(room), ReadInvitation);

    public IReadOnlyList<InvitationRow> Invitations(long account) =>
        All(Query("SELECT room, account, by, time FROM invitations WHERE account = ?1 ORDER BY room").Bind(account), ReadInvitation);

    public long Position(long room, long account) =>
        Number(Query("SELECT seq FROM positions WHERE account = ?1 AND room = ?2").Bind(account).Bind(room)) ?? 0;

    public ChangeRow? Change(long account, ReadOnlySpan<byte> clientId) => One(
        Query("SELECT account, client_id, digest, code, room, seq, sealed_reply, time FROM changes WHERE account = ?1 AND client_id = ?2")
            .Bind(account).Bind(clientId),
        row => new ChangeRow(
            row.Int64(0), row.Blob(1), row.Blob(2), checked((ushort)row.Int64(3)), row.Int64OrNull(4), row.Int64OrNull(5),
            row.BlobOrNull(6), row.Int64(7)));

    private static FriendRow ReadFriend(Statement row) => new(row.Int64(0), row.Int64(1), row.Int64(2), row.Int64(3));

    private static InvitationRow ReadInvitation(Statement row) => new(row.Int64(0), row.Int64(1), row.Int64(2), row.Int64(3));
}
