namespace Chatroom.Server.Storage.Sqlite;

internal sealed partial class StoreTransaction
{
    public void InsertAccount(AccountRow row)
    {
        var name = PutSealed(row.SealedName);
        Write(
            "INSERT INTO accounts (id, name_key, sealed_name, password_hash, role, created, disabled, deleted, accept, revision, seen_revision, " +
            "classic) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)")
            .Bind(row.Id).Bind(row.NameKey).Bind(name).Bind(row.PasswordHash).Bind((long)row.Role).Bind(row.Created)
            .Bind(row.Disabled).Bind(row.Deleted).Bind((long)row.Accept).Bind(row.Revision).Bind(row.SeenRevision)
            .Bind(row.ClassicAllowed).Run();
    }

    public override AccountRow? Account(long id) => _known.Accounts.Find(id) ?? _known.Accounts.Keep(id, base.Account(id));

    public override DeviceRow? Device(long id) => _known.Devices.Find(id) ?? _known.Devices.Keep(id, base.Device(id));

    public void UpdateAccount(AccountRow row)
    {
        _known.Accounts.Forget(row.Id);
        var name = ReplaceSealed(Query("SELECT sealed_name FROM accounts WHERE id = ?1").Bind(row.Id), row.SealedName);
        One(
            Write(
                "UPDATE accounts SET name_key = ?2, sealed_name = ?3, password_hash = ?4, role = ?5, created = ?6, disabled = ?7, deleted = ?8, " +
                "accept = ?9, classic = ?10 WHERE id = ?1")
                .Bind(row.Id).Bind(row.NameKey).Bind(name).Bind(row.PasswordHash).Bind((long)row.Role).Bind(row.Created)
                .Bind(row.Disabled).Bind(row.Deleted).Bind((long)row.Accept).Bind(row.ClassicAllowed),
            "account");
    }

    public void PutClassicAlias(ReadOnlySpan<byte> nameKey, long account) =>
        Write("INSERT OR REPLACE INTO classic_aliases (name_key, account) VALUES (?1, ?2)").Bind(nameKey).Bind(account).Run();

    public void SetSeenRevision(long account, long revision)
    {
        _known.Accounts.Forget(account);
        One(Write("UPDATE accounts SET seen_revision = ?2 WHERE id = ?1").Bind(account).Bind(revision), "account");
    }

    public void InsertDevice(DeviceRow row)
    {
        var info = PutSealed(row.SealedInfo);
        Write(
            "INSERT INTO devices (id, account, token_hash, kind, scopes, sealed_info, created, last_used, expires, revoked) " +
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")
            .Bind(row.Id).Bind(row.Account).Bind(row.TokenHash).Bind((long)row.Kind).Bind((long)row.Scopes).Bind(info)
            .Bind(row.Created).Bind(row.LastUsed).Bind(row.Expires).Bind(row.Revoked).Run();
    }

    public void UpdateDevice(DeviceRow row)
    {
        _known.Devices.Forget(row.Id);
        var info = ReplaceSealed(Query("SELECT sealed_info FROM devices WHERE id = ?1").Bind(row.Id), row.SealedInfo);
        One(
            Write(
                "UPDATE devices SET account = ?2, token_hash = ?3, kind = ?4, scopes = ?5, sealed_info = ?6, created = ?7, last_used = ?8, " +
                "expires = ?9, revoked = ?10 WHERE id = ?1")
                .Bind(row.Id).Bind(row.Account).Bind(row.TokenHash).Bind((long)row.Kind).Bind((long)row.Scopes).Bind(info)
                .Bind(row.Created).Bind(row.LastUsed).Bind(row.Expires).Bind(row.Revoked),
            "device");
    }

    public void InsertRegistrationInvite(RegistrationInviteRow row) => Write(
        "INSERT INTO registration_invites (code_hash, created_by, created, expires, uses_left) VALUES (?1, ?2, ?3, ?4, ?5)")
        .Bind(row.CodeHash).Bind(row.CreatedBy).Bind(row.Created).Bind(row.Expires).Bind((long)row.UsesLeft).Run();

    public void UpdateRegistrationInvite(RegistrationInviteRow row) => One(
        Write("UPDATE registration_invites SET created_by = ?2, created = ?3, expires = ?4, uses_left = ?5 WHERE code_hash = ?1")
            .Bind(row.CodeHash).Bind(row.CreatedBy).Bind(row.Created).Bind(row.Expires).Bind((long)row.UsesLeft),
        "registration invite");

    // Lines are never deleted, so the next rowid is always above all that were given.
    public void AppendAudit(AuditRow row) => Write(
        "INSERT INTO audit (time, actor, action, subject, room, sealed_detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
        .Bind(row.Time).Bind(row.Actor).Bind(row.Action).Bind(row.Subject).Bind(row.Room).Bind(row.SealedDetail).Run();
}
