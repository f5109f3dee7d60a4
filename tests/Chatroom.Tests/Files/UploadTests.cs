using System.Net;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Sessions;
using static Chatroom.Tests.Files.FileBench;

namespace Chatroom.Tests.Files;

public class UploadTests
{
    [Fact]
    public async Task A_file_opened_by_POST_appears_as_an_entry_when_its_last_byte_is_durable()
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var content = Content(200_000);
        var request = Announce(content, name: "Übersicht 表.txt");

        using var created = await bench.PostAsync(alice, request);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var path = Header(created, "Location");
        using var first = await bench.PatchAsync(alice, path, 0, content[..70_000]);
        Assert.Equal("70000", Header(first, "Upload-Offset"));
        Assert.Empty(await bench.EntriesAsync("lobby"));
        using var last = await bench.PatchAsync(alice, path, 70_000, content[70_000..]);

        Assert.Equal(HttpStatusCode.NoContent, last.StatusCode);
        var entry = Assert.Single(await bench.EntriesAsync("lobby"));
        Assert.Equal(Number(entry.Seq), Header(last, "Chatroom-Seq"));
        Assert.Equal(request.ClientId, entry.ClientId);
        Assert.Equal((IdOf(path), request.Name, 200_000L, "text/plain", request.Sha256), (entry.File!.Id, entry.File.Name, entry.File.Size, entry.File.Type, entry.File.Sha256));
        using var download = await bench.GetAsync(alice, path);
        Assert.Equal(content, await download.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_repeated_opening_finds_the_upload_it_began_and_how_far_it_is()
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var content = Content(1000);
        var request = Announce(content);
        var opened = await bench.OpenAsync(alice, request);
        (await bench.PatchAsync(alice, opened.Path, 0, content[..300])).Dispose();

        var again = await bench.OpenAsync(alice, request);
        Assert.Equal((opened.Path, 300, true), (again.Path, again.Offset, again.Duplicate));
        using var posted = await bench.PostAsync(alice, request);
        Assert.Equal((opened.Path, "300"), (Header(posted, "Location"), Header(posted, "Upload-Offset")));
        (await bench.PatchAsync(alice, opened.Path, 300, content[300..])).Dispose();

        var after = await bench.OpenAsync(alice, request);
        var entry = Assert.Single(await bench.EntriesAsync("lobby"));
        Assert.Equal((opened.Path, 1000, entry.Seq), (after.Path, after.Offset, after.Entry!.Seq));
    }

    [Fact]
    public async Task A_client_id_with_other_content_is_a_conflict()
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var content = Content(10);
        var request = Announce(content);
        var opened = await bench.OpenAsync(alice, request);

        Assert.Equal(Code.IdempotencyConflict, (await bench.SendFileAsync(alice, request with { Name = "other" })).Code);
        (await bench.PatchAsync(alice, opened.Path, 0, content)).Dispose();
        Assert.Equal(Code.IdempotencyConflict, (await bench.SendFileAsync(alice, request with { Size = 11 })).Code);
        using var posted = await bench.PostAsync(alice, request with { Type = "image/png" });
        Assert.Equal(HttpStatusCode.Conflict, posted.StatusCode);
    }

    [Fact]
    public async Task A_retried_last_piece_gets_the_first_result()
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var content = Content(500);
        var opened = await bench.OpenAsync(alice, Announce(content));
        using var first = await bench.PatchAsync(alice, opened.Path, 0, content);
        using var again = await bench.PatchAsync(alice, opened.Path, 500, []);
        using var stale = await bench.PatchAsync(alice, opened.Path, 0, content);
        using var head = await bench.HeadAsync(alice, opened.Path);

        Assert.Equal(Header(first, "Chatroom-Seq"), Header(again, "Chatroom-Seq"));
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.Conflict), (again.StatusCode, stale.StatusCode));
        Assert.Equal(("500", Header(first, "Chatroom-Seq")), (Header(head, "Upload-Offset"), Header(head, "Chatroom-Seq")));
        Assert.Single(await bench.EntriesAsync("lobby"));
    }

    [Fact]
    public async Task An_empty_file_is_complete_when_it_is_opened()
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var opened = await bench.OpenAsync(alice, Announce([]));

        Assert.Equal(Assert.Single(await bench.EntriesAsync("lobby")).Seq, opened.Entry!.Seq);
        using var download = await bench.GetAsync(alice, opened.Path);
        Assert.Equal((HttpStatusCode.OK, 0L), (download.StatusCode, download.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task Content_with_another_hash_is_refused_and_nothing_stays()
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var request = Announce(Content(100_000)) with { Sha256 = new string('0', 64) };
        var opened = await bench.OpenAsync(alice, request);
        using var answer = await bench.PatchAsync(alice, opened.Path, 0, Content(100_000));

        Assert.Equal(460, (int)answer.StatusCode);
        Assert.Equal((int)Code.HashMismatch, (await ErrorAsync(answer)).Code);
        Assert.Null(await bench.RowAsync(IdOf(opened.Path)));
        Assert.Empty(bench.OnDisk());
        Assert.Empty(await bench.EntriesAsync("lobby"));
        Assert.Equal(0, bench.Core.Files.Uploads.Count);
    }

    [Fact]
    public async Task A_file_to_a_person_opens_the_private_chat_and_a_retry_finds_both()
    {
        await using var bench = await StartAsync();
        var (alice, bob) = (await bench.Test.PersonAsync("alice"), await bench.Test.PersonAsync("bob"));
        var content = Content(50);
        var request = Announce(content, room: null) with { To = "Bob" };
        var opened = await bench.OpenAsync(alice, request);
        Assert.Equal(opened.Path, (await bench.OpenAsync(alice, request)).Path);
        (await bench.PatchAsync(alice, opened.Path, 0, content)).Dispose();

        using var download = await bench.GetAsync(bob, opened.Path);
        Assert.Equal(content, await download.Content.ReadAsByteArrayAsync());
        Assert.Equal(1, (await bench.OpenAsync(alice, request)).Entry!.Seq);
    }

    [Fact]
    public async Task Who_is_blocked_while_uploading_is_refused_and_the_content_removed()
    {
        await using var bench = await StartAsync();
        var (alice, bob) = (await bench.Test.PersonAsync("alice"), await bench.Test.PersonAsync("bob"));
        var content = Content(50);
        var opened = await bench.OpenAsync(alice, Announce(content, room: null) with { To = "bob" });
        await bench.Core.Store.WriteAsync(store =>
        {
            store.PutBlock(bob.Id, alice.Id);
            return 0;
        });
        using var answer = await bench.PatchAsync(alice, opened.Path, 0, content);

        Assert.Equal((HttpStatusCode.Forbidden, (int)Code.NotAccepting), (answer.StatusCode, (await ErrorAsync(answer)).Code));
        Assert.Null(await bench.RowAsync(IdOf(opened.Path)));
        Assert.Empty(bench.OnDisk());
    }

    [Fact]
    public async Task Announcements_out_of_bounds_are_refused()
    {
        await using var bench = await StartAsync(new() { MaxFileSize = 1000, MaxOpenUploads = 2 });
        var alice = await bench.Test.PersonAsync("alice");
        var good = Announce(Content(1000));

        Assert.Equal(Code.FileTooLarge, (await bench.SendFileAsync(alice, good with { Size = 1001 })).Code);
        Assert.Equal(Code.WrongMessage, (await bench.SendFileAsync(alice, good with { Size = -1 })).Code);
        Assert.Equal(Code.SendFileError, (await bench.SendFileAsync(alice, good with { Name = "../x" })).Code);
        Assert.Equal(Code.WrongMessage, (await bench.SendFileAsync(alice, good with { Sha256 = "abc" })).Code);
        Assert.Equal(Code.WrongMessage, (await bench.SendFileAsync(alice, good with { ClientId = "abc" })).Code);
        Assert.Equal(Code.NotFound, (await bench.SendFileAsync(alice, good with { Room = "r0000000000002" })).Code);
        await bench.OpenAsync(alice, good);
        await bench.OpenAsync(alice, good with { ClientId = NewClientId() });
        Assert.Equal(Code.LimitReached, (await bench.SendFileAsync(alice, good with { ClientId = NewClientId(), Size = 1 })).Code);
        using var large = await bench.PostAsync(alice, good with { Size = 1001 });
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
    }

    [Fact]
    public async Task More_than_was_announced_is_refused_and_the_upload_goes_on()
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var content = Content(100);
        var opened = await bench.OpenAsync(alice, Announce(content));
        using var answer = await bench.PatchAsync(alice, opened.Path, 0, Content(101));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal(0, await bench.OffsetAsync(alice, opened.Path));
        using var good = await bench.PatchAsync(alice, opened.Path, 0, content);
        Assert.Equal(HttpStatusCode.NoContent, good.StatusCode);
    }

    [Fact]
    public async Task What_is_not_tus_or_not_allowed_is_told_by_its_status()
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var bob = await bench.Test.PersonAsync("bob");
        var bot = await bench.Test.PersonAsync("robot", Scopes.Read);
        var opened = await bench.OpenAsync(alice, Announce(Content(100)));

        using var wrongOffset = await bench.PatchAsync(alice, opened.Path, 1, Content(9));
        using var stranger = await bench.PatchAsync(bob, opened.Path, 0, Content(100));
        using var strangersHead = await bench.HeadAsync(bob, opened.Path);
        using var unfinished = await bench.GetAsync(alice, opened.Path);
        using var nobody = await bench.PatchAsync(null, opened.Path, 0, Content(100));
        using var scope = await bench.PostAsync(bot, Announce(Content(1)));
        var noVersion = new HttpRequestMessage(HttpMethod.Patch, opened.Path) { Content = Piece([1]) };
        using var version = await bench.SendAsync(alice, noVersion);
        var text = Tus(HttpMethod.Patch, opened.Path);
        text.Headers.Add("Upload-Offset", "0");
        text.Content = new StringContent("a");
        using var type = await bench.SendAsync(alice, text);

        Assert.Equal((HttpStatusCode.Conflict, "0"), (wrongOffset.StatusCode, Header(wrongOffset, "Upload-Offset")));
        Assert.Equal(HttpStatusCode.NotFound, stranger.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, strangersHead.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, unfinished.StatusCode);
        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (nobody.StatusCode, nobody.Headers.WwwAuthenticate.ToString()));
        Assert.Equal((HttpStatusCode.Forbidden, (int)Code.ScopeMissing), (scope.StatusCode, (await ErrorAsync(scope)).Code));
        Assert.Equal((HttpStatusCode.PreconditionFailed, "1.0.0"), (version.StatusCode, Header(version, "Tus-Version")));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, type.StatusCode);
    }

    [Fact]
    public async Task An_upload_that_is_ended_leaves_nothing_and_a_complete_one_cannot_be_ended()
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var bob = await bench.Test.PersonAsync("bob");
        var opened = await bench.OpenAsync(alice, Announce(Content(100)));
        (await bench.PatchAsync(alice, opened.Path, 0, Content(50))).Dispose();
        using var byBob = await bench.DeleteAsync(bob, opened.Path);
        using var ended = await bench.DeleteAsync(alice, opened.Path);
        using var again = await bench.DeleteAsync(alice, opened.Path);

        Assert.Equal(HttpStatusCode.NotFound, byBob.StatusCode);
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (ended.StatusCode, again.StatusCode));
        Assert.Empty(bench.OnDisk());
        var complete = await bench.UploadAsync(alice, Content(10));
        using var tooLate = await bench.DeleteAsync(alice, "/files/" + complete);
        Assert.Equal(HttpStatusCode.Conflict, tooLate.StatusCode);
        Assert.Single(bench.OnDisk());
    }

    [Fact]
    public async Task Options_tell_version_extensions_and_the_largest_size()
    {
        await using var bench = await StartAsync();
        using var answer = await bench.SendAsync(null, new HttpRequestMessage(HttpMethod.Options, "/files"));

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(("1.0.0", "creation,termination,expiration", Number(1L << 30)), (Header(answer, "Tus-Version"), Header(answer, "Tus-Extension"), Header(answer, "Tus-Max-Size")));
    }
}
