using System.Net;
using System.Text.Json.Nodes;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

public abstract class SearchTests(SharedServer server, ChannelKind kind) : ConformanceTest(server, kind)
{
    [Fact]
    public async Task Messages_with_all_of_the_words_are_found_newest_first_in_their_newest_wording()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben);
        var first = (await anna.SayAsync(room, "明天的会议改到下午三点")).Number("seq");
        var second = (await ben.SayAsync(room, "The Release notes are ready")).Number("seq");
        await ben.SayAsync(room, "the prerelease is out");
        var third = (await anna.SayAsync(room, "会议室在三楼，三点见")).Number("seq");
        Assert.Equal([third, first], await FoundAsync(ben, room, "会议 三点"));
        Assert.Equal([second], await FoundAsync(ben, room, "RELEASE"));
        Assert.Equal([second], await FoundAsync(ben, room, "\"release notes\""));
        Assert.Empty(await FoundAsync(ben, room, "\"notes release\""));

        await ben.ChangeAsync(Wire.Edit, new { room, target = second, text = "The minutes are ready" }, Wire.Entry);
        Assert.Empty(await FoundAsync(anna, room, "release"));
        var hit = Assert.Single((await anna.AskAsync(Wire.Search, new { text = "minutes", @in = new[] { new { room } } }, Wire.Found)).List("hits"));
        Assert.True(hit.Flag("edited"));
        Assert.Equal(second, hit.Child("entry").Number("seq"));
        Assert.Equal("The minutes are ready", hit.Child("entry").Text("text"));
        var mark = hit.List("marks").Single();
        Assert.Equal((4L, 7L), (mark.Number("start"), mark.Number("length")));

        await anna.ChangeAsync(Wire.Recall, new { room, target = third }, Wire.Entry);
        Assert.Equal([first], await FoundAsync(ben, room, "会议"));
    }

    [Fact]
    public async Task Without_a_room_all_of_ones_own_are_looked_through_and_no_others()
    {
        var (anna, ben, outsider) = (await PersonAsync(), await PersonAsync(), await PersonAsync());
        var word = Unique.Word();
        var room = await anna.GroupAsync(ben);
        await anna.SayAsync(room, $"in the group {word}");
        await anna.ChangeAsync(Wire.SendMessage, new { to = ben.Name, text = $"privately {word}" }, Wire.SendMessagePrivate);
        await ben.SayAsync(ben.Lobby, $"in the lobby {word}");
        Assert.Equal(3, (await HitsAsync(ben, new { text = word })).Count);
        Assert.Equal(2, (await HitsAsync(ben, new { text = word, from = anna.Id })).Count);
        Assert.Equal(2, (await HitsAsync(ben, new { text = word, fromName = anna.Name })).Count);
        Assert.Equal($"in the lobby {word}", Assert.Single(await HitsAsync(outsider, new { text = word })).Child("entry").Text("text"));
        await outsider.AskAsync(Wire.Search, new { text = word, @in = new[] { new { room } } }, Wire.NotFound);

        await ben.ChangeAsync(Wire.LeaveGroup, new { room }, Wire.Entry);
        Assert.Equal(2, (await HitsAsync(ben, new { text = word })).Count);
    }

    [Fact]
    public async Task Pages_go_on_where_the_last_one_ended()
    {
        var anna = await PersonAsync();
        var room = await anna.GroupAsync();
        var said = new List<long>();
        for (var i = 0; i < 12; i++)
        {
            said.Insert(0, (await anna.SayAsync(room, $"tea {i}")).Number("seq"));
        }

        var got = new List<long>();
        object places = new[] { new { room } };
        for (var pages = 1; ; pages++)
        {
            var page = await anna.AskAsync(Wire.Search, new { text = "tea", @in = places, limit = 5 }, Wire.Found);
            got.AddRange(page.List("hits").Select(hit => hit.Child("entry").Number("seq")));
            if (page["more"] is not JsonArray more)
            {
                break;
            }

            Assert.InRange(pages, 1, 20);
            places = more;
        }

        Assert.Equal(said, got);
    }

    [Fact]
    public async Task A_file_is_found_by_its_name()
    {
        var anna = await PersonAsync();
        var room = await anna.GroupAsync();
        var name = $"季度报告 {Unique.Word()}.pdf";
        using var http = anna.Server.Http(HttpVersion.Version11);
        await new Files(http, anna).SendAsync(room, [1, 2, 3], name);
        var hit = Assert.Single(await HitsAsync(anna, new { text = "报告 pdf", @in = new[] { new { room } } }));
        Assert.Equal(name, hit.Child("entry").Child("file").Text("name"));
    }

    [Theory]
    [InlineData("""{"text":""}""", "text")]
    [InlineData("""{}""", "text")]
    [InlineData("""{"text":"\"\""}""", "text")]
    [InlineData("""{"text":"x","in":[]}""", "in")]
    public async Task What_cannot_be_looked_for_is_refused(string body, string field)
    {
        var anna = await PersonAsync();
        var answer = await anna.RequestAsync(Wire.Search, JsonNode.Parse(body)!);
        Assert.Equal((Wire.WrongMessage, field), (answer.Code, answer.Body.Text("field")));
        Assert.Equal(Wire.WrongMessage, (await anna.RequestAsync(Wire.Search, new { text = new string('x', 201) })).Code);
        Assert.Equal(Wire.NoSuchUser, (await anna.RequestAsync(Wire.Search, new { text = "x", fromName = Unique.Word() })).Code);
    }

    private static async Task<List<JsonObject>> HitsAsync(RawClient person, object request) => [.. (await person.AskAsync(Wire.Search, request, Wire.Found)).List("hits")];

    private static async Task<List<long>> FoundAsync(RawClient person, string room, string text) =>
        [.. (await HitsAsync(person, new { text, @in = new[] { new { room } } })).Select(hit => hit.Child("entry").Number("seq"))];
}

public sealed class SearchTestsNative(SharedServer server) : SearchTests(server, ChannelKind.Native);

public sealed class SearchTestsWebSocket(SharedServer server) : SearchTests(server, ChannelKind.WebSocket);
