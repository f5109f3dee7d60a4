using System.Net;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Commands;
using Chatroom.Server.Files;
using Chatroom.Server.Sessions;
using Chatroom.Tests.Support;
using static Chatroom.Tests.Files.FileBench;

namespace Chatroom.Tests.Files;

public class FileLinkTests
{
    [Fact]
    public async Task A_link_needs_no_header_and_ends_after_five_minutes()
    {
        await using var bench = await StartAsync();
        var alice = await bench.Test.PersonAsync("alice");
        var content = Content(1000);
        var link = await LinkAsync(bench, alice, await bench.UploadAsync(alice, content));
        using var answer = await bench.GetAsync(null, link.Path);
        bench.Test.Clock.Advance(FileLinks.Life - TimeSpan.FromMilliseconds(1));
        using var late = await bench.GetAsync(null, link.Path);
        bench.Test.Clock.Advance(TimeSpan.FromMilliseconds(1));
        using var tooLate = await bench.GetAsync(null, link.Path);

        Assert.Equal(content, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (late.StatusCode, tooLate.StatusCode));
        Assert.Equal("notes.txt", link.File.Name);
    }

    [Fact]
    public async Task An_altered_link_opens_nothing()
    {
        await using var bench = await StartAsync();
        var (alice, bob) = (await bench.Test.PersonAsync("alice"), await bench.Test.PersonAsync("bob"));
        var first = await LinkAsync(bench, alice, await bench.UploadAsync(alice, Content(10)));
        var second = await LinkAsync(bench, alice, await bench.UploadAsync(alice, Content(20)));
        var query = first.Path[first.Path.IndexOf('?')..];
        string[] altered =
        [
            second.Path[..second.Path.IndexOf('?')] + query,
            first.Path.Replace("&e=", "&e=9"),
            first.Path.Replace(Chatroom.Server.Ids.Device(alice.Caller.Device), Chatroom.Server.Ids.Device(bob.Caller.Device)),
            first.Path[..^2] + (first.Path[^2] == 'A' ? "BA" : "AA"),
            first.Path[..^1],
            first.Path[..first.Path.IndexOf("&s=", StringComparison.Ordinal)] + "&s=",
        ];

        foreach (var path in altered)
        {
            using var answer = await bench.GetAsync(null, path);
            Assert.Equal((path, HttpStatusCode.Unauthorized), (path, answer.StatusCode));
        }
    }

    [Fact]
    public async Task A_link_ends_with_its_device_and_with_the_membership()
    {
        await using var bench = await StartAsync();
        var (alice, bob) = (await bench.Test.PersonAsync("alice"), await bench.Test.PersonAsync("bob"));
        var room = await bench.Test.GroupAsync(alice, bob);
        var id = await bench.UploadAsync(alice, Content(10), room);
        var (ofAlice, ofBob) = (await LinkAsync(bench, alice, id), await LinkAsync(bench, bob, id));
        await bench.Test.ChangeAsync(bob, Code.LeaveGroup, new RoomRequest { Room = room }, LeaveGroup.Plan);
        await bench.Core.Store.WriteAsync(store =>
        {
            store.UpdateDevice(store.Device(alice.Caller.Device)! with { Revoked = true });
            return 0;
        });
        using var left = await bench.GetAsync(null, ofBob.Path);
        using var revoked = await bench.GetAsync(null, ofAlice.Path);

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.Unauthorized), (left.StatusCode, revoked.StatusCode));
    }

    [Fact]
    public async Task There_is_no_link_to_what_one_may_not_see()
    {
        await using var bench = await StartAsync();
        var (alice, eve) = (await bench.Test.PersonAsync("alice"), await bench.Test.PersonAsync("eve"));
        var room = await bench.Test.GroupAsync(alice);
        var id = await bench.UploadAsync(alice, Content(10), room);
        var unfinished = await bench.OpenAsync(alice, Announce(Content(10), room));

        Assert.Equal(Code.DownFileError, (await DownFileAsync(bench, eve, id)).Code);
        Assert.Equal(Code.DownFileError, (await DownFileAsync(bench, alice, IdOf(unfinished.Path))).Code);
        Assert.Equal(Code.DownFileError, (await DownFileAsync(bench, alice, "../x")).Code);
        Assert.Equal(Code.DownFileError, (await DownFileAsync(bench, alice, null)).Code);
        Assert.Equal(Code.DownFileSuccess, (await DownFileAsync(bench, alice, id)).Code);
        var entry = Assert.Single(await bench.EntriesAsync(room));
        await bench.Test.ChangeAsync(alice, Code.Recall, new TargetRequest { Room = room, Target = entry.Seq }, Recall.Plan);
        Assert.Equal(Code.DownFileError, (await DownFileAsync(bench, alice, id)).Code);
    }

    private static Task<Reply> DownFileAsync(FileBench bench, TestPerson person, string? file) => DownFile.Handle(
        new Request<DownFileRequest>(bench.Core, null, person.Caller, new DownFileRequest { File = file }, [], CancellationToken.None));

    private static async Task<FileLink> LinkAsync(FileBench bench, TestPerson person, string file)
    {
        var reply = await DownFileAsync(bench, person, file);
        Assert.Equal(Code.DownFileSuccess, reply.Code);
        return WireJson.Read<FileLink>(reply.Body);
    }
}
