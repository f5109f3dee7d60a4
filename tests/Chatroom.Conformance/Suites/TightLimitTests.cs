using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

public sealed class FewConnections() : ServerFixture(("CHATROOM_LIMITS", "on"), ("CHATROOM_MAX_CONNECTIONS_PER_ADDRESS", "4"));

public sealed class FewSignIns() : ServerFixture(("CHATROOM_LIMITS", "on"), ("CHATROOM_SIGN_INS_PER_MINUTE", "3"));

public sealed class FewRegistrations() : ServerFixture(("CHATROOM_LIMITS", "on"), ("CHATROOM_REGISTRATIONS_PER_HOUR", "3"));

public sealed class FewRooms() : ServerFixture(("CHATROOM_MAX_ROOMS", "3"));

// Each with a server of its own, whose bound the test reaches.
public sealed class ConnectionLimitTests(FewConnections server) : ConformanceTest(server, ChannelKind.Native), IClassFixture<FewConnections>
{
    [Fact]
    public async Task One_address_has_so_many_connections_and_the_next_is_told_when_to_come_back()
    {
        for (var i = 0; i < 4; i++)
        {
            await (await OpenAsync()).FenceAsync();
        }

        var refused = await OpenAsync();
        var answer = await refused.WaitAsync(frame => frame.Code == Wire.TooManyRequests, "the refusal");
        Assert.True(answer.Body.Number("retryAfterMs") > 0);
        await refused.ClosedAsync();
    }
}

public sealed class SignInLimitTests(FewSignIns server) : ConformanceTest(server, ChannelKind.Native), IClassFixture<FewSignIns>
{
    [Fact]
    public async Task One_address_signs_in_so_often_and_then_is_told_when_to_try_again()
    {
        var client = await OpenAsync();
        var codes = new List<int>();
        for (var i = 0; i < 8; i++)
        {
            var answer = await client.LoginAsync(new { version = 3, name = $"nobody{i}", password = "a long password" });
            codes.Add(answer.Code);
            Assert.Equal(answer.Code == Wire.TooManyRequests, answer.Frames[0].Body["retryAfterMs"] is not null);
        }

        Assert.Contains(Wire.LoginNoAccount, codes);
        Assert.Equal(Wire.TooManyRequests, codes[^1]);
    }
}

public sealed class RegistrationLimitTests(FewRegistrations server) : ConformanceTest(server, ChannelKind.Native), IClassFixture<FewRegistrations>
{
    [Fact]
    public async Task One_address_registers_so_many_people_and_then_is_told_when_to_try_again()
    {
        var client = await OpenAsync();
        RawFrame answer;
        var made = 0;
        do
        {
            answer = await client.RequestAsync(Wire.Register, new { name = $"p{Unique.Word()}", password = Unique.Password() });
            made += answer.Code == Wire.RegisterSuccess ? 1 : 0;
        }
        while (answer.Code == Wire.RegisterSuccess && made < 10);

        Assert.Equal((Wire.TooManyRequests, 3), (answer.Code, made));
        Assert.True(answer.Body.Number("retryAfterMs") > 0);
    }
}

public sealed class RoomLimitTests(FewRooms server) : ConformanceTest(server, ChannelKind.Native), IClassFixture<FewRooms>
{
    [Fact]
    public async Task One_is_in_so_many_groups_and_makes_room_by_leaving_one()
    {
        var person = await PersonAsync();
        var rooms = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            rooms.Add(await person.GroupAsync());
        }

        await person.ChangeAsync(Wire.CreateGroup, new { name = "one too many" }, Wire.LimitReached);
        await person.ChangeAsync(Wire.LeaveGroup, new { room = rooms[0] }, Wire.Entry);
        await person.ChangeAsync(Wire.CreateGroup, new { name = "now it fits" }, Wire.GroupCreated);
    }
}
