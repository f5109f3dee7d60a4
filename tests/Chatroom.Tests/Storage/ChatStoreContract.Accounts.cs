using Chatroom.Server.Storage;

namespace Chatroom.Tests.Storage;

public abstract partial class ChatStoreContract
{
    [Fact]
    public async Task An_account_comes_back_with_every_column()
    {
        var row = Sample.Account(5) with { Revision = 3, SeenRevision = 2 };
        await WriteAsync(tx => tx.InsertAccount(row));
        Same(row, await ReadAsync(r => r.Account(5)));
        Same(row, await ReadAsync(r => r.AccountByName(row.NameKey)));
        Assert.Null(await ReadAsync(r => r.Account(6)));
        Assert.Null(await ReadAsync(r => r.AccountByName(Sample.Bytes(6))));
    }

    [Fact]
    public async Task Updating_an_account_replaces_all_but_its_revisions()
    {
        await WriteAsync(tx => tx.InsertAccount(Sample.Account(5) with { Revision = 3, SeenRevision = 2 }));
        var changed = new AccountRow(5, Sample.Bytes(99), null, "", ServerRole.Owner, 77, true, true, AcceptPolicy.Everyone, 1000, 1000, false);
        await WriteAsync(tx => tx.UpdateAccount(changed));
        Same(changed with { Revision = 3, SeenRevision = 2 }, await ReadAsync(r => r.Account(5)));
    }

    [Fact]
    public async Task A_classic_alias_leads_to_its_account_and_is_replaced()
    {
        await WriteAsync(tx =>
        {
            tx.PutClassicAlias(Sample.Bytes(1), 5);
            tx.PutClassicAlias(Sample.Bytes(2), 5);
        });
        Assert.Equal(5, await ReadAsync(r => r.ClassicAlias(Sample.Bytes(1))!.Value));
        Assert.Equal(5, await ReadAsync(r => r.ClassicAlias(Sample.Bytes(2))!.Value));
        Assert.True(await ReadAsync(r => r.ClassicAlias(Sample.Bytes(3)) is null));
        await WriteAsync(tx => tx.PutClassicAlias(Sample.Bytes(1), 6));
        Assert.Equal(6, await ReadAsync(r => r.ClassicAlias(Sample.Bytes(1))!.Value));
    }

    [Fact]
    public async Task Signing_in_on_the_classic_port_is_allowed_until_it_is_forbidden()
    {
        await WriteAsync(tx => tx.InsertAccount(Sample.Account(5)));
        Assert.True((await ReadAsync(r => r.Account(5)))!.ClassicAllowed);
        await WriteAsync(tx => tx.UpdateAccount(tx.Account(5)! with { ClassicAllowed = false }));
        Assert.False((await ReadAsync(r => r.Account(5)))!.ClassicAllowed);
    }

    [Fact]
    public async Task A_name_key_is_given_once()
    {
        await WriteAsync(tx => tx.InsertAccount(Sample.Account(1)));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => WriteAsync(tx => tx.InsertAccount(Sample.Account(2) with { NameKey = Sample.Bytes(1) })));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => WriteAsync(tx => tx.InsertAccount(Sample.Account(1) with { NameKey = Sample.Bytes(2) })));
        Assert.Single(await ReadAsync(r => r.Accounts(0, 10)));
    }

    [Fact]
    public async Task Updating_what_does_not_exist_is_refused()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(tx => tx.UpdateAccount(Sample.Account(1))));
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(tx => tx.SetSeenRevision(1, 1)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(tx => tx.Touch(1, ItemKind.Room, 1)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(tx => tx.UpdateDevice(Sample.Device(1, 1))));
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(tx => tx.UpdateRoom(Sample.Room(1))));
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(tx => tx.UpdateFile(Sample.File("a", 1))));
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(tx => tx.EraseEntry(1, 1)));
    }

    [Fact]
    public async Task Only_owners_who_can_sign_in_are_counted()
    {
        var owner = Sample.Account(1) with { Role = ServerRole.Owner };
        await WriteAsync(tx =>
        {
            tx.InsertAccount(owner);
            tx.InsertAccount(Sample.Account(2));
            tx.InsertAccount(owner with { Id = 3, NameKey = Sample.Bytes(3), Disabled = true });
            tx.InsertAccount(owner with { Id = 4, NameKey = Sample.Bytes(4), Deleted = true });
            tx.InsertAccount(owner with { Id = 5, NameKey = Sample.Bytes(5) });
        });
        Assert.Equal(2, await ReadAsync(r => r.CountServerOwners()));
        await WriteAsync(tx => tx.UpdateAccount(owner with { Role = ServerRole.Member }));
        Assert.Equal(1, await ReadAsync(r => r.CountServerOwners()));
    }

    [Fact]
    public async Task Accounts_are_paged_by_id_without_gap_or_overlap()
    {
        await WriteAsync(tx =>
        {
            foreach (var id in new long[] { 9, 2, 7, 4 })
            {
                tx.InsertAccount(Sample.Account(id));
            }
        });
        Assert.Equal([2L, 4L], await ReadAsync(r => r.Accounts(0, 2).Select(a => a.Id)));
        Assert.Equal([7L, 9L], await ReadAsync(r => r.Accounts(4, 2).Select(a => a.Id)));
        Assert.Empty(await ReadAsync(r => r.Accounts(9, 2)));
        Assert.Empty(await ReadAsync(r => r.Accounts(0, 0)));
        Assert.Empty(await ReadAsync(r => r.Accounts(0, -1)));
    }

    [Fact]
    public async Task Devices_come_back_with_every_column_and_revoked_ones_are_not_listed()
    {
        var first = Sample.Device(8, 1) with { Created = 1 };
        var second = Sample.Device(3, 1) with { Created = 2, Expires = null };
        var revoked = Sample.Device(5, 1) with { Revoked = true };
        await WriteAsync(tx =>
        {
            tx.InsertDevice(second);
            tx.InsertDevice(first);
            tx.InsertDevice(revoked);
            tx.InsertDevice(Sample.Device(6, 2));
        });
        Same(new[] { first, second }, await ReadAsync(r => r.Devices(1)));
        Assert.Equal([8L, 3L], await ReadAsync(r => r.Devices(1).Select(d => d.Id)));
        Same(revoked, await ReadAsync(r => r.DeviceByToken(revoked.TokenHash)));
        var changed = new DeviceRow(8, 2, Sample.Bytes(88), TokenKind.Device, 3, [], 4, 5, 6, true);
        await WriteAsync(tx => tx.UpdateDevice(changed));
        Same(changed, await ReadAsync(r => r.Device(8)));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => WriteAsync(tx => tx.InsertDevice(Sample.Device(9, 1) with { TokenHash = second.TokenHash })));
    }

    [Fact]
    public async Task A_registration_invite_is_used_up_by_updating_it()
    {
        var row = new RegistrationInviteRow(Sample.Bytes(1), 2, 3, 4, 5);
        await WriteAsync(tx => tx.InsertRegistrationInvite(row));
        await WriteAsync(tx => tx.UpdateRegistrationInvite(row with { UsesLeft = 4 }));
        Same(row with { UsesLeft = 4 }, await ReadAsync(r => r.RegistrationInvite(row.CodeHash)));
        Assert.Null(await ReadAsync(r => r.RegistrationInvite(Sample.Bytes(2))));
    }

    [Fact]
    public async Task The_audit_log_is_read_newest_first_with_ids_from_the_store()
    {
        var full = new AuditRow(0, 10, 1, "disable", 2, 3, [4]);
        await WriteAsync(tx =>
        {
            tx.AppendAudit(full);
            tx.AppendAudit(new AuditRow(0, 20, null, "start", null, null, null));
        });
        var lines = await ReadAsync(r => r.Audit(long.MaxValue, 10));
        Assert.Equal(["start", "disable"], lines.Select(l => l.Action));
        Assert.True(lines[0].Id > lines[1].Id);
        Same(full with { Id = lines[1].Id }, lines[1]);
        Assert.Equal(["disable"], await ReadAsync(r => r.Audit(lines[0].Id, 10).Select(l => l.Action)));
        Assert.Single(await ReadAsync(r => r.Audit(long.MaxValue, 1)));
    }
}
