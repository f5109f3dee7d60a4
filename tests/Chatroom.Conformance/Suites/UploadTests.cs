using System.Net;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Suites;

/// <summary>The tus protocol. The native channel goes with HTTP/2, the WebSocket with HTTP/1.1.</summary>
public abstract class UploadTests(SharedServer server, ChannelKind kind) : ConformanceTest(server, kind)
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
    public async Task A_file_sent_in_pieces_has_its_entry_when_the_last_one_is_there()
    {
        var (person, room, files) = await StageAsync();
        var content = Files.Content(300_000);
        var path = await files.AnnounceAsync(room, content);
        for (var offset = 0; offset < content.Length; offset += 100_000)
        {
            Assert.Equal(offset, await files.OffsetAsync(path));
            Assert.Equal(1, (await person.HistoryAsync(room)).Number("head"));
            using var reply = await files.PatchAsync(path, offset, content[offset..(offset + 100_000)]);
            Assert.Equal(HttpStatusCode.NoContent, reply.StatusCode);
            Assert.Equal($"{offset + 100_000}", Assert.Single(reply.Headers.GetValues("Upload-Offset")));
            Assert.Equal(offset == 200_000, reply.Headers.Contains("Chatroom-Seq"));
        }

        var entry = (await person.HistoryAsync(room)).List("entries")[^1];
        Assert.Equal(("file", 300_000L), (entry.Text("kind"), entry.Child("file").Number("size")));
        using var got = await files.GetAsync(entry.Child("file").Text("id"));
        Assert.Equal(content, await got.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task An_upload_cut_in_the_middle_of_a_piece_is_resumed_where_it_durably_is()
    {
        var (person, room, files) = await StageAsync();
        var content = Files.Content(1_000_000);
        var path = await files.AnnounceAsync(room, content);
        await Assert.ThrowsAnyAsync<Exception>(() => files.PatchAsync(path, 0, new CutContent(content, 600_000)));
        // What the cut left is the server's business; the offset it names is what a client goes on from. Until the
        // server has noticed the cut it may refuse a second writer (409 or 423): then the offset is asked for again.
        var patience = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(30), "The upload could not be resumed.");
            var offset = (int)(await files.OffsetAsync(path))!;
            Assert.InRange(offset, 0, 600_000);
            using var reply = await files.PatchAsync(path, offset, content[offset..]);
            if (reply.StatusCode == HttpStatusCode.NoContent)
            {
                break;
            }

            Assert.Contains(reply.StatusCode, new[] { HttpStatusCode.Conflict, HttpStatusCode.Locked });
        }

        var id = (await person.HistoryAsync(room)).List("entries").Single(entry => entry.Text("kind") == "file").Child("file").Text("id");
        using var got = await files.GetAsync(id);
        Assert.Equal(content, await got.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_POST_creates_an_upload_and_a_repeated_one_finds_it()
    {
        var (person, room, files) = await StageAsync();
        var content = Files.Content(50_000);
        (string, string)[] metadata =
        [
            ("room", room), ("filename", "图.png"), ("filetype", "image/png"), ("sha256", Files.Sha256(content)), ("clientid", Unique.ClientId()),
        ];
        using var created = await files.CreateAsync(content.Length, metadata);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var path = PathOf(created);
        using (var half = await files.PatchAsync(path, 0, content[..20_000]))
        {
            Assert.Equal(HttpStatusCode.NoContent, half.StatusCode);
        }

        using var again = await files.CreateAsync(content.Length, metadata);
        Assert.True(again.IsSuccessStatusCode);
        Assert.Equal(path, PathOf(again));
        Assert.Equal(20_000, await files.OffsetAsync(path));
        using var done = await files.PatchAsync(path, 20_000, content[20_000..]);
        Assert.Equal(HttpStatusCode.NoContent, done.StatusCode);
        var entry = (await person.HistoryAsync(room)).List("entries").Single(one => one.Number("seq") == Files.Seq(done));
        Assert.Equal(("图.png", "image/png"), (entry.Child("file").Text("name"), entry.Child("file").Text("type")));
    }

    [Fact]
    public async Task A_file_goes_to_a_person_by_name()
    {
        var (person, _, files) = await StageAsync();
        var other = await PersonAsync();
        var content = Files.Content(100);
        using var created = await files.CreateAsync(
            content.Length, ("to", other.Name), ("filename", "a.txt"), ("sha256", Files.Sha256(content)), ("clientid", Unique.ClientId()));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        using var done = await files.PatchAsync(PathOf(created), 0, content);
        Assert.Equal(HttpStatusCode.NoContent, done.StatusCode);
        var room = await other.PrivateAsync(person);
        Assert.Equal("a.txt", (await other.HistoryAsync(room)).List("entries").Single().Child("file").Text("name"));
    }

    [Fact]
    public async Task Content_with_another_hash_is_refused_and_nothing_stays()
    {
        var (person, room, files) = await StageAsync();
        var content = Files.Content(1_000);
        var path = await files.AnnounceAsync(room, content);
        content[500] ^= 1;
        using var reply = await files.PatchAsync(path, 0, content);
        Assert.Equal(460, (int)reply.StatusCode);
        Assert.Null(await files.OffsetAsync(path));
        Assert.Equal(1, (await person.HistoryAsync(room)).Number("head"));
        Assert.Empty((await person.AskAsync(Wire.GetAllFileHistory, new { room }, Wire.FileHistory)).List("files"));
    }

    [Fact]
    public async Task A_wrong_offset_conflicts_and_more_than_announced_is_refused()
    {
        var (_, room, files) = await StageAsync();
        var content = Files.Content(1_000);
        var path = await files.AnnounceAsync(room, content);
        using (var wrong = await files.PatchAsync(path, 10, content[10..]))
        {
            Assert.Equal(HttpStatusCode.Conflict, wrong.StatusCode);
        }

        using (var more = await files.PatchAsync(path, 0, [.. content, 0]))
        {
            Assert.InRange((int)more.StatusCode, 400, 499);
        }
    }

    [Fact]
    public async Task A_retry_of_SEND_FILE_tells_how_far_it_is_and_then_that_it_is_done()
    {
        var (person, room, files) = await StageAsync();
        var content = Files.Content(1_000);
        var body = new { room, name = "a.bin", size = content.Length, sha256 = Files.Sha256(content), clientId = Unique.ClientId() };
        var path = (await person.AskAsync(Wire.SendFile, body, Wire.UploadOpened)).Text("path");
        using var half = await files.PatchAsync(path, 0, content[..400]);
        var again = await person.AskAsync(Wire.SendFile, body, Wire.UploadOpened);
        Assert.Equal((path, 400L, true), (again.Text("path"), again.Number("offset"), again.Flag("duplicate")));
        using var done = await files.PatchAsync(path, 400, content[400..]);
        var finished = await person.AskAsync(Wire.SendFile, body, Wire.UploadOpened);
        Assert.Equal(Files.Seq(done), finished.Child("entry").Number("seq"));
        Assert.Single((await person.HistoryAsync(room)).List("entries"), entry => entry.Text("kind") == "file");
        await person.AskAsync(Wire.SendFile, new { body.room, name = "b.bin", body.size, body.sha256, body.clientId }, Wire.IdempotencyConflict);
    }

    [Fact]
    public async Task An_upload_that_was_ended_by_its_sender_is_gone()
    {
        var (_, room, files) = await StageAsync();
        var path = await files.AnnounceAsync(room, Files.Content(1_000));
        using (var reply = await files.DeleteAsync(path))
        {
            Assert.Equal(HttpStatusCode.NoContent, reply.StatusCode);
        }

        Assert.Null(await files.OffsetAsync(path));
    }

    [Fact]
    public async Task The_upload_of_someone_else_is_not_to_be_seen_or_touched()
    {
        var (_, room, files) = await StageAsync();
        var content = Files.Content(100);
        var path = await files.AnnounceAsync(room, content);
        var eve = new Files(http, await PersonAsync());
        Assert.Null(await eve.OffsetAsync(path));
        using var patched = await eve.PatchAsync(path, 0, content);
        using var deleted = await eve.DeleteAsync(path);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (patched.StatusCode, deleted.StatusCode));
        Assert.Equal(0, await files.OffsetAsync(path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../up.txt")]
    [InlineData("a/b.txt")]
    [InlineData("c:\\d.txt")]
    [InlineData("right\u202etxt.exe")]
    [InlineData("..")]
    public async Task A_name_with_folders_or_tricks_is_refused(string name)
    {
        var (person, room, _) = await StageAsync();
        await person.ChangeAsync(Wire.SendFile, new { room, name, size = 1, sha256 = Files.Sha256([1]) }, Wire.SendFileError);
    }

    [Fact]
    public async Task What_is_too_large_or_not_described_is_refused()
    {
        var (person, room, _) = await StageAsync();
        var size = person.Sync.Success.Child("server").Number("maxFileSize") + 1;
        await person.ChangeAsync(Wire.SendFile, new { room, name = "a", size, sha256 = Files.Sha256([]) }, Wire.FileTooLarge);
        await person.ChangeAsync(Wire.SendFile, new { room, name = "a", size = -1, sha256 = Files.Sha256([]) }, Wire.WrongMessage);
        await person.ChangeAsync(Wire.SendFile, new { room, name = "a", size = 1, sha256 = "short" }, Wire.WrongMessage);
        await person.ChangeAsync(Wire.SendFile, new { room = "nowhere", name = "a", size = 1, sha256 = Files.Sha256([1]) }, Wire.NotFound);
    }

    [Fact]
    public async Task Only_members_send_files_and_only_until_they_leave()
    {
        var (anna, room, _) = await StageAsync();
        var ben = await PersonAsync();
        var files = new Files(http, ben);
        var content = Files.Content(100);
        using (var refused = await files.CreateAsync(
            100, ("room", room), ("filename", "a"), ("sha256", Files.Sha256(content)), ("clientid", Unique.ClientId())))
        {
            Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        }

        await anna.BringAsync(room, ben);
        var path = await files.AnnounceAsync(room, content);
        await ben.ChangeAsync(Wire.LeaveGroup, new { room }, Wire.Entry);
        using var late = await files.PatchAsync(path, 0, content);
        Assert.Equal(HttpStatusCode.NotFound, late.StatusCode);
    }

    private static string PathOf(HttpResponseMessage created) => created.Headers.Location is { IsAbsoluteUri: true } absolute
        ? absolute.PathAndQuery
        : created.Headers.Location?.OriginalString ?? throw new InvalidOperationException("The reply has no Location.");

    private async Task<(RawClient Person, string Room, Files Files)> StageAsync()
    {
        var person = await PersonAsync();
        return (person, await person.GroupAsync(), new Files(http, person));
    }
}

public sealed class UploadTestsNative(SharedServer server) : UploadTests(server, ChannelKind.Native);

public sealed class UploadTestsWebSocket(SharedServer server) : UploadTests(server, ChannelKind.WebSocket);
