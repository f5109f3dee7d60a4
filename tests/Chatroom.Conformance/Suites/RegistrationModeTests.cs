using System.Text.Json.Nodes;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

public sealed class InviteServer() : ServerFixture(("CHATROOM_REGISTRATION", "invite"));

public sealed class ClosedServer() : ServerFixture(("CHATROOM_REGISTRATION", "closed"));

public abstract class InviteTests(InviteServer server, ChannelKind kind) : ConformanceTest(server, kind), IClassFixture<InviteServer>
{
    [Fact]
    public async Task Registration_needs_an_invitation_that_is_not_used_up()
    {
        var root = await RootAsync();
        var code = (await root.ChangeAsync(Wire.CreateInvite, new { uses = 2, days = 1 }, Wire.InviteCreated)).Text("code");
        await RegisterAsync(null, Wire.InvitationInvalid);
        await RegisterAsync("no-such-code", Wire.InvitationInvalid);
        await RegisterAsync(code, Wire.RegisterSuccess);
        await RegisterAsync(code, Wire.RegisterSuccess);
        await RegisterAsync(code, Wire.InvitationInvalid);
    }

    [Fact]
    public async Task A_refused_registration_and_a_retry_use_nothing_up()
    {
        var root = await RootAsync();
        var invite = (await root.ChangeAsync(Wire.CreateInvite, new { }, Wire.InviteCreated)).Text("code");
        var client = await OpenAsync();
        await client.AskAsync(Wire.Register, new { name = root.Name, password = Unique.Password(), invite, clientId = Unique.ClientId() }, Wire.RegisterNameTaken);
        var body = new { name = $"p{Unique.Word()}", password = Unique.Password(), invite, clientId = Unique.ClientId() };
        await client.AskAsync(Wire.Register, body, Wire.RegisterSuccess);
        Assert.True((await client.AskAsync(Wire.Register, body, Wire.RegisterSuccess)).Flag("duplicate"));
    }

    [Fact]
    public async Task Invitations_are_listed_until_they_let_nobody_in_any_more()
    {
        var root = await RootAsync();
        var made = await root.ChangeAsync(Wire.CreateInvite, new { uses = 2, days = 1 }, Wire.InviteCreated);
        Assert.Equal(2, await LeftAsync());
        await RegisterAsync(made.Text("code"), Wire.RegisterSuccess);
        Assert.Equal(1, await LeftAsync());
        await RegisterAsync(made.Text("code"), Wire.RegisterSuccess);
        Assert.Null(await LeftAsync());
        await root.ChangeAsync(Wire.RevokeInvite, new { invite = made.Text("id") }, Wire.NotFound);

        async Task<long?> LeftAsync()
        {
            var all = (await root.AskAsync(Wire.ListInvites, new { }, Wire.Invites)).List("invites");
            Assert.DoesNotContain(made.Text("code"), all.Select(invite => invite.ToJsonString()));
            var invite = all.SingleOrDefault(invite => invite.Text("id") == made.Text("id"));
            Assert.Equal(invite is null ? null : root.Id, invite?.Child("by").Text("id"));
            return invite?.Number("usesLeft");
        }
    }

    [Fact]
    public async Task A_retry_makes_no_second_invitation_and_is_not_told_the_code()
    {
        var (root, body) = (await RootAsync(), new { uses = 3, clientId = Unique.ClientId() });
        var made = await root.AskAsync(Wire.CreateInvite, body, Wire.InviteCreated);
        var again = await root.AskAsync(Wire.CreateInvite, body, Wire.InviteCreated);
        Assert.True(again.Flag("duplicate"));
        Assert.Equal(made.Text("id"), again.Text("id"));
        Assert.Null(again.OptText("code"));
        await RegisterAsync(made.Text("code"), Wire.RegisterSuccess);
    }

    [Fact]
    public async Task A_revoked_invitation_lets_nobody_in_and_leaves_the_others()
    {
        var root = await RootAsync();
        var (revoked, other) = (await MakeAsync(), await MakeAsync());
        await root.ChangeAsync(Wire.RevokeInvite, new { invite = revoked.Text("id") }, Wire.Ok);
        await RegisterAsync(revoked.Text("code"), Wire.InvitationInvalid);
        await RegisterAsync(other.Text("code"), Wire.RegisterSuccess);
        await root.ChangeAsync(Wire.RevokeInvite, new { invite = revoked.Text("id") }, Wire.NotFound);
        await root.ChangeAsync(Wire.RevokeInvite, new { invite = "i-never-was" }, Wire.NotFound);
        await root.ChangeAsync(Wire.RevokeInvite, new { }, Wire.NotFound);
        Assert.Equal("revoke-invite", (await root.AskAsync(Wire.ReadAudit, new { limit = 1 }, Wire.Audit)).List("lines").Single().Text("action"));

        Task<JsonObject> MakeAsync() => root.ChangeAsync(Wire.CreateInvite, new { uses = 5 }, Wire.InviteCreated);
    }

    private async Task RegisterAsync(string? invite, int expected)
    {
        var client = await OpenAsync();
        var body = new { name = $"p{Unique.Word()}", password = Unique.Password(), invite, clientId = Unique.ClientId() };
        await client.AskAsync(Wire.Register, body, expected);
    }
}

public abstract class ClosedTests(ClosedServer server, ChannelKind kind) : ConformanceTest(server, kind), IClassFixture<ClosedServer>
{
    [Fact]
    public async Task Closed_registration_takes_nobody()
    {
        await RootAsync();
        var client = await OpenAsync();
        var body = new { name = $"p{Unique.Word()}", password = Unique.Password(), clientId = Unique.ClientId() };
        await client.AskAsync(Wire.Register, body, Wire.RegistrationClosed);
    }
}

public sealed class InviteTestsNative(InviteServer server) : InviteTests(server, ChannelKind.Native);

public sealed class InviteTestsWebSocket(InviteServer server) : InviteTests(server, ChannelKind.WebSocket);

public sealed class ClosedTestsNative(ClosedServer server) : ClosedTests(server, ChannelKind.Native);

public sealed class ClosedTestsWebSocket(ClosedServer server) : ClosedTests(server, ChannelKind.WebSocket);
