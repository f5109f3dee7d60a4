using System.Net;
using Chatroom.Faults.Judging;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.BrokenDisk;

/// <summary>
/// A sync, a write or a read of the store fails once with EIO. From then on nothing is written or acknowledged until a restart, also when the disk works
/// again; reading goes on; the restart recovers, and the refused is sent once.
/// </summary>
public sealed class BrokenDiskTests
{
    private const int Before = 20;

    [Theory]
    [InlineData('s', "-wal")] // A commit's sync.
    [InlineData('w', "-wal")] // A commit's pages.
    public async Task After_a_failed_commit_nothing_is_acknowledged_until_a_restart_and_reading_goes_on(char what, string path)
    {
        await using var scene = await Scene.OpenAsync();
        scene.Disk.Break(what, path);
        var refused = await scene.SendRefusedAsync();
        scene.Disk.Mend();

        Assert.True(scene.Disk.Failures > 0);
        await scene.ReadOnlyAsync();
        await scene.RecoverAsync(refused);
    }

    [Theory]
    [InlineData('s')]
    [InlineData('w')]
    public async Task After_a_failed_checkpoint_nothing_is_acknowledged_until_a_restart_and_reading_goes_on(char what)
    {
        await using var scene = await Scene.OpenAsync();
        scene.Disk.Break(what, "chatroom.db");
        var refused = await scene.SendUntilRefusedAsync(bytes: 16_000, atMost: 3000); // The WAL is copied after 4000 pages of 4 KiB.
        scene.Disk.Mend();

        Assert.True(scene.Disk.Failures > 0);
        await scene.ReadOnlyAsync();
        await scene.RecoverAsync(refused);
    }

    [Fact]
    public async Task A_failed_read_is_an_error_and_never_a_wrong_answer()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.Server.StopAsync(); // So that nothing is in a cache of the process.
        await scene.Server.StartAsync();
        scene.Disk.Break('r', "chatroom.db");
        await using (var address = scene.Server.Address())
        await using (var reader = await RawClient.OpenAsync(address, ChannelKind.Native))
        {
            var answer = await reader.LoginAsync(new { version = 3, token = scene.Token, page = 50 });
            Assert.Equal(Wire.InternalError, answer.Code);
        }

        Assert.True(scene.Disk.Failures > 0);
        scene.Disk.Mend();
        await scene.RecoverAsync(null);
    }

    [Theory]
    [InlineData('w')]
    [InlineData('s')]
    public async Task A_file_whose_content_cannot_be_written_is_not_acknowledged_and_goes_on_when_it_can(char what)
    {
        await using var scene = await Scene.OpenAsync();
        using var http = scene.Address.Http(new Version(1, 1));
        var files = new Files(http, scene.Sender);
        var content = Files.Content(150_000);
        var path = await files.AnnounceAsync(scene.Lobby, content);
        using (var first = await files.PatchAsync(path, 0, content[..70_000]))
        {
            Assert.Equal(HttpStatusCode.NoContent, first.StatusCode);
        }

        scene.Disk.Break(what, "/files/");
        using (var failed = await files.PatchAsync(path, 70_000, content[70_000..]))
        {
            Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        }

        Assert.True(scene.Disk.Failures > 0);
        await scene.SendAsync(1); // The store itself is well.
        scene.Disk.Mend();
        var offset = (await files.OffsetAsync(path))!.Value;
        Assert.InRange(offset, what == 's' ? 0 : 70_000, content.Length - 1); // After a failed sync nothing of it is trusted.
        Assert.Equal(what == 's', offset == 0);
        using var done = await files.PatchAsync(path, offset, content[(int)offset..]);
        Assert.Equal(HttpStatusCode.NoContent, done.StatusCode);
        using var got = await files.GetAsync(path["/files/".Length..]);
        Assert.Equal(content, await got.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_to_its_end_never_looks_whole()
    {
        await using var scene = await Scene.OpenAsync();
        using var http = scene.Address.Http(new Version(1, 1));
        var files = new Files(http, scene.Sender);
        var content = Files.Content(300_000);
        var id = (await files.SendAsync(scene.Lobby, content)).Child("file").Text("id");
        scene.Disk.Break('r', $"/{id}");
        try
        {
            using var broken = await files.GetAsync(id);
            Assert.False(broken.IsSuccessStatusCode, "The answer began as a success.");
        }
        catch (HttpRequestException)
        {
            Assert.True(scene.Disk.Failures > 0); // Cut off.
        }

        scene.Disk.Mend();
        using var got = await files.GetAsync(id);
        Assert.Equal(content, await got.Content.ReadAsByteArrayAsync());
    }

    /// <summary>Someone who sends and someone who watches, on a disk that can break; the ledger knows what was acknowledged.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        private readonly Ledger ledger = new();
        private long head;
        private int made;

        public ServerProcess Server { get; } = new();

        public Disk Disk { get; private set; } = null!;

        public ServerUnderTest Address { get; private set; } = null!;

        public RawClient Sender { get; private set; } = null!;

        public RawClient Watcher { get; private set; } = null!;

        public string Token => Sender.Token;

        public string Lobby => Sender.Lobby;

        public static async Task<Scene> OpenAsync()
        {
            var scene = new Scene();
            scene.Disk = await Disk.UnderAsync(scene.Server);
            await scene.Server.StartAsync();
            scene.Address = scene.Server.Address();
            scene.Sender = await People.RegisterAsync(scene.Address, "sender");
            scene.Watcher = await People.RegisterAsync(scene.Address, "watcher", ChannelKind.WebSocket);
            scene.head = (await scene.Sender.HistoryAsync(scene.Lobby, limit: 1)).Number("head");
            await scene.SendAsync(Before);
            return scene;
        }

        public async Task SendAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                Assert.Equal(Wire.SendMessageAll, (await TrySendAsync(40)).Reply.Code);
            }
        }

        public async Task<Refusal> SendRefusedAsync() => await SendUntilRefusedAsync(bytes: 40, atMost: 1);

        public async Task<Refusal> SendUntilRefusedAsync(int bytes, int atMost)
        {
            for (var i = 0; i < atMost; i++)
            {
                var (sent, text, reply) = await TrySendAsync(bytes);
                if (reply.Code != Wire.SendMessageAll)
                {
                    Assert.Equal(Wire.StoreUnavailable, reply.Code);
                    Assert.True(reply.Body.Number("retryAfterMs") > 0);
                    return new Refusal(sent, text);
                }
            }

            throw new InvalidOperationException($"{atMost} messages were taken though the disk fails.");
        }

        public async Task ReadOnlyAsync()
        {
            var (second, text, reply) = await TrySendAsync(40);
            Assert.Equal(Wire.StoreUnavailable, reply.Code); // The disk works again, and is not trusted.
            Assert.Equal(Wire.StoreUnavailable, (await Watcher.RequestAsync(Wire.CreateGroup, new { name = "later", clientId = Unique.ClientId() })).Code);
            ledger.Forget(second.ClientId);
            using var http = Address.Http(new Version(1, 1));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync("/healthz")).StatusCode);

            var acknowledged = ledger.Books().Sent.Where(sent => sent.Seq is not null).Max(sent => sent.Seq!.Value);
            Assert.Equal(acknowledged, (await Watcher.HistoryAsync(Lobby)).Number("head"));
            await using var more = await RawClient.OpenAsync(Address, ChannelKind.Native);
            Assert.Equal(Wire.LoginSuccess, (await more.LoginAsync(new { version = 3, token = Token, page = 1 })).Code);
            Assert.DoesNotContain(Watcher.EntriesOf(Lobby), entry => entry.Number("seq") > acknowledged);
            Assert.DoesNotContain(Watcher.EntriesOf(Lobby), entry => entry.OptText("text") == text);
        }

        /// <summary>A restart, the retry of what was refused, and the judge over what someone sees who was not there before.</summary>
        public async Task RecoverAsync(Refusal? refused)
        {
            await Server.StopAsync();
            await Server.StartAsync();
            await using var address = Server.Address();
            using var http = address.Http(new Version(1, 1));
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/healthz")).StatusCode);
            await using var person = await RawClient.OpenAsync(address, ChannelKind.Native);
            await person.LoginAsync(new { version = 3, token = Token, page = 1 });
            if (refused is { } late)
            {
                var entry = await person.AskAsync(Wire.SendMessage, new { room = person.Lobby, text = late.Text, clientId = late.Sent.ClientId }, Wire.SendMessageAll);
                ledger.Acknowledge(late.Sent.ClientId, entry.Number("seq"));
            }

            ledger.Watch("newcomer", person.Lobby, head);
            for (var end = long.MaxValue; ledger.LastSeen("newcomer", person.Lobby) < end;)
            {
                var page = await person.HistoryAsync(person.Lobby, after: Math.Max(head, ledger.LastSeen("newcomer", person.Lobby)), limit: 100);
                end = page.Number("head");
                foreach (var entry in page.List("entries"))
                {
                    ledger.See("newcomer", person.Lobby, Observation.Of(entry));
                }
            }

            Assert.Equal([], Judge.Problems(ledger.Books()));
            await Server.StopAsync();
            var (code, said) = await Server.VerifyAsync();
            Assert.True(code == 0, said);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var client in new[] { Sender, Watcher }.OfType<RawClient>())
            {
                await client.DisposeAsync();
            }

            if (Address is not null)
            {
                await Address.DisposeAsync();
            }

            await Server.DisposeAsync();
        }

        private async Task<(Sent Sent, string Text, RawFrame Reply)> TrySendAsync(int bytes)
        {
            var text = $"{made++} ".PadRight(bytes, 'x');
            var sent = ledger.Send(Lobby, Sender.Id, Unique.ClientId(), text);
            var reply = await Sender.RequestAsync(Wire.SendMessage, new { room = Lobby, text, clientId = sent.ClientId });
            if (reply.Code == Wire.SendMessageAll)
            {
                ledger.Acknowledge(sent.ClientId, reply.Body.Number("seq"));
            }

            return (sent, text, reply);
        }
    }

    private sealed record Refusal(Sent Sent, string Text);
}
