using System.Net;
using Chatroom.Protocol;
using Chatroom.Server.Commands;
using Chatroom.Server.Files;
using Chatroom.Server.Storage;
using static Chatroom.Tests.Files.FileBench;

namespace Chatroom.Tests.Files;

public class UploadBoundsTests
{
    [Fact]
    public async Task One_account_cannot_hold_more_uploads_at_once_than_its_share()
    {
        await using var bench = await StartAsync();
        var (alice, bob) = (await bench.Test.PersonAsync("alice"), await bench.Test.PersonAsync("bob"));
        var held = new List<UploadLease>();
        for (var i = 0; i < UploadTable.MaxHeldByAccount; i++)
        {
            held.Add((await bench.Core.Files.Uploads.TakeAsync(await NewRowAsync(bench, alice), default))!);
        }

        var opened = await bench.OpenAsync(alice, Announce(Content(10)));
        using var refused = await bench.PatchAsync(alice, opened.Path, 0, Content(10));
        var ofBob = await bench.OpenAsync(bob, Announce(Content(10)));
        using var accepted = await bench.PatchAsync(bob, ofBob.Path, 0, Content(10));
        held.ForEach(l => l.Dispose());
        using var later = await bench.PatchAsync(alice, opened.Path, 0, Content(10));

        Assert.Equal((HttpStatusCode.TooManyRequests, (int)Code.TooManyRequests), (refused.StatusCode, (await ErrorAsync(refused)).Code));
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (accepted.StatusCode, later.StatusCode));
    }

    [Fact]
    public async Task Uploads_left_open_unused_are_bounded_in_number()
    {
        await using var bench = await StartAsync(new() { Limits = false });
        var alice = await bench.Test.PersonAsync("alice");
        for (var i = 0; i < UploadTable.MaxIdle + 5; i++)
        {
            (await bench.Core.Files.Uploads.TakeAsync(await NewRowAsync(bench, alice), default))!.Dispose();
            bench.Test.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(UploadTable.MaxIdle, bench.Core.Files.Uploads.Count);
    }

    [Fact]
    public async Task An_upload_that_was_removed_cannot_be_taken_and_leaves_nothing_behind()
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var row = await NewRowAsync(bench, alice);
        (await bench.DeleteAsync(alice, Uploads.PathOf(row.Id))).Dispose();

        await Assert.ThrowsAsync<FileNotFoundException>(() => bench.Core.Files.Uploads.TakeAsync(row, default));
        Assert.Empty(bench.OnDisk());
        Assert.Equal(0, bench.Core.Files.Uploads.Count);
    }

    [Theory]
    [InlineData("filename !!!")]
    [InlineData("filename YQ==,filename YQ==")]
    [InlineData("filename /w==")]
    [InlineData("")]
    public async Task Metadata_of_another_form_is_refused(string metadata)
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var request = Tus(HttpMethod.Post, "/files");
        request.Headers.Add("Upload-Length", "1");
        request.Headers.Add("Upload-Metadata", metadata);
        using var answer = await bench.SendAsync(alice, request);

        Assert.Equal((HttpStatusCode.BadRequest, (int)Code.WrongMessage), (answer.StatusCode, (await ErrorAsync(answer)).Code));
    }

    [Fact]
    public async Task Openings_over_HTTP_are_throttled_like_every_change()
    {
        await using var bench = await StartAsync(new() { MessagesPerSecond = 1 });
        var alice = await bench.Test.PersonAsync("alice");
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 11; i++)
        {
            using var answer = await bench.PostAsync(alice, Announce(Content(1)));
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.Created, 10), HttpStatusCode.TooManyRequests], statuses);
    }

    [Fact]
    public async Task A_device_signed_out_while_uploading_adds_no_entry_and_another_device_may_finish()
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var row = await NewRowAsync(bench, alice);
        await SetRevokedAsync(bench, alice.Caller.Device, true);
        var refused = await FinishAsync(bench, alice, row);
        await SetRevokedAsync(bench, alice.Caller.Device, false);
        var finished = await Uploads.ResumeAsync(bench.Core, alice.Caller, row, default);

        Assert.Equal(Code.TokenInvalid, refused.Refusal!.Code);
        Assert.NotNull(finished.Entry);
    }

    private static async Task<UploadState> FinishAsync(FileBench bench, Support.TestPerson person, FileRow row)
    {
        using var lease = await bench.Core.Files.Uploads.TakeAsync(row, default);
        await lease!.Blob!.AppendAsync(Content(10));
        await lease.Blob.FlushAsync();
        return await Uploads.StateAsync(bench.Core, person.Caller, row, lease);
    }

    private static Task<int> SetRevokedAsync(FileBench bench, long device, bool revoked) => bench.Core.Store.WriteAsync(store =>
    {
        store.UpdateDevice(store.Device(device)! with { Revoked = revoked });
        return 0;
    });

    private static async Task<FileRow> NewRowAsync(FileBench bench, Support.TestPerson person) =>
        (await bench.RowAsync(IdOf((await bench.OpenAsync(person, Announce(Content(10)))).Path)))!;
}
