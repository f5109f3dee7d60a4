using System.Net;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Commands;
using Chatroom.Server.Files.Http;
using static Chatroom.Tests.Files.FileBench;

namespace Chatroom.Tests.Files;

public class DownloadTests
{
    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=100-199", 100, 100)]
    [InlineData("bytes=65530-65545", 65_530, 16)]
    [InlineData("bytes=149999-", 149_999, 1)]
    [InlineData("bytes=140000-999999", 140_000, 10_000)]
    [InlineData("bytes=-5", 149_995, 5)]
    [InlineData("bytes=-999999", 0, 150_000)]
    public async Task A_range_gives_exactly_its_bytes(string range, int from, int count)
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var content = Content(150_000);
        var id = await bench.UploadAsync(alice, content);
        using var answer = await bench.GetAsync(alice, "/files/" + id, ("Range", range));

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal($"bytes {from}-{from + count - 1}/150000", answer.Content.Headers.ContentRange!.ToString());
        Assert.Equal(content[from..(from + count)], await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("bytes=150000-")]
    [InlineData("bytes=-0")]
    public async Task A_range_outside_is_not_satisfiable(string range)
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var id = await bench.UploadAsync(alice, Content(150_000));
        using var answer = await bench.GetAsync(alice, "/files/" + id, ("Range", range));

        Assert.Equal((HttpStatusCode.RequestedRangeNotSatisfiable, "bytes */150000"), (answer.StatusCode, answer.Content.Headers.ContentRange!.ToString()));
    }

    [Fact]
    public async Task A_part_is_given_only_of_the_content_the_client_knows()
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var path = "/files/" + await bench.UploadAsync(alice, Content(1000));
        using var whole = await bench.GetAsync(alice, path);
        var tag = whole.Headers.ETag!.ToString();
        using var same = await bench.GetAsync(alice, path, ("Range", "bytes=1-2"), ("If-Range", tag));
        using var other = await bench.GetAsync(alice, path, ("Range", "bytes=1-2"), ("If-Range", "\"other\""));
        using var date = await bench.GetAsync(alice, path, ("Range", "bytes=1-2"), ("If-Range", "Tue, 01 Jan 2030 00:00:00 GMT"));
        using var several = await bench.GetAsync(alice, path, ("Range", "bytes=1-2,5-6"));
        using var known = await bench.GetAsync(alice, path, ("If-None-Match", tag));

        Assert.Equal(
            [HttpStatusCode.PartialContent, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.NotModified],
            new[] { same, other, date, several, known }.Select(a => a.StatusCode));
    }

    [Fact]
    public async Task Files_are_handed_out_to_be_saved_never_as_pages_of_this_origin()
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var html = await bench.OpenAsync(alice, Announce(Content(10), name: "páge \"x\".html") with { Type = "text/html" });
        (await bench.PatchAsync(alice, html.Path, 0, Content(10))).Dispose();
        var image = await bench.OpenAsync(alice, Announce(Content(10)) with { Type = "image/png" });
        (await bench.PatchAsync(alice, image.Path, 0, Content(10))).Dispose();
        using var saved = await bench.GetAsync(alice, html.Path + "?inline=1");
        using var shown = await bench.GetAsync(alice, image.Path + "?inline=1");
        using var plain = await bench.GetAsync(alice, image.Path);

        Assert.Equal("application/octet-stream", saved.Content.Headers.ContentType!.ToString());
        Assert.Equal("attachment; filename=\"p_ge _x_.html\"; filename*=UTF-8''p%C3%A1ge%20%22x%22.html", Assert.Single(saved.Content.Headers.GetValues("Content-Disposition")));
        Assert.Equal(("nosniff", "sandbox; default-src 'none'"), (Header(saved, "X-Content-Type-Options"), Header(saved, "Content-Security-Policy")));
        Assert.Equal(("bytes", true, true), (Header(saved, "Accept-Ranges"), saved.Headers.CacheControl!.Private, saved.Headers.CacheControl.NoCache));
        Assert.Equal(("image/png", "inline"), (shown.Content.Headers.ContentType!.ToString(), shown.Content.Headers.ContentDisposition!.DispositionType));
        Assert.Equal(("application/octet-stream", "attachment"), (plain.Content.Headers.ContentType!.ToString(), plain.Content.Headers.ContentDisposition!.DispositionType));
        Assert.False(FileNaming.IsSafeToShow("image/svg+xml"));
    }

    [Fact]
    public async Task Outsiders_and_former_members_find_nothing()
    {
        await using var bench = await StartAsync();
        var (alice, bob, eve) = (await bench.Test.PersonAsync("alice"), await bench.Test.PersonAsync("bob"), await bench.Test.PersonAsync("eve"));
        var room = await bench.Test.GroupAsync(alice, bob);
        var path = "/files/" + await bench.UploadAsync(alice, Content(10), room);
        using var member = await bench.GetAsync(bob, path);
        using var outsider = await bench.GetAsync(eve, path);
        using var unknown = await bench.GetAsync(eve, "/files/f" + new string('0', 25));
        using var malformed = await bench.GetAsync(eve, "/files/..%2f..%2fkeyring.json");
        using var nobody = await bench.GetAsync(null, path);
        await bench.Test.ChangeAsync(bob, Code.LeaveGroup, new RoomRequest { Room = room }, LeaveGroup.Plan);
        using var former = await bench.GetAsync(bob, path);

        Assert.Equal(HttpStatusCode.OK, member.StatusCode);
        Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound], new[] { outsider, unknown, former }.Select(a => a.StatusCode));
        Assert.Equal(await unknown.Content.ReadAsStringAsync(), await outsider.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, malformed.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
    }

    [Fact]
    public async Task A_recalled_file_is_gone_from_the_disk_and_said_to_be_gone()
    {
        await using var bench = await StartAsync();
        var (alice, eve) = (await bench.Test.PersonAsync("alice"), await bench.Test.PersonAsync("eve"));
        var room = await bench.Test.GroupAsync(alice);
        var request = Announce(Content(10), room);
        var opened = await bench.OpenAsync(alice, request);
        (await bench.PatchAsync(alice, opened.Path, 0, Content(10))).Dispose();
        var entry = Assert.Single(await bench.EntriesAsync(room));
        await bench.Test.ChangeAsync(alice, Code.Recall, new TargetRequest { Room = room, Target = entry.Seq }, Recall.Plan);
        await bench.Core.Files.ErasedAsync();

        Assert.Empty(bench.OnDisk());
        using var gone = await bench.GetAsync(alice, opened.Path);
        using var outsider = await bench.GetAsync(eve, opened.Path);
        Assert.Equal((HttpStatusCode.Gone, HttpStatusCode.NotFound), (gone.StatusCode, outsider.StatusCode));
        Assert.True((await bench.OpenAsync(alice, request)).Entry!.Recalled);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(150_000)]
    public async Task Damage_at_the_start_or_end_is_an_error_and_no_byte_leaves(int at)
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var id = await bench.UploadAsync(alice, Content(150_000));
        Damage(bench, id, at);
        using var answer = await bench.GetAsync(alice, "/files/" + id);

        Assert.Equal((HttpStatusCode.InternalServerError, (int)Code.InternalError), (answer.StatusCode, (await ErrorAsync(answer)).Code));
        Assert.Null(answer.Content.Headers.ContentDisposition);
    }

    [Fact]
    public async Task Damage_in_the_middle_cuts_the_answer_off()
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var id = await bench.UploadAsync(alice, Content(500_000));
        Damage(bench, id, 250_000);

        await Assert.ThrowsAnyAsync<HttpRequestException>(async () => (await bench.GetAsync(alice, "/files/" + id)).Dispose());
    }

    private static void Damage(FileBench bench, string id, int at)
    {
        var path = bench.Core.Files.PathOf(id);
        var bytes = File.ReadAllBytes(path);
        bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
