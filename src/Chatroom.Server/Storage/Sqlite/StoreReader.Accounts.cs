namespace Chatroom.Server.Storage.Sqlite;

internal partial class StoreReader
{
    private const string AccountColumns =
        "id, name_key, (SELECT value FROM sealed WHERE sealed.id = sealed_name), password_hash, role, created, disabled, deleted, accept, " +
        "revision, seen_revision, classic";

    private const string DeviceColumns =
        "id, account, token_hash, kind, scopes, (SELECT value FROM sealed WHERE sealed.id = sealed_info), created, last_used, expires, revoked";

    public virtual AccountRow? Account(long id) => One(Query($"SELECT {AccountColumns} FROM accounts WHERE id = ?1").Bind(id), ReadAccount);

    public AccountRow? AccountByName(ReadOnlySpan<byte> nameKey) =>
        One(Query($"SELECT {AccountColumns} FROM accounts WHERE name_key = ?1").Bind(nameKey), ReadAccount);

    public long? ClassicAlias(ReadOnlySpan<byte> nameKey) =>
        Number(Query("SELECT account FROM classic_aliases WHERE name_key = ?1").Bind(nameKey));

    public bool AnyAccount() => Any(Query("SELECT 1 FROM accounts LIMIT 1"));

    public IReadOnlyList<AccountRow> Accounts(long afterId, int limit) =>
        All(Query($"SELECT {AccountColumns} FROM accounts WHERE id > ?1 ORDER BY id LIMIT ?2").Bind(afterId).Bind(Bound(limit)), ReadAccount);

    public int CountServerOwners() => (int)Number(Query(
        "SELECT count(*) FROM accounts INDEXED BY accounts_owners WHERE role = 2 AND disabled = 0 AND deleted = 0"))!.Value;

    public virtual DeviceRow? Device(long id) => One(Query($"SELECT {DeviceColumns} FROM devices WHERE id = ?1").Bind(id), ReadDevice);

    public DeviceRow? DeviceByToken(ReadOnlySpan<byte> tokenHash) =>
        One(Query($"SELECT {DeviceColumns} FROM devices WHERE token_hash = ?1").Bind(tokenHash), ReadDevice);

    public IReadOnlyList<DeviceRow> Devices(long account) => All(
        Query($"SELECT {DeviceColumns} FROM devices INDEXED BY devices_account WHERE account = ?1 AND revoked = 0 ORDER BY created, id")
            .Bind(account),
        ReadDevice);

    public RegistrationInviteRow? RegistrationInvite(ReadOnlySpan<byte> codeHash) => One(
        Query("SELECT code_hash, created_by, created, expires, uses_left FROM registration_invites WHERE code_hash = ?1").Bind(codeHash),
        ReadRegistrationInvite);

    public IReadOnlyList<RegistrationInviteRow> RegistrationInvites(long now, int limit) => All(
        Query("SELECT code_hash, created_by, created, expires, uses_left FROM registration_invites WHERE uses_left > 0 AND expires > ?1 ORDER BY expires LIMIT ?2")
            .Bind(now).Bind(Bound(limit)),
        ReadRegistrationInvite);

    public IReadOnlyList<AuditRow> Audit(long before, int limit) => All(
        Query("SELECT id, time, actor, action, subject, room, sealed_detail FROM audit WHERE id < ?1 ORDER BY id DESC LIMIT ?2")
            .Bind(before).Bind(Bound(limit)),
        row => new AuditRow(
            row.Int64(0), row.Int64(1), row.Int64OrNull(2), row.Text(3), row.Int64OrNull(4), row.Int64OrNull(5), row.BlobOrNull(6)));

    private static AccountRow ReadAccount(Statement row) => new(
        row.Int64(0), row.Blob(1), row.BlobOrNull(2), row.Text(3), (ServerRole)row.Int32(4), row.Int64(5),
        row.Boolean(6), row.Boolean(7), (AcceptPolicy)row.Int32(8), row.Int64(9), row.Int64(10),
        row.Boolean(11));

    private static RegistrationInviteRow ReadRegistrationInvite(Statement row) =>
        new(row.Blob(0), row.Int64(1), row.Int64(2), row.Int64(3), row.Int32(4));

    private static DeviceRow ReadDevice(Statement row) => new(
        row.Int64(0), row.Int64(1), row.Blob(2), (TokenKind)row.Int32(3), row.Int32(4), row.Blob(5),
        row.Int64(6), row.Int64(7), row.Int64OrNull(8), row.Boolean(9));
}
