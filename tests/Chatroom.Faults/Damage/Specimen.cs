using Chatroom.Faults.Running;

namespace Chatroom.Faults.Damage;

/// <summary>A data folder in which everything has been done once, to be damaged in copies: of a server that was stopped, or that was killed.</summary>
public sealed class Specimen : IAsyncDisposable
{
    private const int FileCount = 4;
    private readonly ServerProcess server;

    private Specimen(ServerProcess server) => this.server = server;

    public string Token { get; private set; } = "";

    /// <summary>Id and content of each stored file.</summary>
    public List<(string Id, byte[] Content)> Stored { get; } = [];

    public string Folder => server.Data;

    public static async Task<Specimen> MakeAsync(bool isKilled)
    {
        var specimen = new Specimen(new ServerProcess());
        await specimen.server.StartAsync();
        await specimen.LiveAsync(isKilled);
        await (isKilled ? specimen.server.KillAsync() : specimen.server.StopAsync());
        return specimen;
    }

    /// <summary>A copy of the data folder, with the same master key.</summary>
    public ServerProcess Copy()
    {
        var copy = new ServerProcess();
        copy.TakeKeyOf(server);
        Directory.CreateDirectory(copy.Data);
        foreach (var path in Directory.EnumerateFiles(server.Data, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(copy.Data, Path.GetRelativePath(server.Data, path));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(path, to);
        }

        return copy;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task LiveAsync(bool isKilled)
    {
        await using var address = server.Address();
        await using var one = await People.RegisterAsync(address, "one");
        await using var two = await People.RegisterAsync(address, "two", ChannelKind.WebSocket);
        using var http = address.Http(new Version(1, 1));
        var files = new Files(http, one);
        Token = one.Token;
        var group = await one.GroupAsync(two);
        var pair = await one.PrivateAsync(two);
        foreach (var room in new[] { one.Lobby, group, pair })
        {
            for (var i = 0; i < 40; i++)
            {
                var text = string.Concat(Enumerable.Repeat($"{Unique.Word()} ", Random.Shared.Next(1, 60)));
                await (i % 2 == 0 ? one : two).ChangeAsync(Wire.SendMessage, new { room, text }, Wire.SendMessageAll, Wire.SendMessagePrivate, Wire.SendMessagePrivateStored);
            }
        }

        if (!isKilled)
        {
            // Where the log is to be damaged, most of it would be this.
            await Indexed.FillAsync(server, one, await one.GroupAsync(), i => $"{Unique.Word()} 说过 {i}");
        }

        for (var i = 0; i < FileCount; i++)
        {
            var content = Files.Content(Random.Shared.Next(1, 200_000));
            Stored.Add(((await files.SendAsync(group, content)).Child("file").Text("id"), content));
        }

        var said = (await one.SayAsync(group, "to be altered")).Number("seq");
        await one.ChangeAsync(Wire.Edit, new { room = group, target = said, text = "altered" }, Wire.Entry);
        await two.ChangeAsync(Wire.React, new { room = group, target = said, emoji = "👍", on = true }, Wire.Entry);
        var recalled = (await one.SayAsync(group, "to be recalled")).Number("seq");
        await one.ChangeAsync(Wire.Recall, new { room = group, target = recalled }, Wire.Entry);
        await one.ChangeAsync(Wire.AddFriend, new { account = two.Id }, Wire.AddFriendSuccess);
        await two.AskAsync(Wire.MarkRead, new { room = group, seq = said }, Wire.Ok);
    }
}
