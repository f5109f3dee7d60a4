using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

public abstract class FrameTests(SharedServer server, ChannelKind kind) : ConformanceTest(server, kind)
{
    private const int BoundBefore = 4_096;
    private const int BoundAfter = 65_536;

    [Theory]
    [InlineData(0u)]
    [InlineData(5u)]
    [InlineData(0x80000000u)]
    [InlineData(0xFFFFFFFFu)]
    [InlineData(6u + 262_144 + 1)]
    public async Task A_length_out_of_bounds_is_answered_frame_invalid_and_a_close(uint length)
    {
        var client = await OpenAsync();
        var bytes = new byte[RawFrame.HeaderBytes];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, length);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(4), Wire.Ping);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(6), 1);
        await client.SendRawAsync(bytes);
        await ExpectInvalidAsync(client);
    }

    [Fact]
    public async Task Before_sign_in_a_body_one_byte_over_the_bound_is_refused()
    {
        var client = await OpenAsync();
        await client.SendRawAsync(RawFrame.Encode(Wire.Register, 1, Padded(BoundBefore + 1)));
        await ExpectInvalidAsync(client);
    }

    [Fact]
    public async Task LOGIN_itself_may_be_as_large_as_a_frame_after_sign_in()
    {
        var person = await PersonAsync();
        var client = await OpenAsync();
        var body = RawFrame.BodyOf(new { version = 3, name = person.Name, password = "not it at all", pad = new string('x', 60_000) });
        Assert.Equal(Wire.LoginWrongPassword, (await client.RequestBytesAsync(Wire.Login, body)).Code);
    }

    [Fact]
    public async Task After_sign_in_a_body_of_the_bound_is_taken_and_one_byte_more_is_refused()
    {
        var client = await PersonAsync();
        Assert.Equal(Wire.Pong, (await client.RequestBytesAsync(Wire.Ping, Padded(BoundAfter))).Code);
        try
        {
            await client.SendRawAsync(RawFrame.Encode(Wire.Ping, client.NextRequest(), Padded(BoundAfter + 1)));
        }
        catch (Exception e) when (e is IOException or WebSocketException or OperationCanceledException)
        {
            // It is refused by its header, and the connection closed: the rest of the bytes may find nobody.
        }

        await ExpectInvalidAsync(client);
    }

    [Fact]
    public async Task Glued_frames_are_answered_each()
    {
        var client = await PersonAsync();
        uint[] requests = [client.NextRequest(), client.NextRequest(), client.NextRequest()];
        await client.SendRawAsync([.. requests.Select(request => RawFrame.Encode(Wire.Ping, request, []))]);
        foreach (var request in requests)
        {
            Assert.Equal(Wire.Pong, (await client.ReplyAsync(request)).Code);
        }
    }

    [Fact]
    public async Task A_frame_that_comes_byte_by_byte_is_a_frame()
    {
        var client = await PersonAsync();
        var request = client.NextRequest();
        var body = RawFrame.BodyOf(new { room = client.Lobby, text = "slowly", clientId = Unique.ClientId() });
        await client.SendByteByByteAsync(RawFrame.Encode(Wire.SendMessage, request, body));
        Assert.Equal("slowly", (await client.ReplyAsync(request)).Body.Text("text"));
    }

    [Fact]
    public async Task A_connection_that_ends_inside_a_frame_harms_nobody()
    {
        var witness = await PersonAsync();
        var client = await PersonAsync();
        var frame = RawFrame.Encode(Wire.SendMessage, 1, RawFrame.BodyOf(new { room = client.Lobby, text = "half", clientId = Unique.ClientId() }));
        await client.SendRawAsync(frame[..(frame.Length / 2)]);
        await client.DisposeAsync();
        await witness.SayAsync(witness.Lobby, "still here");
    }

    [Theory]
    [InlineData(77)]
    [InlineData(9_999)]
    [InlineData(65_535)]
    [InlineData(Wire.LoginSuccess)]
    public async Task An_unknown_code_is_not_signed_in_before_and_unsupported_after_and_closes_nothing(int code)
    {
        var person = await PersonAsync();
        Assert.Equal(Wire.Unsupported, (await person.RequestAsync(code, new { x = 1 })).Code);
        await person.FenceAsync();
        var stranger = await OpenAsync();
        Assert.Equal(Wire.NotSignedIn, (await stranger.RequestAsync(code, new { x = 1 })).Code);
        Assert.Equal(Wire.LoginSuccess, (await stranger.LoginAsync(new { version = 3, token = person.Token })).Code);
    }

    [Fact]
    public async Task An_empty_body_stands_for_an_object_without_fields()
    {
        var client = await PersonAsync();
        Assert.Equal(Wire.Groups, (await client.RequestBytesAsync(Wire.ListGroups, [])).Code);
        Assert.Equal(Wire.Groups, (await client.RequestBytesAsync(Wire.ListGroups, "{}"u8.ToArray())).Code);
    }

    [Fact]
    public async Task Unknown_fields_are_ignored_and_null_is_the_same_as_absent()
    {
        var client = await PersonAsync();
        var id = Unique.ClientId();
        var body = $$"""{"room":"{{client.Lobby}}","text":"x","replyTo":null,"mentions":null,"later":{"a":[1]},"clientId":"{{id}}"}""";
        Assert.Equal(Wire.SendMessageAll, (await client.RequestBytesAsync(Wire.SendMessage, Encoding.UTF8.GetBytes(body))).Code);
    }

    [Fact]
    public async Task Pipelined_requests_are_all_answered_and_changes_keep_their_order()
    {
        var client = await PersonAsync();
        var room = await client.GroupAsync();
        var requests = new List<uint>();
        for (var i = 0; i < 100; i++)
        {
            requests.Add(await client.SendAsync(Wire.SendMessage, new { room, text = $"n{i}", clientId = Unique.ClientId() }));
        }

        var replies = new List<RawFrame>();
        foreach (var request in requests)
        {
            replies.Add(await client.ReplyAsync(request));
        }

        Assert.All(replies, reply => Assert.Equal(Wire.SendMessageAll, reply.Code));
        var first = replies[0].Body.Number("seq");
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (first + i, $"n{i}")), replies.Select(reply => (reply.Body.Number("seq"), reply.Body.Text("text"))));
        Assert.Equal(requests, client.Frames.Where(frame => requests.Contains(frame.Request)).Select(frame => frame.Request));
    }

    protected static async Task ExpectInvalidAsync(RawClient client)
    {
        await client.EventAsync(Wire.FrameInvalid, body => body.Text("text").Length > 0);
        await client.EventAsync(Wire.Bye, body => body.Number("reason") == Wire.FrameInvalid);
        await client.ClosedAsync();
        var tail = client.Frames.Where(frame => frame.Request == 0 && frame.Code is Wire.FrameInvalid or Wire.Bye).Select(frame => frame.Code);
        Assert.Equal([Wire.FrameInvalid, Wire.Bye], tail);
    }

    private static byte[] Padded(int size)
    {
        var body = Encoding.ASCII.GetBytes("{\"pad\":\"" + new string('x', size - 10) + "\"}");
        Assert.Equal(size, body.Length);
        return body;
    }
}

public sealed class FrameTestsNative(SharedServer server) : FrameTests(server, ChannelKind.Native);

public sealed class FrameTestsWebSocket(SharedServer server) : FrameTests(server, ChannelKind.WebSocket)
{
    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_message_that_is_not_exactly_one_frame_is_refused(int difference)
    {
        var client = await OpenAsync();
        var frame = RawFrame.Encode(Wire.Ping, 1, "{}"u8);
        byte[] message = difference < 0 ? frame[..^1] : [.. frame, 0];
        await client.SendRawAsync(message);
        await ExpectInvalidAsync(client);
    }
}
