using System.Globalization;
using System.Text;
using Chatroom.Fuzz.Engine;
using Chatroom.Protocol;
using Chatroom.Server;
using Chatroom.Server.Files;
using Chatroom.Server.Files.Http;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;
using Microsoft.AspNetCore.Http;

namespace Chatroom.Fuzz.Targets;

internal sealed class CredentialTarget : Target
{
    private const string File = "f0123456789abcdefghjkmnpab";

    private static readonly Lazy<Person> Ann = new(Make);

    public override string Name => "credentials";

    public override string Promise => "A link, a bearer's header or a cookie speaks for a device only as it was given out, letter for letter, and for its own file only.";

    public override IEnumerable<byte[]> Seeds => new[]
    {
        $"link\n{File}\n%device%\n%expires%\n%signature%", "link\nf0123456789abcdefghjkmnpaa\n%device%\n%expires%\n%signature%", $"link\n{File}\n%device%\n99999999999999\n%signature%", $"link\n{File}\nd0000000000001\n+1\nAAAAAAAAAAAAAAAAAAAAAA",
        "http\nBearer %token%\n\n", "http\nbearer  %token% \n\n", "http\nBasic YTpi\n\n", "http\n\nchatroom=%token%\n", "http\n\nchatroom=%token%; chatroom=x\nhttps://elsewhere", "http\n\nchatroom=%token%\nhttps://here", "http\nBearer crb_\n\n",
    }.Select(Encoding.UTF8.GetBytes);

    public override IReadOnlyList<string> Words { get; } = ["link\n", "http\n", "%device%", "%expires%", "%signature%", "%token%", "Bearer ", "chatroom=", "; ", "https://here", "crd_", "crb_", "=", "-", "_", "\""];

    public override int Longest => 400;

    public override long Allocates(int length) => 1 << 20;

    public override void Run(byte[] input)
    {
        var reader = new Input(input);
        var ann = Ann.Value;
        if (reader.Line() == "link")
        {
            var (file, device, expires, signature) = (reader.Line(), ann.Told(reader.Line()), ann.Told(reader.Line()), ann.Told(reader.Line()));
            var caller = Now.Of(Bench.One.Core.Store.ReadAsync(store => FileLinks.Find(Bench.One.Core, store, file, device, expires, signature)));
            var genuine = (file, device, signature) == (File, ann.Device, ann.Signature) && expires.TrimStart('0') == ann.Expires;

            // It is made once, and after five minutes it is nobody's.
            var isOver = Bench.One.Core.Now > long.Parse(ann.Expires, CultureInfo.InvariantCulture) - 1000;
            Promised.That(caller is not null == genuine || (isOver && genuine), "A link that was not given out speaks for a device, or one that was does not.");
            return;
        }

        Http(ann, ann.Told(reader.Line()), ann.Told(reader.Line()), reader.Line());
    }

    private static void Http(Person ann, string authorization, string cookie, string origin)
    {
        var context = new DefaultHttpContext();
        context.Request.Host = new HostString("here");
        context.Request.RouteValues["account"] = ann.Account;
        context.Request.Headers.Authorization = authorization;
        context.Request.Headers.Cookie = cookie;
        if (origin.Length > 0)
        {
            context.Request.Headers.Origin = origin;
        }

        var (caller, refusal) = Now.Of(FileEndpoints.CallerAsync(Bench.One.Core, context));
        Promised.That(caller is null != refusal is null, "Neither a caller nor a refusal.");
        Promised.That(refusal is null || refusal.Code is Code.NotSignedIn or Code.TokenInvalid, "A refusal of another kind.");
        Promised.That(caller is null || authorization.Contains(ann.Token, StringComparison.Ordinal) || cookie.Contains(ann.Token, StringComparison.Ordinal), "Somebody speaks without a token.");
        Promised.That(caller is null || authorization.Contains(ann.Token, StringComparison.Ordinal) || origin.Length == 0 || origin.Contains("here", StringComparison.OrdinalIgnoreCase), "A page of another site speaks.");
    }

    private static Person Make()
    {
        var core = Bench.One.Core;
        var line = Bench.One.Connect();
        line.Ask(Code.Register, """{"name":"ann","password":"a good password","clientId":"00000000000000000000000000000001"}""");
        line.Ask(Code.Login, """{"version":3,"name":"ann","password":"a good password"}""");
        var (path, _) = FileLinks.Make(core, File, DeviceOf(line));
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(path[path.IndexOf('?', StringComparison.Ordinal)..]);
        return new Person(line.Account, line.Token, $"{query["d"]}", $"{query["e"]}", $"{query["s"]}");
    }

    private static long DeviceOf(Line line) => Ids.TryDevice(line.Device, out var id) ? id : throw new InvalidOperationException("No device signed in.");

    private sealed record Person(string Account, string Token, string Device, string Expires, string Signature)
    {
        public string Told(string text) => text.Replace("%token%", Token, StringComparison.Ordinal).Replace("%device%", Device, StringComparison.Ordinal)
            .Replace("%expires%", Expires, StringComparison.Ordinal).Replace("%signature%", Signature, StringComparison.Ordinal);
    }
}
