using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

public abstract class AdminTests(SharedServer server, ChannelKind kind) : ConformanceTest(server, kind)
{
    [Fact]
    public async Task Administration_is_refused_to_members()
    {
        var (person, other) = (await PersonAsync(), await PersonAsync());
        await person.AskAsync(Wire.ListUsers, new { }, Wire.Forbidden);
        await person.AskAsync(Wire.ReadAudit, new { }, Wire.Forbidden);
        await person.ChangeAsync(Wire.SetUserRole, new { account = person.Id, role = "owner" }, Wire.Forbidden);
        await person.ChangeAsync(Wire.DisableUser, new { account = other.Id, disabled = true }, Wire.Forbidden);
        await person.ChangeAsync(Wire.DeleteUser, new { account = other.Id }, Wire.Forbidden);
        await person.ChangeAsync(Wire.ResetPassword, new { account = other.Id, password = Unique.Password() }, Wire.Forbidden);
        await person.ChangeAsync(Wire.CreateInvite, new { }, Wire.Forbidden);
        await other.FenceAsync();
    }

    [Fact]
    public async Task Roles_on_the_server_are_given_and_taken()
    {
        var (root, person) = (await RootAsync(), await PersonAsync());
        Assert.Equal("owner", root.Sync.Success.Child("account").Text("serverRole"));
        Assert.Equal("member", person.Sync.Success.Child("account").Text("serverRole"));
        await root.ChangeAsync(Wire.SetUserRole, new { name = person.Name, role = "admin" }, Wire.Ok);
        await person.AskAsync(Wire.ListUsers, new { }, Wire.Users);
        await person.ChangeAsync(Wire.SetUserRole, new { account = root.Id, role = "member" }, Wire.Forbidden, Wire.LastOwner);
        await root.ChangeAsync(Wire.SetUserRole, new { account = person.Id, role = "member" }, Wire.Ok);
        await person.AskAsync(Wire.ListUsers, new { }, Wire.Forbidden);
        await root.ChangeAsync(Wire.SetUserRole, new { account = root.Id, role = "member" }, Wire.LastOwner);
        await root.ChangeAsync(Wire.SetUserRole, new { account = "nobody", role = "admin" }, Wire.NoSuchUser);
    }

    [Fact]
    public async Task Whose_role_is_changed_is_told_at_once()
    {
        var (root, person) = (await RootAsync(), await PersonAsync());
        foreach (var role in (string[])["admin", "member"])
        {
            await root.ChangeAsync(Wire.SetUserRole, new { account = person.Id, role }, Wire.Ok);
            await person.ItemAsync("settings", item => item.OptText("serverRole") == role);
        }
    }

    [Fact]
    public async Task The_list_of_users_holds_everyone_page_by_page()
    {
        var (admin, person) = (await AdminAsync(), await PersonAsync());
        string? cursor = null;
        var got = new List<string>();
        do
        {
            var page = await admin.AskAsync(Wire.ListUsers, new { cursor, limit = 100 }, Wire.Users);
            got.AddRange(page.List("users").Select(user => user.Text("id")));
            cursor = page.OptText("next");
        }
        while (cursor is not null);

        Assert.Equal(got.Distinct().Count(), got.Count);
        Assert.Contains(person.Id, got);
        Assert.Contains(admin.Id, got);
    }

    [Fact]
    public async Task A_disabled_account_is_put_out_and_kept_out_until_enabled()
    {
        var (admin, person) = (await AdminAsync(), await PersonAsync());
        await admin.ChangeAsync(Wire.DisableUser, new { account = person.Id, disabled = true }, Wire.Ok);
        await person.EventAsync(Wire.Bye, body => body.Number("reason") == Wire.AccountDisabled);
        await person.ClosedAsync();
        var client = await OpenAsync();
        Assert.Equal(Wire.AccountDisabled, (await client.LoginAsync(new { version = 3, name = person.Name, password = person.Password })).Code);
        Assert.Contains((await client.LoginAsync(new { version = 3, token = person.Token })).Code, new[] { Wire.AccountDisabled, Wire.TokenInvalid });
        await admin.ChangeAsync(Wire.DisableUser, new { account = person.Id, disabled = false }, Wire.Ok);
        Assert.Equal(Wire.LoginSuccess, (await client.LoginAsync(new { version = 3, name = person.Name, password = person.Password })).Code);
    }

    [Fact]
    public async Task A_wrong_password_for_a_disabled_account_does_not_tell_that_it_is_disabled()
    {
        var (admin, person) = (await AdminAsync(), await PersonAsync());
        await admin.ChangeAsync(Wire.DisableUser, new { account = person.Id, disabled = true }, Wire.Ok);
        var answer = await (await OpenAsync()).LoginAsync(new { version = 3, name = person.Name, password = "not the password" });
        Assert.Equal(Wire.LoginWrongPassword, answer.Code);
    }

    [Fact]
    public async Task A_deleted_account_is_gone_and_its_name_is_never_given_again()
    {
        var (admin, person, friend) = (await AdminAsync(), await PersonAsync(), await PersonAsync());
        var room = await friend.GroupAsync(person);
        var seq = (await person.SayAsync(room, "I was here")).Number("seq");
        await admin.ChangeAsync(Wire.DeleteUser, new { account = person.Id }, Wire.Ok);
        await person.ClosedAsync();
        var client = await OpenAsync();
        var answer = await client.LoginAsync(new { version = 3, name = person.Name, password = person.Password });
        Assert.Contains(answer.Code, new[] { Wire.LoginNoAccount, Wire.LoginWrongPassword });
        Assert.Equal(Wire.TokenInvalid, (await client.LoginAsync(new { version = 3, token = person.Token })).Code);
        await client.AskAsync(
            Wire.Register, new { name = person.Name, password = Unique.Password(), clientId = Unique.ClientId() }, Wire.RegisterNameTaken);
        await friend.ChangeAsync(Wire.AddFriend, new { name = person.Name }, Wire.NoSuchUser);
        var entry = (await friend.HistoryAsync(room)).List("entries").Single(one => one.Number("seq") == seq);
        Assert.Null(entry.OptText("senderName"));
    }

    [Fact]
    public async Task A_reset_password_works_and_the_old_devices_are_out()
    {
        var (admin, person) = (await AdminAsync(), await PersonAsync());
        var password = Unique.Password();
        await admin.ChangeAsync(Wire.ResetPassword, new { account = person.Id, password = "short" }, Wire.WeakPassword);
        await admin.ChangeAsync(Wire.ResetPassword, new { account = person.Id, password }, Wire.Ok);
        await person.ClosedAsync();
        var client = await OpenAsync();
        Assert.Equal(Wire.TokenInvalid, (await client.LoginAsync(new { version = 3, token = person.Token })).Code);
        Assert.Equal(Wire.LoginWrongPassword, (await client.LoginAsync(new { version = 3, name = person.Name, password = person.Password })).Code);
        Assert.Equal(Wire.LoginSuccess, (await client.LoginAsync(new { version = 3, name = person.Name, password })).Code);
    }

    [Fact]
    public async Task A_reset_put_again_is_a_duplicate_and_with_another_password_a_conflict()
    {
        var (admin, person) = (await AdminAsync(), await PersonAsync());
        var (password, clientId) = (Unique.Password(), Unique.ClientId());
        await admin.AskAsync(Wire.ResetPassword, new { account = person.Id, password, clientId }, Wire.Ok);
        Assert.True((bool?)(await admin.AskAsync(Wire.ResetPassword, new { account = person.Id, password, clientId }, Wire.Ok))["duplicate"]);
        await admin.AskAsync(Wire.ResetPassword, new { account = person.Id, password = Unique.Password(), clientId }, Wire.IdempotencyConflict);
        await admin.AskAsync(Wire.ResetPassword, new { name = person.Name, password, clientId }, Wire.IdempotencyConflict);
        var client = await OpenAsync();
        Assert.Equal(Wire.LoginSuccess, (await client.LoginAsync(new { version = 3, name = person.Name, password })).Code);
    }

    [Fact]
    public async Task An_admin_has_no_power_over_the_owner()
    {
        var (admin, root) = (await AdminAsync(), await RootAsync());
        await admin.ChangeAsync(Wire.DisableUser, new { account = root.Id, disabled = true }, Wire.Forbidden, Wire.LastOwner);
        await admin.ChangeAsync(Wire.DeleteUser, new { account = root.Id }, Wire.Forbidden, Wire.LastOwner);
        await admin.ChangeAsync(Wire.ResetPassword, new { account = root.Id, password = Unique.Password() }, Wire.Forbidden);
        await root.FenceAsync();
    }

    [Fact]
    public async Task What_administrators_do_is_in_the_audit_log_newest_first()
    {
        var (admin, person) = (await AdminAsync(), await PersonAsync());
        await admin.ChangeAsync(Wire.DisableUser, new { account = person.Id, disabled = true }, Wire.Ok);
        var page = await admin.AskAsync(Wire.ReadAudit, new { limit = 200 }, Wire.Audit);
        var ids = page.List("lines").Select(line => line.Number("id")).ToList();
        Assert.Equal(ids.OrderDescending(), ids);
        var lines = page.List("lines").Where(line => line["subject"]?.Text("id") == person.Id && line["actor"]?.Text("id") == admin.Id);
        Assert.NotEmpty(lines);
    }
}

public sealed class AdminTestsNative(SharedServer server) : AdminTests(server, ChannelKind.Native);

public sealed class AdminTestsWebSocket(SharedServer server) : AdminTests(server, ChannelKind.WebSocket);
