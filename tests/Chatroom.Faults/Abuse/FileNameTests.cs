using System.Net;
using System.Text.RegularExpressions;
using Chatroom.Faults.Running;

namespace Chatroom.Faults.Abuse;

/// <summary>Names of files that want to be somewhere else than in the data folder, or to look like another file.</summary>
public sealed partial class FileNameTests
{
    private static readonly string[] Names =
    [
        "../../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "\\\\server\\share", "C:\\x.txt", "c:x.txt", "a\0.txt", "\0", "a/b", "a\\b", "..", ".", "", "a\nb", "a\tb", "a\rb", "a\u0085b", "a\u202etxt.exe", "a\u2066b", "\u200bx",
        "x:stream", "%2e%2e/x", "../" + "server.key.sealed", new string('x', 256), new string('漢', 86),
    ];

    [Fact]
    public async Task Names_with_folders_drives_zeros_and_hidden_characters_are_refused_by_every_door_and_leave_nothing_on_the_disk()
    {
        await using var server = new ServerProcess();
        await server.StartAsync();
        await using var address = server.Address();
        await using var person = await People.RegisterAsync(address, "person");
        using var http = address.Http(HttpVersion.Version11);
        var files = new Files(http, person);
        var sent = await files.SendAsync(person.Lobby, [1], "a good name.txt");
        var before = Everything(server);
        foreach (var name in Names)
        {
            await person.ChangeAsync(Wire.SendFile, new { room = person.Lobby, name, size = 1, sha256 = Files.Sha256([1]) }, Wire.SendFileError);
            using var created = await files.CreateAsync(1, ("room", person.Lobby), ("filename", name), ("sha256", Files.Sha256([1])), ("clientid", Unique.ClientId()));
            Assert.True(created.StatusCode == HttpStatusCode.BadRequest, $"{Uri.EscapeDataString(name)} was answered {created.StatusCode}.");
        }

        // Ids are paths as well: what is none leads nowhere.
        foreach (var id in new[] { "..%2Fserver.key.sealed", "%2e%2e%2f%2e%2e%2fmaster.key", "..%5Ckeyring.json", sent.Child("file").Text("id") + ".part", "%00", "f" + new string('.', 25) })
        {
            using var got = await files.GetAsync(id);
            Assert.InRange((int)got.StatusCode, 400, 404);
            using var deleted = await files.DeleteAsync($"/files/{id}");
            Assert.InRange((int)deleted.StatusCode, 400, 404);
        }

        Assert.Equal(before, Everything(server));
        Assert.All(Everything(server).Where(path => path.StartsWith("data/files/")), path => Assert.Matches(Blob(), path));
        await server.StopAsync();
        server.MustHaveNoErrors();
    }

    private static List<string> Everything(ServerProcess server) =>
        [.. Directory.EnumerateFiles(server.Aside, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(server.Aside, path)).Order(StringComparer.Ordinal)];

    [GeneratedRegex("^data/files/[0-9a-z]{2}/f[0-9a-z]{25}$")]
    private static partial Regex Blob();
}
