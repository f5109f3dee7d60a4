using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.AtRest;

/// <summary>Whoever gets the disk without the key reads nothing: not what was said, not what things and people are called, at no moment.</summary>
public sealed partial class AtRestTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<Canary> canaries = [];

    [Fact]
    public async Task No_text_name_content_password_or_token_is_on_the_disk_while_running_after_a_kill_and_in_a_backup()
    {
        await using var server = new ServerProcess();
        Prepare(server);
        await server.StartAsync();
        await using var address = server.Address();
        await TalkAsync(address);
        await SayMuchAsync(server, address);
        await using var witness = await People.RegisterAsync(address, "witness");
        await ClassicAsync(server, witness);
        var search = new Search(canaries);
        var looked = new List<string>();

        void Look(string when)
        {
            var before = search.Searched;
            var hits = Stolen(server.Aside, search.In);
            hits.AddRange(search.In(Encoding.UTF8.GetBytes(string.Join('\n', server.Lines)), "the log"));
            looked.Add($"{when}: {(search.Searched - before) / 1024} KiB");
            Assert.Empty(hits);
        }

        Look("running");
        Assert.Equal(0, (await BackupAsync(server, "online.tar")).Code);
        Look("after a backup into a file");
        await server.KillAsync();
        Look("after kill -9");
        Assert.Equal(0, (await BackupAsync(server, "folder")).Code);
        Look("after a backup into a folder");
        await server.StartAsync();
        Look("after the recovery");
        await server.StopAsync();
        Look("after the end");
        output.WriteLine($"{canaries.Count} canaries in {canaries.Sum(one => one.Forms().Count())} forms, 0 hits. {string.Join("; ", looked)}");
        Assert.True(File.Exists(Path.Combine(server.Aside, "online.tar")) && Directory.Exists(Path.Combine(server.Aside, "folder")));
        server.MustHaveNoErrors();
    }

    // Also whatever the program puts into folders for temporary things or the user's own.
    private static void Prepare(ServerProcess server)
    {
        foreach (var (variable, folder) in (Dictionary<string, string>)new() { ["TMPDIR"] = "tmp", ["HOME"] = "home", ["ASPNETCORE_TEMP"] = "aspnet" })
        {
            server.Settings[variable] = Directory.CreateDirectory(Path.Combine(server.Aside, folder)).FullName;
        }

        server.Settings["DOTNET_EnableDiagnostics"] = "0"; // Else the runtime's own pipes lie among the temporary files, which nobody can read to their end.
        server.Settings["CHATROOM_CLASSIC"] = "127.0.0.1:0";
    }

    // By a copy, as a thief makes one: locks that programs of good will keep to are none for it.
    private static List<Hit> Stolen(string folder, Func<string, List<Hit>> search)
    {
        var copy = Directory.CreateTempSubdirectory("chatroom-stolen-");
        try
        {
            using var copying = Process.Start("cp", ["-R", folder, copy.FullName]);
            copying.WaitForExit();
            Assert.Equal(0, copying.ExitCode);
            Assert.NotEmpty(Directory.EnumerateFiles(copy.FullName, "chatroom.db", SearchOption.AllDirectories));
            return search(copy.FullName);
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    private static Task<(int Code, string Output)> BackupAsync(ServerProcess server, string to) => server.RunAsync("backup", "--data", server.Data, "--to", Path.Combine(server.Aside, to));

    /// <summary>A word for the search, never used twice.</summary>
    private string Word(string what, string ending = "")
    {
        var word = $"K{Unique.Word()}{ending}";
        canaries.Add(new Canary(what, word));
        return word;
    }

    private async Task TalkAsync(ServerUnderTest address)
    {
        await using var anna = await RegisterAsync(address, Word("name of a person", "娜"), Word("password"));
        await using var ben = await RegisterAsync(address, Word("another name"), Unique.Password());
        var created = await anna.ChangeAsync(Wire.CreateGroup, new { name = Word("name of a group", "群"), topic = Word("topic of a group") }, Wire.GroupCreated);
        var room = created.Child("room").Text("id");
        await anna.BringAsync(room, ben);
        await anna.ChangeAsync(Wire.RenameGroup, new { room, text = Word("another name of a group") }, Wire.Entry);
        await anna.SayAsync(anna.Lobby, $"in the lobby {Word("text in the lobby", "机密")}");
        var said = await anna.SayAsync(room, $"in a group {Word("text in a group", "ß")}");
        await ben.SayAsync(room, Word("text of a reply"), replyTo: said.Number("seq"));
        await anna.ChangeAsync(Wire.Edit, new { room, target = said.Number("seq"), text = Word("text of an edit") }, Wire.Entry);
        var recalled = await anna.SayAsync(room, Word("text that was recalled"));
        await anna.ChangeAsync(Wire.Recall, new { room, target = recalled.Number("seq") }, Wire.Entry);
        await anna.ChangeAsync(Wire.SendMessage, new { to = ben.Name, text = Word("private text") }, Wire.SendMessagePrivate);
        await anna.ChangeAsync(Wire.AddFriend, new { account = ben.Id }, Wire.AddFriendSuccess);
        var token = await anna.ChangeAsync(Wire.CreateToken, new { name = Word("name of a token"), scopes = new[] { "read" } }, Wire.TokenCreated);
        canaries.Add(new Canary("token of a bot", token.Text("token")[4..]));
        canaries.Add(new Canary("token of a device", anna.Token[4..]));
        var invite = await anna.ChangeAsync(Wire.CreateInvite, new { }, Wire.InviteCreated);
        canaries.Add(new Canary("code of an invitation", invite.OptText("invite") ?? invite.Text("code")));
        await ByFileAsync(address, anna, room);
        await anna.ChangeAsync(Wire.ChangePassword, new { oldPassword = anna.Password, newPassword = Word("new password") }, Wire.Ok);

        // What is looked for was taken: it comes back.
        var page = await ben.HistoryAsync(room, limit: 50);
        Assert.Contains(page.List("entries"), entry => entry.OptText("text") == canaries.Single(one => one.What == "text of a reply").Word);
    }

    // Words and beginnings of words, Chinese pairs among them, that the search index is made of.
    private async Task SayMuchAsync(ServerProcess server, ServerUnderTest address)
    {
        await using var cleo = await RegisterAsync(address, Word("name of who says much"), Unique.Password());
        var (words, room) = (Enumerable.Range(0, 5).Select(i => Word($"word {i} of the index", "索引机密")).ToArray(), await cleo.GroupAsync());
        await Indexed.FillAsync(server, cleo, room, i => $"{words[i % words.Length]} {i}");
        var found = await cleo.AskAsync(Wire.Search, new { text = words[0], @in = new[] { new { room } } }, Wire.Found);
        Assert.NotEmpty(found.List("hits"));
    }

    private async Task<RawClient> RegisterAsync(ServerUnderTest address, string name, string password)
    {
        var client = await RawClient.OpenAsync(address, ChannelKind.Native);
        await client.AskAsync(Wire.Register, new { name, password, clientId = Unique.ClientId() }, Wire.RegisterSuccess);
        var answer = await client.LoginAsync(new { version = 3, name, password, device = Word("name of a device"), client = Word("name of a program"), page = 1 });
        Assert.Equal(Wire.LoginSuccess, answer.Code);
        (client.Name, client.Password) = (name, password);
        return client;
    }

    // One whole file, and one that is left half way: both full of what they are about, with a name and a type.
    private async Task ByFileAsync(ServerUnderTest address, RawClient anna, string room)
    {
        using var http = address.Http(HttpVersion.Version11);
        var files = new Files(http, anna);
        await files.SendAsync(room, Content("content of a file"), Word("name of a file", ".txt"));
        var content = Content("content of an upload");
        var path = await files.AnnounceAsync(room, content, Word("name of an upload", "稿.txt"));
        using var piece = await files.PatchAsync(path, 0, content[..(content.Length * 2 / 3)]);
        Assert.Equal(HttpStatusCode.NoContent, piece.StatusCode);
    }

    private byte[] Content(string what) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Word(what) + " and on. ", 9_000)));

    private async Task ClassicAsync(ServerProcess server, RawClient witness)
    {
        var (name, password) = (Word("name in Chatroom 2.0"), Word("password in Chatroom 2.0"));
        using (var registering = new TcpClient("127.0.0.1", ClassicPort(server)))
        {
            await registering.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"2{name}\r\n{password}\n\n"));
            await ReadUntilAsync(registering, "201");
        }

        using var talking = new TcpClient("127.0.0.1", ClassicPort(server));
        await talking.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"1{name}\r\n{password}\n\n"));
        await ReadUntilAsync(talking, "101");
        var text = Word("text from Chatroom 2.0");
        await talking.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"3\r\n{text.Length}\n\n{text}"));
        await witness.EventAsync(Wire.SendMessageAll, body => body.OptText("text") == text);
    }

    private static int ClassicPort(ServerProcess server) => server.Lines.Select(line => ServedLine().Match(line)).Where(match => match.Success).Select(match => int.Parse(match.Groups[1].Value)).First();

    private static async Task ReadUntilAsync(TcpClient client, string wanted)
    {
        using var limit = new CancellationTokenSource(Patience);
        var (text, buffer) = (new StringBuilder(), new byte[4_096]);
        while (!text.ToString().Contains(wanted, StringComparison.Ordinal))
        {
            var read = await client.GetStream().ReadAsync(buffer, limit.Token);
            Assert.True(read > 0, $"The server closed before {wanted} came; there came {text}");
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
    }

    [GeneratedRegex(@"served on 127\.0\.0\.1:(\d+)")]
    private static partial Regex ServedLine();
}
