using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

/// <summary>Downloads, links, lists and who may have what. The native channel goes with HTTP/2, the WebSocket with HTTP/1.1.</summary>
public abstract class FileTests(SharedServer server, ChannelKind kind) : ConformanceTest(server, kind)
{
    private HttpClient http = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        http = Server.Http(Kind == ChannelKind.Native ? HttpVersion.Version20 : HttpVersion.Version11);
    }

    public override async ValueTask DisposeAsync()
    {
        http?.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_file_is_had_as_it_was_sent_and_cannot_run_in_a_page()
    {
        var (anna, ben) = (await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben);
        var content = Files.Content(200_000);
        var entry = await new Files(http, anna).SendAsync(room, content, "论文.html");
        var file = entry.Child("file");
        Assert.Equal(("file", "论文.html", 200_000L), (entry.Text("kind"), file.Text("name"), file.Number("size")));
        Assert.Equal(Files.Sha256(content), file.Text("sha256"));
        Assert.Equal(Wire.SendFileSuccess, (await ben.EntryAsync(room, entry.Number("seq"))).Code);
        using var reply = await new Files(http, ben).GetAsync(file.Text("id"));
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal(content, await reply.Content.ReadAsByteArrayAsync());
        Assert.Contains(Files.Sha256(content), reply.Headers.ETag!.Tag);
        Assert.Equal("attachment", reply.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("nosniff", Assert.Single(reply.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal(http.DefaultRequestVersion, reply.Version);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(100, 199)]
    [InlineData(65_530, 65_545)]
    [InlineData(149_999, 149_999)]
    [InlineData(149_000, null)]
    [InlineData(null, 10)]
    public async Task A_range_brings_those_bytes_only(int? from, int? to)
    {
        var person = await PersonAsync();
        var files = new Files(http, person);
        var content = Files.Content(150_000);
        var id = (await files.SendAsync(await person.GroupAsync(), content)).Child("file").Text("id");
        using var reply = await files.GetAsync(id, new RangeHeaderValue(from, to));
        Assert.Equal(HttpStatusCode.PartialContent, reply.StatusCode);
        var expected = from is null ? content[^to!.Value..] : content[from.Value..((to ?? content.Length - 1) + 1)];
        Assert.Equal(expected, await reply.Content.ReadAsByteArrayAsync());
        Assert.Equal(content.Length, reply.Content.Headers.ContentRange!.Length);
    }

    [Fact]
    public async Task A_range_beyond_the_end_is_not_satisfiable()
    {
        var person = await PersonAsync();
        var files = new Files(http, person);
        var id = (await files.SendAsync(await person.GroupAsync(), Files.Content(100))).Child("file").Text("id");
        using var reply = await files.GetAsync(id, new RangeHeaderValue(100, 200));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, reply.StatusCode);
    }

    [Fact]
    public async Task Strangers_and_former_members_and_those_without_a_token_get_nothing()
    {
        var (anna, ben, eve) = (await PersonAsync(), await PersonAsync(), await PersonAsync());
        var room = await anna.GroupAsync(ben);
        var id = (await new Files(http, anna).SendAsync(room, Files.Content(100))).Child("file").Text("id");
        await ExpectAsync(HttpStatusCode.NotFound, await new Files(http, eve).GetAsync(id));
        await ExpectAsync(HttpStatusCode.NotFound, await new Files(http, anna).GetAsync("nosuchfile"));
        await eve.AskAsync(Wire.DownFile, new { file = id }, Wire.DownFileError);
        using (var reply = await new Files(http, ben).GetAsync(id))
        {
            Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        }

        var link = (await ben.AskAsync(Wire.DownFile, new { file = id }, Wire.DownFileSuccess)).Text("path");
        await ben.ChangeAsync(Wire.LeaveGroup, new { room }, Wire.Entry);
        await ExpectAsync(HttpStatusCode.NotFound, await new Files(http, ben).GetAsync(id));
        await ExpectAsync(HttpStatusCode.NotFound, await new Files(http, ben).FetchAsync(link, token: null));
        foreach (var token in new[] { null, "not a token" })
        {
            using var reply = await new Files(http, ben).FetchAsync($"/files/{id}", token);
            Assert.Contains(reply.StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.NotFound });
        }
    }

    [Fact]
    public async Task A_recalled_file_is_gone()
    {
        var person = await PersonAsync();
        var files = new Files(http, person);
        var room = await person.GroupAsync();
        var entry = await files.SendAsync(room, Files.Content(100));
        var id = entry.Child("file").Text("id");
        var link = (await person.AskAsync(Wire.DownFile, new { file = id }, Wire.DownFileSuccess)).Text("path");
        await person.ChangeAsync(Wire.Recall, new { room, target = entry.Number("seq") }, Wire.Entry);
        await ExpectAsync(HttpStatusCode.Gone, await files.GetAsync(id));
        await ExpectAsync(HttpStatusCode.Gone, await files.FetchAsync(link, token: null));
        await person.AskAsync(Wire.DownFile, new { file = id }, Wire.DownFileError);
        Assert.Empty((await person.AskAsync(Wire.GetAllFileHistory, new { room }, Wire.FileHistory)).List("files"));
    }

    [Fact]
    public async Task A_link_needs_no_header_and_is_good_for_this_file_unaltered_only()
    {
        var person = await PersonAsync();
        var files = new Files(http, person);
        var room = await person.GroupAsync();
        var content = Files.Content(1_000);
        var id = (await files.SendAsync(room, content)).Child("file").Text("id");
        var other = (await files.SendAsync(room, Files.Content(10))).Child("file").Text("id");
        var link = await person.AskAsync(Wire.DownFile, new { file = id }, Wire.DownFileSuccess);
        var path = link.Text("path");
        Assert.InRange(link.Number("expires") - DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), 200_000, 310_000);
        Assert.Equal(id, link.Child("file").Text("id"));
        using (var reply = await files.FetchAsync(path, token: null))
        {
            Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
            Assert.Equal(content, await reply.Content.ReadAsByteArrayAsync());
        }

        // The character before the last: in base64url the last one may hold bits that mean nothing.
        var altered = path[..^2] + (path[^2] == 'a' ? 'b' : 'a') + path[^1];
        foreach (var wrong in new[] { altered, path.Replace(id, other), path + "0", path[..path.IndexOf('?')] })
        {
            using var reply = await files.FetchAsync(wrong, token: null);
            Assert.InRange((int)reply.StatusCode, 400, 404);
        }
    }

    [Fact]
    public async Task A_link_ends_with_the_device_it_was_made_for()
    {
        var person = await PersonAsync();
        var tablet = await DeviceAsync(person);
        var id = (await new Files(http, person).SendAsync(await person.GroupAsync(), Files.Content(10))).Child("file").Text("id");
        var link = (await tablet.AskAsync(Wire.DownFile, new { file = id }, Wire.DownFileSuccess)).Text("path");
        await person.ChangeAsync(Wire.SignOutDevice, new { device = tablet.Device }, Wire.Ok);
        using var reply = await new Files(http, person).FetchAsync(link, token: null);
        Assert.InRange((int)reply.StatusCode, 400, 404);
    }

    [Fact]
    public async Task The_files_of_a_room_are_listed_newest_first_page_by_page()
    {
        var person = await PersonAsync();
        var files = new Files(http, person);
        var room = await person.GroupAsync();
        var sent = new List<long>();
        for (var i = 0; i < 5; i++)
        {
            await person.SayAsync(room, "between");
            sent.Add((await files.SendAsync(room, Files.Content(10 + i), $"{i}.txt")).Number("seq"));
        }

        var got = new List<long>();
        long? before = null;
        do
        {
            var page = await person.AskAsync(Wire.GetAllFileHistory, new { room, before, limit = 2 }, Wire.FileHistory);
            Assert.InRange(page.List("files").Count, 0, 2);
            got.AddRange(page.List("files").Select(entry => entry.Number("seq")));
            before = page.OptNumber("next");
        }
        while (before is not null);

        Assert.Equal(sent.AsEnumerable().Reverse(), got);
    }

    private static async Task ExpectAsync(HttpStatusCode expected, HttpResponseMessage reply)
    {
        using (reply)
        {
            Assert.Equal(expected, reply.StatusCode);
            var body = JsonNode.Parse(await reply.Content.ReadAsStringAsync());
            Assert.NotEmpty(body.Text("text"));
            Assert.NotNull(body.OptNumber("code"));
        }
    }
}

public sealed class FileTestsNative(SharedServer server) : FileTests(server, ChannelKind.Native);

public sealed class FileTestsWebSocket(SharedServer server) : FileTests(server, ChannelKind.WebSocket);
