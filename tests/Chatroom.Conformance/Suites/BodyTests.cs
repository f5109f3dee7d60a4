using System.Text;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

public abstract class BodyTests(SharedServer server, ChannelKind kind) : ConformanceTest(server, kind)
{
    public static TheoryData<string> BadBodies =>
    [
        "{", "}", "[]", "\"x\"", "5", "{\"a\":}", "{\"a\":1}{}", "{'a':1}", "{\"a\":1,}", "nul",
        "{\"room\":5}", "{\"room\":{}}", "{\"room\":\"x\",\"limit\":\"many\"}", "{\"room\":\"x\",\"before\":1.5}",
        "{\"room\":\"x\",\"limit\":99999999999999999999}",
        "{\"deep\":" + string.Concat(Enumerable.Repeat("[", 17)) + string.Concat(Enumerable.Repeat("]", 17)) + "}",
        "{\"deep\":" + string.Concat(Enumerable.Repeat("[", 30_000)),
    ];

    public static TheoryData<string, string> Scripts => new()
    {
        { "Latin", "a" }, { "Latin with accents", "é" }, { "Cyrillic", "Ж" }, { "Arabic", "ع" }, { "Devanagari", "क" }, { "Han", "漢" },
        { "Hangul", "한" }, { "emoji", "😀" }, { "quotation marks", "\"" }, { "backslashes", "\\" }, { "tabs", "\t" }, { "line feeds", "\n" },
        { "line separators", "\u2028" }, { "angle brackets", "<" }, { "beyond the first plane", "𐍈" },
    };

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task A_sound_frame_with_a_bad_body_is_wrong_and_closes_nothing(string body)
    {
        var client = await PersonAsync();
        Assert.Equal(Wire.WrongMessage, (await client.RequestBytesAsync(Wire.GetAllChatHistory, Encoding.UTF8.GetBytes(body))).Code);
        await client.FenceAsync();
    }

    [Fact]
    public async Task A_bad_LOGIN_body_is_wrong_and_another_try_works()
    {
        var person = await PersonAsync();
        var client = await OpenAsync();
        Assert.Equal(Wire.WrongMessage, (await client.RequestBytesAsync(Wire.Login, "{\"version\":\"three\"}"u8.ToArray())).Code);
        Assert.Equal(Wire.WrongMessage, (await client.RequestBytesAsync(Wire.Login, "{"u8.ToArray())).Code);
        Assert.Equal(Wire.LoginSuccess, (await client.LoginAsync(new { version = 3, token = person.Token })).Code);
    }

    [Theory]
    [InlineData(new byte[] { 0xC3 })]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xF5, 0x80, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xFF })]
    public async Task Broken_UTF_8_in_a_text_is_refused(byte[] broken)
    {
        var client = await PersonAsync();
        var start = Encoding.UTF8.GetBytes($"{{\"room\":\"{client.Lobby}\",\"clientId\":\"{Unique.ClientId()}\",\"text\":\"a");
        byte[] body = [.. start, .. broken, .. "b\"}"u8];
        Assert.Equal(Wire.WrongMessage, (await client.RequestBytesAsync(Wire.SendMessage, body)).Code);
        await client.FenceAsync();
    }

    [Theory]
    [InlineData("\\u0000")]
    [InlineData("\\u0001")]
    [InlineData("\\u0008")]
    [InlineData("\\r")]
    [InlineData("\\u001b")]
    [InlineData("\\u007f")]
    [InlineData("\\u0085")]
    [InlineData("\\ud800")]
    [InlineData("\\udc00\\ud800")]
    public async Task Control_characters_and_lone_surrogates_in_a_text_are_refused(string escaped)
    {
        var client = await PersonAsync();
        var body = $"{{\"room\":\"{client.Lobby}\",\"clientId\":\"{Unique.ClientId()}\",\"text\":\"a{escaped}b\"}}";
        Assert.Equal(Wire.WrongMessage, (await client.RequestBytesAsync(Wire.SendMessage, Encoding.UTF8.GetBytes(body))).Code);
        await client.FenceAsync();
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task The_largest_text_of_a_script_comes_through_unchanged(string script, string unit)
    {
        var sender = await PersonAsync();
        var reader = await DeviceAsync(sender);
        var room = await sender.GroupAsync();
        var text = Filled(unit);
        var entry = await sender.SayAsync(room, text);
        Assert.True(text == entry.Text("text"), $"{script}: the reply holds another text.");
        var seq = entry.Number("seq");
        Assert.Equal(text, (await reader.EntryAsync(room, seq)).Body.Text("text"));
        var page = await reader.HistoryAsync(room);
        Assert.Equal(text, page.List("entries").Single(old => old.Number("seq") == seq).Text("text"));
    }

    [Theory]
    [InlineData("é")]
    [InlineData("漢")]
    [InlineData("😀")]
    public async Task The_largest_text_with_every_character_escaped_is_taken(string unit)
    {
        var sender = await PersonAsync();
        var room = await sender.GroupAsync();
        var text = Filled(unit);
        var escaped = string.Concat(text.Select(unit => $"\\u{(int)unit:x4}"));
        var body = $"{{\"room\":\"{room}\",\"clientId\":\"{Unique.ClientId()}\",\"text\":\"{escaped}\"}}";
        var reply = await sender.RequestBytesAsync(Wire.SendMessage, Encoding.UTF8.GetBytes(body));
        Assert.Equal(Wire.SendMessageAll, reply.Code);
        Assert.Equal(text, reply.Body.Text("text"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("漢")]
    public async Task An_empty_text_and_one_over_16_KiB_are_refused(string unit)
    {
        var client = await PersonAsync();
        var text = unit.Length == 0 ? "" : Filled(unit) + unit;
        Assert.True(unit.Length == 0 || Encoding.UTF8.GetByteCount(text) > 16_384);
        await client.ChangeAsync(Wire.SendMessage, new { room = client.Lobby, text }, Wire.TextTooLarge);
    }

    private static string Filled(string unit) => string.Concat(Enumerable.Repeat(unit, 16_384 / Encoding.UTF8.GetByteCount(unit)));
}

public sealed class BodyTestsNative(SharedServer server) : BodyTests(server, ChannelKind.Native);

public sealed class BodyTestsWebSocket(SharedServer server) : BodyTests(server, ChannelKind.WebSocket);
