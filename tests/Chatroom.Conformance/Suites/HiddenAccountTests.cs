using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

public sealed class HidingServer() : ServerFixture(("CHATROOM_HIDE_ACCOUNT_EXISTENCE", "true"));

public abstract class HiddenAccountTests(HidingServer server, ChannelKind kind) : ConformanceTest(server, kind), IClassFixture<HidingServer>
{
    [Fact]
    public async Task A_wrong_password_and_a_name_nobody_has_get_the_very_same_answer()
    {
        var person = await PersonAsync();
        var client = await OpenAsync();
        var wrong = await client.LoginAsync(new { version = 3, name = person.Name, password = Unique.Password() });
        var nobody = await client.LoginAsync(new { version = 3, name = $"n{Unique.Word()}", password = Unique.Password() });
        Assert.Equal(Wire.LoginWrongPassword, wrong.Code);
        Assert.Equal(Wire.LoginWrongPassword, nobody.Code);
        Assert.Equal(wrong.Frames[0].Body.ToJsonString(), nobody.Frames[0].Body.ToJsonString());
    }
}

public sealed class HiddenAccountTestsNative(HidingServer server) : HiddenAccountTests(server, ChannelKind.Native);

public sealed class HiddenAccountTestsWebSocket(HidingServer server) : HiddenAccountTests(server, ChannelKind.WebSocket);
