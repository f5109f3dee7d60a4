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
