using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

public sealed class SingleSessionServer() : ServerFixture(("CHATROOM_SINGLE_SESSION", "true"));

public abstract class SingleSessionTests(SingleSessionServer server, ChannelKind kind)
    : ConformanceTest(server, kind), IClassFixture<SingleSessionServer>
{
    [Fact]
    public async Task A_second_sign_in_is_refused_until_the_first_has_ended()
    {
        var witness = await PersonAsync();
        var person = await PersonAsync();
        var second = await OpenAsync();
        var body = new { version = 3, name = person.Name, password = person.Password };
        Assert.Equal(Wire.LoginDuplicate, (await second.LoginAsync(body)).Code);
        Assert.Equal(Wire.LoginDuplicate, (await second.LoginAsync(new { version = 3, token = person.Token })).Code);
        await witness.SeeOffAsync(person);
        Assert.Equal(Wire.LoginSuccess, (await second.LoginAsync(body)).Code);
    }

    [Fact]
    public async Task Of_two_sign_ins_at_the_same_instant_one_works()
    {
        var person = await PersonAsync();
        await person.AskAsync(Wire.Logout, new { }, Wire.Ok);
        await person.ClosedAsync();
        RawClient[] clients = [await OpenAsync(), await OpenAsync(), await OpenAsync()];
        var body = new { version = 3, name = person.Name, password = person.Password };
        var answers = await Task.WhenAll(clients.Select(client => client.LoginAsync(body)));
        Assert.Equal([Wire.LoginSuccess, Wire.LoginDuplicate, Wire.LoginDuplicate], answers.Select(answer => answer.Code).Order());
    }
}

public sealed class SingleSessionTestsNative(SingleSessionServer server) : SingleSessionTests(server, ChannelKind.Native);

public sealed class SingleSessionTestsWebSocket(SingleSessionServer server) : SingleSessionTests(server, ChannelKind.WebSocket);
