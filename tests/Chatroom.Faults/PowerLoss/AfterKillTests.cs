using Chatroom.Faults.Judging;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.PowerLoss;

/// <summary>
/// A process that was killed leaves writes that no sync has covered, and the next one finds them as if they were on the disk. What it acknowledges
/// because of them must survive a loss of power as anything else.
/// </summary>
public sealed class AfterKillTests
{
    /// <summary>Syncs of an upload in two pieces: the folders' names, and the two files'. Two of them and one failure in <c>./test</c>, all in the long run.</summary>
    private const int All = 9;

    public static TheoryData<int> Syncs => [.. Rounds.IsLong ? Enumerable.Range(1, All) : [1, All - 1]];

    public static TheoryData<string, int> FileSyncs => Rounds.IsLong
        ? new() { { ".part", 1 }, { ".part", 2 }, { ".part", 3 }, { ".tail", 1 }, { ".tail", 2 } }
        : new() { { ".part", 3 } };

    [Fact]
    public async Task A_message_whose_sync_was_cut_off_by_a_kill_is_durable_when_its_retry_is_acknowledged()
    {
        await using var server = new ServerProcess();
        using var power = await PowerCut.OfAsync(server);
        power.Arm();
        await server.StartAsync();
        var clientId = Unique.ClientId();
        var (token, lobby) = await AloneAsync(server, null, async person =>
        {
            power.StopAtSync("-wal", 1);
            await person.SendAsync(Wire.SendMessage, new { room = person.Lobby, text = "found", clientId });
            await person.ClosedAsync();
        });
        await server.KillAsync();

        power.GoOn();
        await server.StartAsync();
        long seq = 0;
        await AloneAsync(server, token, async person =>
        {
            var entry = await person.AskAsync(Wire.SendMessage, new { room = lobby, text = "found", clientId }, Wire.SendMessageAll);
            Assert.True(entry.Flag("duplicate"), "The kill was too early: there was nothing to find.");
            seq = entry.Number("seq");
        });
        await server.KillAsync();
        power.Cut(_ => Loss.OfAll);

        power.Arm();
        await server.StartAsync();
        await AloneAsync(server, token, async person =>
            Assert.Contains((await person.HistoryAsync(lobby)).List("entries"), entry => entry.Number("seq") == seq && entry.OptText("text") == "found"));
    }

    [Theory]
    [MemberData(nameof(Syncs))]
    public async Task An_upload_that_a_kill_cut_off_at_a_sync_is_durable_when_its_end_is_acknowledged(int nth)
    {
        await using var scene = await UploadScene.OpenAsync();
        scene.Power.StopAtSync("/files", nth);
        var cutOff = await Xunit.Record.ExceptionAsync(() => scene.UploadAsync());
        Assert.True(cutOff is not null, $"There is no sync {nth} of an upload.");
        await scene.GoOnAsync();
        await scene.FinishAsync();
    }

    [Theory]
    [MemberData(nameof(FileSyncs))]
    public async Task An_upload_whose_sync_failed_is_durable_when_its_end_is_acknowledged(string file, int nth)
    {
        await using var scene = await UploadScene.OpenAsync();
        scene.Power.FailSync(file, nth);
        var failed = await Xunit.Record.ExceptionAsync(() => scene.UploadAsync());
        Assert.True(failed is InvalidOperationException, $"Sync {nth} of a {file} failed, and the answer was a success.");
        await scene.FinishAsync();
    }

    [Fact]
    public async Task A_message_whose_sync_failed_is_durable_when_its_retry_is_acknowledged_after_the_restart()
    {
        await using var server = new ServerProcess();
        using var power = await PowerCut.OfAsync(server);
        power.Arm();
        await server.StartAsync();
        var clientId = Unique.ClientId();
        var (token, lobby) = await AloneAsync(server, null, async person =>
        {
            power.FailSync("-wal", 1);
            var reply = await person.RequestAsync(Wire.SendMessage, new { room = person.Lobby, text = "refused", clientId });
            Assert.Equal(Wire.StoreUnavailable, reply.Code);
        });
        await server.StopAsync();
        power.GoOn();
        await server.StartAsync();
        long seq = 0;
        await AloneAsync(server, token, async person =>
            seq = (await person.AskAsync(Wire.SendMessage, new { room = lobby, text = "refused", clientId }, Wire.SendMessageAll)).Number("seq"));
        await server.KillAsync();
        power.Cut(_ => Loss.OfAll);

        power.Arm();
        await server.StartAsync();
        await AloneAsync(server, token, async person =>
            Assert.Contains((await person.HistoryAsync(lobby)).List("entries"), entry => entry.Number("seq") == seq && entry.OptText("text") == "refused"));
    }

    // One person and nobody else, so that no other change brings a sync of its own.
    private static async Task<(string Token, string Lobby)> AloneAsync(ServerProcess server, string? token, Func<RawClient, Task> act)
    {
        await using var address = server.Address();
        if (token is null)
        {
            await using var registered = await People.RegisterAsync(address, "alone");
            await registered.FenceAsync();
            await act(registered);
            return (registered.Token, registered.Lobby);
        }

        await using var person = await RawClient.OpenAsync(address, ChannelKind.Native);
        Assert.Equal(Wire.LoginSuccess, (await person.LoginAsync(new { version = 3, token, page = 1 })).Code);
        await act(person);
        return (token, person.Lobby);
    }

    /// <summary>Someone who uploads one file, on a server whose power is watched.</summary>
    private sealed class UploadScene : IAsyncDisposable
    {
        private readonly Ledger ledger = new();
        private readonly ServerProcess server = new();
        private readonly byte[] content = Files.Content(100_000);
        private readonly string clientId = Unique.ClientId();
        private string token = "";
        private string lobby = "";
        private Uploader? uploader;

        public PowerCut Power { get; private set; } = null!;

        public static async Task<UploadScene> OpenAsync()
        {
            var scene = new UploadScene();
            scene.Power = await PowerCut.OfAsync(scene.server);
            scene.Power.Arm();
            await scene.server.StartAsync();
            (scene.token, scene.lobby) = await AloneAsync(scene.server, null, _ => Task.CompletedTask);
            scene.ledger.SendFile(scene.lobby, "uploader", scene.clientId, Files.Sha256(scene.content));
            return scene;
        }

        public async Task<long> UploadAsync()
        {
            await CloseAsync();
            uploader = new Uploader(server, ledger, "uploader", token, "uploader", lobby);
            return await uploader.OnceAsync(clientId, content);
        }

        public async Task GoOnAsync()
        {
            await server.KillAsync();
            Power.GoOn();
            await server.StartAsync();
        }

        /// <summary>The upload again, to its end; the loss of power; and what is there then.</summary>
        public async Task FinishAsync()
        {
            ledger.Acknowledge(clientId, await UploadAsync());
            await server.KillAsync();
            Power.Cut(_ => Loss.OfAll);
            Power.Arm();
            await server.StartAsync();
            await uploader!.FetchAllAsync();
            Assert.Equal([], Judge.Problems(ledger.Books()));
            await server.StopAsync();
            var (code, said) = await server.VerifyAsync();
            Assert.True(code == 0, said);
        }

        public async ValueTask DisposeAsync()
        {
            await CloseAsync();
            await server.DisposeAsync();
            Power?.Dispose();
        }

        private async Task CloseAsync()
        {
            if (uploader is not null)
            {
                await uploader.DisposeAsync();
            }
        }
    }
}
