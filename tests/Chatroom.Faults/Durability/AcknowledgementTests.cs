using System.Diagnostics;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.Durability;

/// <summary>
/// No acknowledgement, and no event to others, leaves before the fsync that covers it has returned. The server's fsync is held back by a preloaded
/// shim; with the store's synchronous level OFF the same probe must see the acknowledgement, which shows that it can fail.
/// </summary>
public sealed class AcknowledgementTests
{
    private const string Wal = "-wal";

    /// <summary>How long nothing may come while held. The lack of a fsync shows in a millisecond.</summary>
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(1.5);

    [Fact]
    public async Task No_acknowledgement_and_no_event_leaves_before_the_fsync_has_returned()
    {
        await using var scene = await Scene.OpenAsync("FULL");
        var request = await scene.SendHeldAsync("held");
        await scene.Watch.EnteredAsync(Wal);
        await scene.WatchAsync();

        Assert.DoesNotContain(scene.Sender.Frames, frame => frame.Request == request);
        Assert.False(scene.IsSeen("held"));
        Assert.DoesNotContain(scene.Watch.Events(), one => one.StartsWith("return "));
        scene.Watch.Release();

        var reply = await scene.Sender.ReplyAsync(request);
        Assert.Equal(Wire.SendMessageAll, reply.Code);
        Assert.Contains(scene.Watch.Events(), one => one.StartsWith("return ") && one.EndsWith(Wal));
        await scene.SeenAsync("held");
    }

    [Fact]
    public async Task Every_change_is_held_back_not_messages_only()
    {
        await using var scene = await Scene.OpenAsync("FULL");
        var pair = await scene.Sender.PrivateAsync(scene.Other);
        scene.Watch.Hold();
        uint[] requests =
        [
            await scene.Sender.SendAsync(Wire.SendMessage, new { room = pair, text = "held", clientId = Unique.ClientId() }),
            await scene.Sender.SendAsync(Wire.CreateGroup, new { name = "held", clientId = Unique.ClientId() }),
            await scene.Sender.SendAsync(Wire.AddFriend, new { account = scene.Other.Id, clientId = Unique.ClientId() }),
        ];
        var registering = await scene.Stranger.SendAsync(Wire.Register, new { name = "newcomer", password = Unique.Password(), clientId = Unique.ClientId() });
        await scene.Watch.EnteredAsync(Wal);
        await scene.WatchAsync();

        Assert.DoesNotContain(scene.Sender.Frames, frame => requests.Contains(frame.Request));
        Assert.DoesNotContain(scene.Stranger.Frames, frame => frame.Request == registering);
        Assert.DoesNotContain(scene.Other.Frames, frame => frame.Code is Wire.AddFriendRemind or Wire.SendMessagePrivate);
        scene.Watch.Release();

        Assert.Contains((await scene.Sender.ReplyAsync(requests[0])).Code, new[] { Wire.SendMessagePrivate, Wire.SendMessagePrivateStored });
        Assert.Equal(Wire.GroupCreated, (await scene.Sender.ReplyAsync(requests[1])).Code);
        Assert.Equal(Wire.AddFriendSuccess, (await scene.Sender.ReplyAsync(requests[2])).Code);
        Assert.Equal(Wire.RegisterSuccess, (await scene.Stranger.ReplyAsync(registering)).Code);
    }

    [Fact]
    public async Task Without_synchronous_writes_the_probe_sees_the_acknowledgement_leave_too_early()
    {
        await using var scene = await Scene.OpenAsync("OFF");
        var request = await scene.SendHeldAsync("held");

        Assert.Equal(Wire.SendMessageAll, (await scene.Sender.ReplyAsync(request)).Code);
        await scene.SeenAsync("held");
        Assert.Empty(scene.Watch.Events());
        scene.Watch.Release();
    }

    [Theory]
    [InlineData("FULL", true)]
    [InlineData("OFF", false)]
    public async Task The_end_of_an_upload_is_answered_after_its_content_and_its_entry_are_synced(string synchronous, bool entryIsHeld)
    {
        await using var scene = await Scene.OpenAsync(synchronous);
        using var http = scene.Address.Http(new Version(1, 1));
        var files = new Files(http, scene.Sender);
        var content = Files.Content(100_000);
        var path = await files.AnnounceAsync(scene.Sender.Lobby, content);
        scene.Watch.Hold();

        var patching = files.PatchAsync(path, 0, content);
        await scene.Watch.EnteredAsync("");
        Assert.DoesNotContain(Wal, scene.Watch.Events()[0]); // The content first: an entry never refers to a file that may be gone.
        await scene.WatchAsync();
        Assert.False(patching.IsCompleted);
        Assert.DoesNotContain(scene.Other.Frames, frame => frame.Code == Wire.SendFileSuccess);
        scene.Watch.Release();

        using var done = await patching;
        Assert.Equal(204, (int)done.StatusCode);
        Assert.Equal(entryIsHeld, scene.Watch.Events().Any(one => one.StartsWith("return ") && one.EndsWith(Wal)));
    }

    /// <summary>A server with the shim, someone who sends, someone who sees it natively, and one who sees it over WebSocket.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        private readonly ServerProcess server = new();

        public FsyncWatch Watch { get; private set; } = null!;

        public ServerUnderTest Address { get; private set; } = null!;

        public RawClient Sender { get; private set; } = null!;

        public RawClient Other { get; private set; } = null!;

        public RawClient Stranger { get; private set; } = null!;

        private RawClient Socket { get; set; } = null!;

        public static async Task<Scene> OpenAsync(string synchronous)
        {
            var scene = new Scene();
            scene.Watch = await FsyncWatch.IntoAsync(scene.server);
            scene.server.Settings["CHATROOM_SYNCHRONOUS"] = synchronous;
            await scene.server.StartAsync();
            scene.Address = scene.server.Address();
            scene.Sender = await People.RegisterAsync(scene.Address, "sender");
            scene.Other = await People.RegisterAsync(scene.Address, "other");
            scene.Socket = await People.RegisterAsync(scene.Address, "socket", ChannelKind.WebSocket);
            scene.Stranger = await RawClient.OpenAsync(scene.Address, ChannelKind.Native);
            await scene.Sender.SayAsync(scene.Sender.Lobby, "warm");
            await scene.SeenAsync("warm");
            foreach (var client in new[] { scene.Sender, scene.Other, scene.Socket })
            {
                await client.FenceAsync(); // Nothing of a sign-in is still being written behind its answer.
            }

            return scene;
        }

        public Task<uint> SendHeldAsync(string text)
        {
            Watch.Hold();
            return Sender.SendAsync(Wire.SendMessage, new { room = Sender.Lobby, text, clientId = Unique.ClientId() });
        }

        public bool IsSeen(string text) => Other.Frames.Concat(Socket.Frames).Any(frame => frame.Body.OptText("text") == text);

        public async Task SeenAsync(string text)
        {
            await Other.EventAsync(Wire.SendMessageAll, body => body.Text("text") == text);
            await Socket.EventAsync(Wire.SendMessageAll, body => body.Text("text") == text);
        }

        /// <summary>The server goes on answering what needs no change: whatever it had for the observers has come when PONG has.</summary>
        public async Task WatchAsync()
        {
            var watched = Stopwatch.StartNew();
            do
            {
                await Other.FenceAsync();
                await Socket.FenceAsync();
            }
            while (watched.Elapsed < Watched);
        }

        public async ValueTask DisposeAsync()
        {
            Watch?.Release();
            foreach (var client in new[] { Sender, Other, Socket, Stranger }.OfType<RawClient>())
            {
                await client.DisposeAsync();
            }

            if (Address is not null)
            {
                await Address.DisposeAsync();
            }

            await server.DisposeAsync();
        }
    }
}
