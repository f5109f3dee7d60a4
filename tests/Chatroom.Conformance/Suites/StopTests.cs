using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

/// <summary>Stops and restarts a server of its own in every test.</summary>
public abstract class StopTests(ChannelKind kind)
{
    private static readonly (string, string)[] Settings = [("CHATROOM_PASSWORD_MEMORY_KIB", "1024"), ("CHATROOM_LIMITS", "off")];

    [Fact]
    public async Task A_stop_says_goodbye_and_what_was_acknowledged_is_there_after_the_restart()
    {
        Assert.SkipWhen(ServerUnderTest.External is not null, "Stops the server.");
        await using var server = new ServerUnderTest();
        await server.StartAsync(Settings);
        var fingerprint = server.Fingerprint;
        var (name, password) = ($"p{Unique.Word()}", Unique.Password());
        long last = 0;
        string token, room;
        await using (var client = await RawClient.OpenAsync(server, kind))
        {
            await client.AskAsync(Wire.Register, new { name, password, clientId = Unique.ClientId() }, Wire.RegisterSuccess);
            Assert.Equal(Wire.LoginSuccess, (await client.LoginAsync(new { version = 3, name, password })).Code);
            (token, room) = (client.Token, await client.GroupAsync());
            var requests = new List<uint>();
            for (var i = 0; i < 200; i++)
            {
                requests.Add(await client.SendAsync(Wire.SendMessage, new { room, text = $"n{i}", clientId = Unique.ClientId() }));
            }

            await client.ReplyAsync(requests[20]);
            await server.StopAsync();
            var bye = await client.EventAsync(Wire.Bye, body => body.Number("reason") == Wire.ServerStopping);
            Assert.True(bye.Body.Number("reconnectAfterMs") > 0);
            await client.ClosedAsync();
            var acknowledged = client.Frames.Where(frame => requests.Contains(frame.Request) && frame.Code == Wire.SendMessageAll).ToList();
            Assert.True(acknowledged.Count >= 21);
            last = acknowledged.Max(frame => frame.Body.Number("seq"));
        }

        await server.StartAsync(Settings);
        Assert.Equal(fingerprint, server.Fingerprint);
        await using var back = await RawClient.OpenAsync(server, kind);
        Assert.Equal(Wire.LoginSuccess, (await back.LoginAsync(new { version = 3, token, page = 1 })).Code);
        Assert.True(back.Sync.Room(room).Number("head") >= last);
        var seqs = new List<long>();
        for (var page = await back.HistoryAsync(room, after: 0, limit: 200); ; page = await back.HistoryAsync(room, after: seqs[^1], limit: 200))
        {
            seqs.AddRange(page.List("entries").Select(entry => entry.Number("seq")));
            if (!page.Flag("after"))
            {
                break;
            }
        }

        Assert.Equal(Enumerable.Range(1, seqs.Count).Select(seq => (long)seq), seqs);
        Assert.True(seqs.Count >= last);
    }
}

public sealed class StopTestsNative() : StopTests(ChannelKind.Native);

public sealed class StopTestsWebSocket() : StopTests(ChannelKind.WebSocket);
