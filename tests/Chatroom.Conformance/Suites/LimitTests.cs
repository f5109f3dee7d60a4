using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

public sealed class LimitedServer() : ServerFixture(("CHATROOM_LIMITS", "on"));

// Two classes with a server each: guessing from an address may slow down every sign-in from there.
public abstract class GuessTests(LimitedServer server, ChannelKind kind) : ConformanceTest(server, kind), IClassFixture<LimitedServer>
{
    [Fact]
    public async Task Guessing_passwords_is_slowed_down_with_a_time_to_wait()
    {
        var person = await PersonAsync();
        var client = await OpenAsync();
        for (var i = 0; i < 200; i++)
        {
            var answer = await client.LoginAsync(new { version = 3, name = person.Name, password = $"guess number {i}" });
            if (answer.Code == Wire.TooManyRequests)
            {
                Assert.True(answer.Frames[0].Body.Number("retryAfterMs") > 0);
                Assert.NotEmpty(answer.Frames[0].Body.Text("text"));
                return;
            }

            Assert.Equal(Wire.LoginWrongPassword, answer.Code);
        }

        Assert.Fail("200 wrong passwords were all looked at.");
    }
}

public abstract class FloodTests(LimitedServer server, ChannelKind kind) : ConformanceTest(server, kind), IClassFixture<LimitedServer>
{
    [Fact]
    public async Task A_flood_of_messages_is_throttled_and_the_connection_stays()
    {
        var person = await PersonAsync();
        var room = await person.GroupAsync();
        var requests = new List<uint>();
        for (var i = 0; i < 3_000; i++)
        {
            requests.Add(await person.SendAsync(Wire.SendMessage, new { room, text = "flood", clientId = Unique.ClientId() }));
        }

        var replies = new List<RawFrame>();
        foreach (var request in requests)
        {
            replies.Add(await person.ReplyAsync(request));
        }

        var refused = replies.Where(reply => reply.Code == Wire.TooManyRequests).ToList();
        Assert.NotEmpty(refused);
        Assert.All(refused, reply => Assert.True(reply.Body.Number("retryAfterMs") > 0));
        Assert.Equal(replies.Count, refused.Count + replies.Count(reply => reply.Code == Wire.SendMessageAll));
        await person.FenceAsync();
    }
}

public sealed class GuessTestsNative(LimitedServer server) : GuessTests(server, ChannelKind.Native);

public sealed class GuessTestsWebSocket(LimitedServer server) : GuessTests(server, ChannelKind.WebSocket);

public sealed class FloodTestsNative(LimitedServer server) : FloodTests(server, ChannelKind.Native);

public sealed class FloodTestsWebSocket(LimitedServer server) : FloodTests(server, ChannelKind.WebSocket);
