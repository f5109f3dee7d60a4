using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

public abstract class SignInTests(SharedServer server, ChannelKind kind) : ConformanceTest(server, kind)
{
    [Fact]
    public async Task Every_refusal_leaves_the_connection_open_for_another_try()
    {
        var person = await PersonAsync();
        var client = await OpenAsync();
        var wrong = await client.LoginAsync(new { version = 3, name = person.Name, password = Unique.Password() });
        Assert.Equal(Wire.LoginWrongPassword, wrong.Code);
        var nobody = await client.LoginAsync(new { version = 3, name = $"n{Unique.Word()}", password = Unique.Password() });
        Assert.Equal(Wire.LoginNoAccount, nobody.Code);
        Assert.Equal(Wire.TokenInvalid, (await client.LoginAsync(new { version = 3, token = "no such token" })).Code);
        Assert.Equal(Wire.TokenInvalid, (await client.LoginAsync(new { version = 3, token = person.Token[..^1] })).Code);
        Assert.Equal(Wire.VersionUnsupported, (await client.LoginAsync(new { version = 2, token = person.Token })).Code);
        Assert.Equal(Wire.VersionUnsupported, (await client.LoginAsync(new { token = person.Token })).Code);
        var right = await client.LoginAsync(new { version = 3, name = person.Name, password = person.Password });
        Assert.Equal(Wire.LoginSuccess, right.Code);
        Assert.All<SyncAnswer>([wrong, nobody], answer => Assert.Single(answer.Frames));
    }

    [Fact]
    public async Task A_client_that_speaks_a_later_version_too_is_welcome()
    {
        var person = await PersonAsync();
        var answer = await (await OpenAsync()).LoginAsync(new { version = 4, token = person.Token });
        Assert.Equal(Wire.LoginSuccess, answer.Code);
        Assert.Equal(3, answer.Success.Child("server").Number("version"));
    }

    [Fact]
    public async Task A_password_gives_a_token_and_a_token_gives_none()
    {
        var person = await PersonAsync();
        Assert.NotEmpty(person.Sync.Success.Text("token"));
        var again = await ReturnAsync(person);
        Assert.Null(again.Sync.Success.OptText("token"));
        Assert.Equal(person.Device, again.Device);
        Assert.Equal(person.Id, again.Id);
        Assert.NotEqual(person.Sync.Success.Text("session"), again.Sync.Success.Text("session"));
    }

    [Fact]
    public async Task LOGIN_on_a_signed_in_connection_is_refused_and_changes_nothing()
    {
        var person = await PersonAsync();
        var other = await PersonAsync();
        Assert.Equal(Wire.AlreadySignedIn, (await person.LoginAsync(new { version = 3, token = other.Token })).Code);
        Assert.Equal(person.Id, (await person.SayAsync(person.Lobby, "still me")).Text("sender"));
    }

    [Fact]
    public async Task Of_two_LOGINs_at_the_same_instant_on_one_connection_one_works()
    {
        var person = await PersonAsync();
        var client = await OpenAsync();
        var body = RawFrame.BodyOf(new { version = 3, token = person.Token });
        await client.SendRawAsync(RawFrame.Encode(Wire.Login, 501, body), RawFrame.Encode(Wire.Login, 502, body));
        int[] codes = [(await client.ReplyAsync(501)).Code, (await client.ReplyAsync(502)).Code];
        Assert.Equal([Wire.LoginSuccess, Wire.AlreadySignedIn], codes.Order());
    }

    [Fact]
    public async Task LOGOUT_revokes_the_token_of_this_device_only_and_closes()
    {
        var person = await PersonAsync();
        var other = await DeviceAsync(person);
        await person.AskAsync(Wire.Logout, new { }, Wire.Ok);
        await person.ClosedAsync();
        Assert.Equal(Wire.TokenInvalid, (await (await OpenAsync()).LoginAsync(new { version = 3, token = person.Token })).Code);
        await other.FenceAsync();
        await ReturnAsync(other);
    }

    [Fact]
    public async Task Nothing_but_LOGIN_and_REGISTER_is_done_for_a_stranger()
    {
        var client = await OpenAsync();
        foreach (var (number, _) in Repository.Requests.Where(code => code.Number is not (Wire.Login or Wire.Register or Wire.Ping or Wire.Logout)))
        {
            await client.AskAsync(number, new { clientId = Unique.ClientId() }, Wire.NotSignedIn);
        }
    }
}

public sealed class SignInTestsNative(SharedServer server) : SignInTests(server, ChannelKind.Native);

public sealed class SignInTestsWebSocket(SharedServer server) : SignInTests(server, ChannelKind.WebSocket);
