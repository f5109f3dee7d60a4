using Chatroom.Faults.Running;

namespace Chatroom.Faults.PowerLoss;

/// <summary>A shim that overlooked something would lose less than a disk does, and no other test would notice.</summary>
public sealed class ShimTests
{
    [Fact]
    public async Task Everything_that_changes_a_file_or_a_name_is_seen()
    {
        await using var server = new ServerProcess();
        using var power = await PowerCut.OfAsync(server);
        await server.StartAsync();
        var (token, unfinished) = await LiveAsync(server, async address => await People.RegisterAsync(address, "before"));
        await server.StopAsync();
        var before = Picture(server);

        power.Arm();
        await server.StartAsync();
        await LiveAsync(server, async address =>
        {
            var person = await RawClient.OpenAsync(address, ChannelKind.WebSocket);
            await person.LoginAsync(new { version = 3, token, page = 1 });
            person.Token = token;
            return person;
        }, unfinished);
        await server.KillAsync();
        Assert.NotEqual(before, Picture(server));
        Assert.Equal(
            [Deed.Write, Deed.Size, Deed.Sync, Deed.Create, Deed.Unlink, Deed.Rename, Deed.MakeFolder, Deed.SyncNames],
            power.Journal().Records.Select(record => record.Deed).Distinct().Order());

        power.UndoAll();
        Assert.Equal(before, Picture(server));
        await server.StartAsync();
    }

    // A bit of everything: texts, a file, one that is not finished, one that is finished now, one that is erased, a group, a new account.
    private static async Task<(string Token, (string Path, byte[] Content) Unfinished)> LiveAsync(
        ServerProcess server, Func<ServerUnderTest, Task<RawClient>> come, (string Path, byte[] Content)? left = null)
    {
        await using var address = server.Address();
        await using var person = await come(address);
        await using var other = await People.RegisterAsync(address, $"other{server.Generation}");
        using var http = address.Http(new Version(1, 1));
        var files = new Files(http, person);
        var room = await person.GroupAsync(other);
        for (var i = 0; i < 30; i++)
        {
            await person.SayAsync(person.Lobby, new string('x', 100 * i) + "!");
        }

        await files.SendAsync(room, Files.Content(150_000));
        var erased = (await files.SendAsync(room, Files.Content(70_000), "erased.bin")).Number("seq");
        await person.ChangeAsync(Wire.Recall, new { room, target = erased }, Wire.Entry);
        var content = Files.Content(100_000);
        var path = await files.AnnounceAsync(room, content);
        using var half = await files.PatchAsync(path, 0, content[..80_000]);
        Assert.Equal(204, (int)half.StatusCode);
        if (left is { } earlier)
        {
            using var rest = await files.PatchAsync(earlier.Path, 80_000, earlier.Content[80_000..]);
            Assert.Equal(204, (int)rest.StatusCode);
        }

        return (person.Token, (path, content));
    }

    private static SortedDictionary<string, string> Picture(ServerProcess server) => new(Directory
        .EnumerateFileSystemEntries(server.Aside, "*", SearchOption.AllDirectories)
        .ToDictionary(path => path, path => Directory.Exists(path) ? "folder" : Files.Sha256(File.ReadAllBytes(path))));
}
