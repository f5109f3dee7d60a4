namespace Chatroom.Server.Storage.Sqlite;

internal partial class StoreReader
{
    private const string RoomColumns =
        "id, kind, name_key, sealed_info, public, history, created, created_by, head, head_link, ordinal";

    private const string MembershipColumns = "room, account, joined_seq, left_seq, role";

    public virtual RoomRow? Room(long id) => One(Query($"SELECT {RoomColumns} FROM rooms WHERE id = ?1").Bind(id), ReadRoom);

    public RoomRow? PublicRoomByName(ReadOnlySpan<byte> nameKey) => One(
        Query($"SELECT {RoomColumns} FROM rooms WHERE name_key = ?1 AND kind = 1 AND public = 1").Bind(nameKey), ReadRoom);

    public IReadOnlyList<RoomRow> PublicRooms(long afterId, int limit) => All(
        Query($"SELECT {RoomColumns} FROM rooms INDEXED BY rooms_public WHERE kind = 1 AND public = 1 AND id > ?1 ORDER BY id LIMIT ?2")
            .Bind(afterId).Bind(Bound(limit)),
        ReadRoom);

    public IReadOnlyList<RoomRow> Rooms(long afterId, int limit) =>
        All(Query($"SELECT {RoomColumns} FROM rooms WHERE id > ?1 ORDER BY id LIMIT ?2").Bind(afterId).Bind(Bound(limit)), ReadRoom);

    public long? PrivateRoom(long a, long b) => Number(
        Query("SELECT room FROM private_rooms WHERE low = ?1 AND high = ?2").Bind(Math.Min(a, b)).Bind(Math.Max(a, b)));

    public virtual MembershipRow? CurrentMembership(long room, long account) => One(
        Query($"SELECT {MembershipColumns} FROM memberships INDEXED BY memberships_open WHERE room = ?1 AND account = ?2 AND left_seq IS NULL")
            .Bind(room).Bind(account),
        ReadMembership);

    public IReadOnlyList<MembershipRow> Memberships(long room, long account) => All(
        Query($"SELECT {MembershipColumns} FROM memberships WHERE room = ?1 AND account = ?2 ORDER BY joined_seq").Bind(room).Bind(account),
        ReadMembership);

    public IReadOnlyList<MembershipRow> RoomsOf(long account) => All(
        Query($"SELECT {MembershipColumns} FROM memberships INDEXED BY memberships_account WHERE account = ?1 AND left_seq IS NULL ORDER BY room")
            .Bind(account),
        ReadMembership);

    public IReadOnlyList<MembershipRow> MembersOf(long room, long afterAccount, int limit) => All(
        Query(
            $"SELECT {MembershipColumns} FROM memberships INDEXED BY memberships_open " +
            "WHERE room = ?1 AND account > ?2 AND left_seq IS NULL ORDER BY account LIMIT ?3")
            .Bind(room).Bind(afterAccount).Bind(Bound(limit)),
        ReadMembership);

    public int MemberCount(long room) => (int)(Number(Query("SELECT members FROM member_counts WHERE room = ?1").Bind(room)) ?? 0);

    public int CountMembers(long room) => (int)(Number(
        Query("SELECT count(*) FROM memberships INDEXED BY memberships_open WHERE room = ?1 AND left_seq IS NULL").Bind(room)) ?? 0);

    private static RoomRow ReadRoom(Statement row) => new(
        row.Int64(0), (RoomKind)row.Int32(1), row.BlobOrNull(2), row.BlobOrNull(3), row.Boolean(4), (HistoryPolicy)row.Int32(5),
        row.Int64(6), row.Int64(7), row.Int64(8), row.Blob(9), row.Int64(10));

    private static MembershipRow ReadMembership(Statement row) =>
        new(row.Int64(0), row.Int64(1), row.Int64(2), row.Int64OrNull(3), (RoomRole)row.Int32(4));
}
