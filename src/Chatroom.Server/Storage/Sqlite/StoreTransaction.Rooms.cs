namespace Chatroom.Server.Storage.Sqlite;

internal sealed partial class StoreTransaction
{
    public void InsertRoom(RoomRow row) => Write(
        "INSERT INTO rooms (id, kind, name_key, sealed_info, public, history, created, created_by, head, head_link, ordinal) " +
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")
        .Bind(row.Id).Bind((long)row.Kind).Bind(row.NameKey).Bind(row.SealedInfo).Bind(row.Public).Bind((long)row.History)
        .Bind(row.Created).Bind(row.CreatedBy).Bind(row.Head).Bind(row.HeadLink).Bind(row.Ordinal).Run();

    public override RoomRow? Room(long id) => _known.Rooms.Find(id) ?? _known.Rooms.Keep(id, base.Room(id));

    public void UpdateRoom(RoomRow row)
    {
        _known.Rooms.Forget(row.Id);
        One(
            Write(
                "UPDATE rooms SET kind = ?2, name_key = ?3, sealed_info = ?4, public = ?5, history = ?6, created = ?7, created_by = ?8, " +
                "head = ?9, head_link = ?10, ordinal = ?11 WHERE id = ?1")
                .Bind(row.Id).Bind((long)row.Kind).Bind(row.NameKey).Bind(row.SealedInfo).Bind(row.Public).Bind((long)row.History)
                .Bind(row.Created).Bind(row.CreatedBy).Bind(row.Head).Bind(row.HeadLink).Bind(row.Ordinal),
            "room");
    }

    public void InsertPrivateRoom(long a, long b, long room) =>
        Write("INSERT INTO private_rooms (low, high, room) VALUES (?1, ?2, ?3)")
            .Bind(Math.Min(a, b)).Bind(Math.Max(a, b)).Bind(room).Run();

    public void InsertMembership(MembershipRow row) =>
        Write("INSERT INTO memberships (room, account, joined_seq, left_seq, role) VALUES (?1, ?2, ?3, ?4, ?5)")
            .Bind(row.Room).Bind(row.Account).Bind(row.JoinedSeq).Bind(row.LeftSeq).Bind((long)row.Role).Run();

    public override MembershipRow? CurrentMembership(long room, long account) =>
        _known.Memberships.Find((room, account)) ?? _known.Memberships.Keep((room, account), base.CurrentMembership(room, account));

    public void UpdateMembership(MembershipRow row)
    {
        _known.Memberships.Forget((row.Room, row.Account));
        One(
            Write("UPDATE memberships SET left_seq = ?4, role = ?5 WHERE room = ?1 AND account = ?2 AND joined_seq = ?3")
                .Bind(row.Room).Bind(row.Account).Bind(row.JoinedSeq).Bind(row.LeftSeq).Bind((long)row.Role),
            "membership");
    }
}
