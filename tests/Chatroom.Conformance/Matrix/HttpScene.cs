using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Matrix;

/// <summary>What one caller of the HTTP matrix finds: files and uploads of others and of their own, in rooms they are, were or never have been in.</summary>
public sealed class HttpScene
{
    private const int Uploads = 6;

    private readonly ConformanceTest test;
    private readonly HttpClient http;
    private readonly Queue<string> uploads = new();

    private HttpScene(ConformanceTest test, HttpClient http, string column) => (this.test, this.http, Column) = (test, http, column);

    /// <summary>The column whose token expires once the scene is set.</summary>
    public const string Expired = "expired";

    public static IReadOnlyList<string> Columns { get; } =
        ["anonymous", "outsider", "former", "later", "blocked", "member", "owner", "admin", "bot", "filebot", "revoked", Expired];

    /// <summary>Content of every file and upload.</summary>
    public static byte[] Content { get; } = Files.Content(1_000);

    public string Column { get; }

    /// <summary>The token that asks; null for the anonymous.</summary>
    public string? Token { get; private set; }

    /// <summary>Id of the account that asks, and of its device; made up for the anonymous.</summary>
    public (string Account, string Device) Me { get; private set; } = ("u0000000000001", "d0000000000001");

    public string OtherName { get; private set; } = "";

    public string Room { get; private set; } = "";

    public long MaxFileSize { get; private set; }

    /// <summary>Ids of files of the other member: in the group, recalled there, in one that shows newcomers everything, with the owner alone, in the lobby.</summary>
    public (string Group, string Recalled, string All, string Private, string Lobby) File { get; private set; }

    /// <summary>The other member's signed paths to the file and to the recalled one.</summary>
    public (string File, string Recalled) Link { get; private set; }

    /// <summary>One's own signed path to the file.</summary>
    public string MyLink { get; private set; } = "";

    /// <summary>The other member's upload, begun.</summary>
    public string OthersUpload { get; private set; } = "";

    /// <summary>A path of one's own upload, begun, that no other row has had.</summary>
    /// <param name="again">The next row may have it, too.</param>
    public string NextUpload(bool again = false) => again ? uploads.Peek() : uploads.Dequeue();

    public static async Task<HttpScene> SetAsync(ConformanceTest test, HttpClient http, string column)
    {
        var scene = new HttpScene(test, http, column);
        var person = column switch
        {
            "anonymous" => null,
            "admin" => await test.AdminAsync(),
            _ => await test.PersonAsync(),
        };
        var owner = column == "owner" ? person! : await test.PersonAsync();
        var other = await test.PersonAsync();
        scene.Room = await owner.GroupAsync(other);
        var all = (await owner.ChangeAsync(Wire.CreateGroup, new { name = $"g{Unique.Word()}", history = "all" }, Wire.GroupCreated)).Child("room").Text("id");
        await owner.BringAsync(all, other);
        if (column is "former" or "blocked" or "member" or "bot" or "filebot" or "revoked" or Expired)
        {
            await owner.BringAsync(scene.Room, person!);
            await owner.BringAsync(all, person!);
        }

        await scene.SendAsync(other, owner, all);
        if (person is not null)
        {
            await scene.BecomeAsync(person, owner, other, all);
        }

        return scene;
    }

    private async Task SendAsync(RawClient other, RawClient owner, string all)
    {
        var files = new Files(http, other);
        (OtherName, MaxFileSize) = (other.Name, other.Sync.Success.Child("server").Number("maxFileSize"));
        var (group, recalled) = (await files.SendAsync(Room, Content), await files.SendAsync(Room, Content));
        var pair = await owner.PrivateAsync(other);
        File = (Id(group), Id(recalled), Id(await files.SendAsync(all, Content)), Id(await files.SendAsync(pair, Content)), Id(await files.SendAsync(other.Lobby, Content)));
        Link = (await LinkAsync(other, File.Group), await LinkAsync(other, File.Recalled));
        await other.ChangeAsync(Wire.Recall, new { room = Room, target = recalled.Number("seq") }, Wire.Entry);
        OthersUpload = await files.AnnounceAsync(Room, Content);
    }

    // What they have of before comes first, then what makes them what the column says.
    private async Task BecomeAsync(RawClient person, RawClient owner, RawClient other, string all)
    {
        var device = Column == "revoked" ? await test.DeviceAsync(person) : person;
        if (Column is "filebot" or Expired)
        {
            device = await (Column == Expired ? test.DayBotAsync(person, "read", "files") : test.BotAsync(person, "read", "files"));
            await BeginAsync(device);
        }

        if (Column == "later")
        {
            await owner.BringAsync(Room, person);
            await owner.BringAsync(all, person);
            await AnnounceAsync(person);
        }

        if (Column is "former" or "blocked" or "member" or "owner" or "revoked")
        {
            await BeginAsync(device);
        }

        if (Column == "former")
        {
            await person.ChangeAsync(Wire.LeaveGroup, new { room = Room }, Wire.Entry);
            await person.ChangeAsync(Wire.LeaveGroup, new { room = all }, Wire.Entry);
        }
        else if (Column == "blocked")
        {
            await other.ChangeAsync(Wire.Block, new { account = person.Id }, Wire.Ok);
        }
        else if (Column == "bot")
        {
            device = await test.BotAsync(person, "read");
        }
        else if (Column == "revoked")
        {
            await person.ChangeAsync(Wire.SignOutDevice, new { device = device.Device }, Wire.Ok);
        }

        (Token, Me) = (device.Token, (device.Id, device.Device));
    }

    private async Task BeginAsync(RawClient device)
    {
        MyLink = await LinkAsync(device, File.Group);
        await AnnounceAsync(device);
    }

    private async Task AnnounceAsync(RawClient device)
    {
        for (var i = 0; i < Uploads; i++)
        {
            uploads.Enqueue(await new Files(http, device).AnnounceAsync(Room, Content));
        }
    }

    private static async Task<string> LinkAsync(RawClient client, string file) => (await client.AskAsync(Wire.DownFile, new { file }, Wire.DownFileSuccess)).Text("path");

    private static string Id(System.Text.Json.Nodes.JsonObject entry) => entry.Child("file").Text("id");
}
