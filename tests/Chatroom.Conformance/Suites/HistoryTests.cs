using System.Text.Json.Nodes;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

public abstract class HistoryTests(SharedServer server, ChannelKind kind) : ConformanceTest(server, kind)
{
    [Fact]
    public async Task The_newest_page_and_those_before_it_reach_the_first_entry()
    {
        var (person, room, seqs) = await FilledAsync(25);
        var got = new List<long>();
        var page = await person.HistoryAsync(room, limit: 10);
        Assert.False(page.Flag("after"));
        Assert.Equal(seqs[^1], page.Number("head"));
        while (true)
        {
            var part = Seqs(page);
            Assert.InRange(part.Count, 1, 10);
            Assert.Equal(part.Order(), part);
            got.InsertRange(0, part);
            if (!page.Flag("before"))
            {
                break;
            }

            page = await person.HistoryAsync(room, before: got[0], limit: 10);
            Assert.True(page.Flag("after"));
        }

        Assert.Equal(Enumerable.Range(1, (int)seqs[^1]).Select(seq => (long)seq), got);
    }

    [Fact]
    public async Task Paging_forward_from_a_place_reaches_the_head()
    {
        var (person, room, seqs) = await FilledAsync(15);
        var page = await person.HistoryAsync(room, after: seqs[2], limit: 5);
        Assert.Equal(seqs.Skip(3).Take(5), Seqs(page));
        Assert.True(page.Flag("before") && page.Flag("after"));
        page = await person.HistoryAsync(room, after: seqs[7], limit: 200);
        Assert.Equal(seqs.Skip(8), Seqs(page));
        Assert.False(page.Flag("after"));
        Assert.Empty(Seqs(await person.HistoryAsync(room, after: seqs[^1])));
        Assert.Empty(Seqs(await person.HistoryAsync(room, before: 1)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(201)]
    public async Task A_limit_out_of_bounds_is_wrong_or_never_exceeded(int limit)
    {
        var person = await PersonAsync();
        var reply = await person.RequestAsync(Wire.GetAllChatHistory, new { room = person.Lobby, limit });
        Assert.True(reply.Code == Wire.WrongMessage || (reply.Code == Wire.History && Seqs(reply.Body).Count <= 200), reply.ToString());
    }

    [Fact]
    public async Task A_page_tells_what_entries_outside_it_made_of_its_entries()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben);
        var target = (await anna.SayAsync(room, "first words")).Number("seq");
        var plain = (await anna.SayAsync(room, "untouched")).Number("seq");
        await anna.ChangeAsync(Wire.Edit, new { room, target, text = "second words" }, Wire.Entry);
        await anna.ChangeAsync(Wire.Edit, new { room, target, text = "third words" }, Wire.Entry);
        await anna.ChangeAsync(Wire.React, new { room, target, emoji = "👍" }, Wire.Entry);
        await ben.ChangeAsync(Wire.React, new { room, target, emoji = "👍" }, Wire.Entry);
        await ben.ChangeAsync(Wire.React, new { room, target, emoji = "🎉" }, Wire.Entry);
        await ben.ChangeAsync(Wire.React, new { room, target, emoji = "🎉", on = false }, Wire.Entry);
        var pin = await anna.ChangeAsync(Wire.Pin, new { room, target }, Wire.Entry);

        var page = await ben.HistoryAsync(room, before: plain + 1, limit: 2);
        Assert.Equal([target, plain], Seqs(page));
        Assert.Equal(pin.Number("seq"), page.Number("head"));
        Assert.DoesNotContain(page.List("amendments"), one => one.Number("target") == plain);
        var amendment = page.List("amendments").Single(one => one.Number("target") == target);
        Assert.Equal("third words", amendment.Child("edit").Text("text"));
        Assert.True(amendment.Flag("pinned"));
        var reaction = Assert.Single(amendment.List("reactions"));
        Assert.Equal(("👍", 2L, true), (reaction.Text("emoji"), reaction.Number("count"), reaction.Flag("mine")));
        Assert.Equal(new[] { anna.Id, ben.Id }.Order(), reaction.Texts("by").Order());
    }

    [Fact]
    public async Task A_recalled_entry_keeps_its_place_and_loses_its_content_and_edits()
    {
        var person = await PersonAsync();
        var room = await person.GroupAsync();
        var target = (await person.SayAsync(room, "regretted words")).Number("seq");
        await person.ChangeAsync(Wire.Edit, new { room, target, text = "changed words" }, Wire.Entry);
        await person.ChangeAsync(Wire.Recall, new { room, target }, Wire.Entry);
        var page = await person.HistoryAsync(room);
        Assert.DoesNotContain("words", page.ToJsonString());
        var entry = page.List("entries").Single(one => one.Number("seq") == target);
        Assert.True(entry.Flag("recalled"));
        Assert.Null(entry.OptText("text"));
        Assert.Equal(page.Number("head"), page.List("entries").Count);
    }

    private static List<long> Seqs(JsonNode page) => [.. page.List("entries").Select(entry => entry.Number("seq"))];

    private async Task<(RawClient Person, string Room, List<long> Seqs)> FilledAsync(int count)
    {
        var person = await PersonAsync();
        var room = await person.GroupAsync();
        var seqs = new List<long>();
        for (var i = 0; i < count; i++)
        {
            seqs.Add((await person.SayAsync(room, $"n{i}")).Number("seq"));
        }

        return (person, room, seqs);
    }
}

public sealed class HistoryTestsNative(SharedServer server) : HistoryTests(server, ChannelKind.Native);

public sealed class HistoryTestsWebSocket(SharedServer server) : HistoryTests(server, ChannelKind.WebSocket);
