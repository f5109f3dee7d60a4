using System.Net;
using Chatroom.Faults.Judging;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.FullDisk;

/// <summary>
/// The disk is full, really: a file system of 40 MB whose rest is taken. Sending is refused with its code and nothing of it is kept; reading goes on; when there is
/// space again sending goes on without a restart. Done at the commit and at the checkpoint.
/// </summary>
public sealed class FullDiskTests
{
    [Theory]
    [InlineData(40)] // Many small ones, until the WAL finds no more space.
    [InlineData(16_000)] // Large ones: the WAL has space left when the database has to grow.
    public async Task On_a_full_disk_sending_is_refused_reading_goes_on_and_sending_resumes_with_the_space(int bytes)
    {
        var ledger = new Ledger();
        await using var server = await OnSmallDiskAsync();
        await server.Process.StartAsync();
        await using var address = server.Process.Address();
        await using var sender = await People.RegisterAsync(address, "sender");
        await using var watcher = await People.RegisterAsync(address, "watcher", ChannelKind.WebSocket);
        using var http = address.Http(new Version(1, 1));
        var files = new Files(http, sender);
        var content = Files.Content(120_000);
        var path = await files.AnnounceAsync(sender.Lobby, content);
        var head = (await sender.HistoryAsync(sender.Lobby, limit: 1)).Number("head");
        foreach (var observer in new[] { "watcher", "newcomer" })
        {
            ledger.Watch(observer, sender.Lobby, head);
        }

        server.Disk.Fill();
        var refused = await SendUntilRefusedAsync(ledger, sender, bytes);
        Assert.Equal(Wire.StorageFull, (await sender.RequestAsync(Wire.CreateGroup, new { name = "later", clientId = Unique.ClientId() })).Code);
        using (var upload = await files.PatchAsync(path, 0, content))
        {
            Assert.Equal(HttpStatusCode.InsufficientStorage, upload.StatusCode);
        }

        var acknowledged = ledger.Books().Sent.Max(sent => sent.Seq ?? 0);
        Assert.Equal(Math.Max(head, acknowledged), (await watcher.HistoryAsync(sender.Lobby)).Number("head"));
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/healthz")).StatusCode);
        await using (var more = await RawClient.OpenAsync(address, ChannelKind.Native))
        {
            Assert.Equal(Wire.LoginSuccess, (await more.LoginAsync(new { version = 3, token = sender.Token, page = 1 })).Code);
        }

        server.Disk.Empty();
        var entry = await sender.AskAsync(Wire.SendMessage, new { room = sender.Lobby, text = refused.Text, clientId = refused.Sent.ClientId }, Wire.SendMessageAll);
        ledger.Acknowledge(refused.Sent.ClientId, entry.Number("seq"));
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(Wire.SendMessageAll, (await TrySendAsync(ledger, sender, 40)).Reply.Code);
        }

        using (var done = await files.PatchAsync(path, (await files.OffsetAsync(path))!.Value, content[(int)(await files.OffsetAsync(path))!.Value..]))
        {
            Assert.Equal(HttpStatusCode.NoContent, done.StatusCode);
        }

        using var got = await files.GetAsync(path["/files/".Length..]);
        Assert.Equal(content, await got.Content.ReadAsByteArrayAsync());
        await JudgeAsync(ledger, sender, watcher, head);
        await server.Process.StopAsync();
        Assert.All(server.Process.Errors, error => Assert.Contains(" space ", error));
        var (code, said) = await server.Process.VerifyAsync();
        Assert.True(code == 0, said);
    }

    private static async Task<(Sent Sent, string Text)> SendUntilRefusedAsync(Ledger ledger, RawClient sender, int bytes)
    {
        for (var i = 0; i < 20_000; i++)
        {
            var (sent, text, reply) = await TrySendAsync(ledger, sender, bytes);
            if (reply.Code != Wire.SendMessageAll)
            {
                Assert.Equal(Wire.StorageFull, reply.Code);
                Assert.True(reply.Body.Number("retryAfterMs") > 0);
                return (sent, text);
            }
        }

        throw new InvalidOperationException("The disk was never full.");
    }

    private static async Task<(Sent Sent, string Text, RawFrame Reply)> TrySendAsync(Ledger ledger, RawClient sender, int bytes)
    {
        var text = Unique.Word().PadRight(bytes, 'x');
        var sent = ledger.Send(sender.Lobby, sender.Id, Unique.ClientId(), text);
        var reply = await sender.RequestAsync(Wire.SendMessage, new { room = sender.Lobby, text, clientId = sent.ClientId });
        if (reply.Code == Wire.SendMessageAll)
        {
            ledger.Acknowledge(sent.ClientId, reply.Body.Number("seq"));
        }

        return (sent, text, reply);
    }

    // What came while it happened, and what someone finds afterwards. The file's entry is no text and of no one in the ledger: only its place counts.
    private static async Task JudgeAsync(Ledger ledger, RawClient sender, RawClient watcher, long head)
    {
        var lobby = sender.Lobby;
        var end = (await sender.HistoryAsync(lobby, limit: 1)).Number("head");
        await watcher.EntryAsync(lobby, end);
        foreach (var entry in watcher.EntriesOf(lobby).Where(entry => entry.Number("seq") > head))
        {
            ledger.See("watcher", lobby, Observation.OfText(entry));
        }

        while (ledger.LastSeen("newcomer", lobby) < end)
        {
            foreach (var entry in (await sender.HistoryAsync(lobby, after: Math.Max(head, ledger.LastSeen("newcomer", lobby)), limit: 100)).List("entries"))
            {
                ledger.See("newcomer", lobby, Observation.OfText(entry));
            }
        }

        Assert.Equal([], Judge.Problems(ledger.Books()));
    }

    private static async Task<SmallServer> OnSmallDiskAsync()
    {
        var folder = Directory.CreateTempSubdirectory("chatroom-small-");
        var disk = await SmallDisk.MountAsync(Path.Combine(folder.FullName, "disk"), "40m");
        return new SmallServer(folder, disk, new ServerProcess(prefix: disk.Inside) { Data = Path.Combine(folder.FullName, "disk", "data") });
    }

    private sealed record SmallServer(DirectoryInfo Folder, SmallDisk Disk, ServerProcess Process) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Process.DisposeAsync();
            await Disk.DisposeAsync();
            Folder.Delete(recursive: true);
        }
    }
}
