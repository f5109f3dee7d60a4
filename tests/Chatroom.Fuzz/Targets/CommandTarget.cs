using System.Text;
using Chatroom.Fuzz.Engine;
using Chatroom.Protocol;
using Chatroom.Server.Commands;

namespace Chatroom.Fuzz.Targets;

internal sealed class CommandTarget : Target
{
    // People and a group are made anew now and then: some requests delete them.
    private const int RunsPerScene = 300;

    private static readonly Code[] Known = [.. CommandTable.All.Keys.Order()];

    private Scene? scene;
    private int runs;

    public override string Name => "commands";

    public override string Promise => "Every request of the command table, with any body, by the owner, a member or a stranger, is answered, and never with INTERNAL_ERROR.";

    public override IEnumerable<byte[]> Seeds => Sound.SelectMany(pair => new byte[] { 0, 1, 2 }.Select(who => (byte[])[who, (byte)Array.IndexOf(Known, pair.Code), .. Encoding.UTF8.GetBytes(pair.Body)]));

    public override IReadOnlyList<string> Words { get; } =
    [
        "%me%", "%you%", "%group%", "%private%", "%id%", "%device%", "%name%", "lobby", "\"room\":\"%group%\",", "\"account\":\"%you%\",", "\"clientId\":\"%id%\"", "\"target\":2,", "\"limit\":200,", "\"before\":", "\"after\":", "\"cursor\":\"",
        "\"mentions\":[\"%you%\",null]", "\"replyTo\":", "\"name\":", "\"text\":", "\"emoji\":\"👍\",", "\"have\":{\"revision\":1,\"rooms\":{\"lobby\":-5}}", "\"page\":-1", "\"scopes\":[null]", "\"size\":", "\"sha256\":\"", "\"on\":false,", "\"to\":\"%name%\",",
    ];

    public override long Allocates(int length) => 16 << 20;

    public override void Run(byte[] input)
    {
        if (scene is not { IsWhole: true } || ++runs % RunsPerScene == 0)
        {
            scene?.Leave();
            scene = new Scene();
        }

        var reader = new Input(input);
        var line = scene.Lines[reader.Byte() % scene.Lines.Count];
        var code = Known[reader.Byte() % Known.Length];
        var answer = line.Ask(code, Encoding.Latin1.GetBytes(scene.Named(Encoding.Latin1.GetString(reader.Rest()))));
        Promised.That(answer is not null || line.HasEnded(), "A request was not answered.");
        Promised.That(answer?.Code != Code.InternalError, $"{code} was answered INTERNAL_ERROR.");
    }

    /// <summary>A sound request for every code.</summary>
    private static IEnumerable<(Code Code, string Body)> Sound =>
    [
        (Code.Login, "{\"version\":3,\"name\":\"%name%\",\"password\":\"a good password\",\"have\":{\"revision\":0,\"rooms\":{\"lobby\":0}},\"page\":5}"), (Code.Register, "{\"name\":\"x%id%\",\"password\":\"a good password\",\"clientId\":\"%id%\"}"),
        (Code.Ping, "{}"), (Code.SendMessage, "{\"room\":\"%group%\",\"text\":\"x\",\"replyTo\":2,\"mentions\":[\"%you%\"],\"clientId\":\"%id%\"}"), (Code.SendMessage, "{\"to\":\"%name%\",\"text\":\"x\",\"clientId\":\"%id%\"}"),
        (Code.SendEmoji, "{\"room\":\"lobby\",\"emoji\":\"[emoji-cake]\",\"clientId\":\"%id%\"}"), (Code.SendFile, "{\"room\":\"%group%\",\"name\":\"a\",\"size\":1,\"sha256\":\"" + new string('0', 64) + "\",\"clientId\":\"%id%\"}"),
        (Code.Edit, "{\"room\":\"%group%\",\"target\":2,\"text\":\"y\",\"clientId\":\"%id%\"}"), (Code.Recall, "{\"room\":\"%group%\",\"target\":2,\"clientId\":\"%id%\"}"), (Code.React, "{\"room\":\"%group%\",\"target\":3,\"emoji\":\"👍\",\"clientId\":\"%id%\"}"),
        (Code.Pin, "{\"room\":\"%group%\",\"target\":3,\"clientId\":\"%id%\"}"), (Code.MarkRead, "{\"room\":\"%group%\",\"seq\":2}"), (Code.Typing, "{\"room\":\"%group%\"}"), (Code.GetAllChatHistory, "{\"room\":\"%group%\",\"before\":3,\"limit\":2}"),
        (Code.GetAllChatHistory, "{\"room\":\"%private%\",\"after\":0,\"limit\":2}"), (Code.GetAllFileHistory, "{\"room\":\"%group%\",\"before\":9,\"limit\":3}"), (Code.DownFile, "{\"file\":\"f0123456789abcdefghjkmnpab\"}"), (Code.ListPins, "{\"room\":\"%group%\"}"),
        (Code.Search, "{\"text\":\"sa \\\"id\\\"\",\"in\":[{\"room\":\"%group%\",\"before\":9},{\"room\":\"lobby\"}],\"from\":\"%me%\",\"limit\":3}"), (Code.Search, "{\"text\":\"\u8bf4\"}"),
        (Code.GetAllUsers, "{\"cursor\":\"0\",\"limit\":3}"), (Code.ListMembers, "{\"room\":\"%group%\",\"cursor\":\"0\",\"limit\":3}"), (Code.ListGroups, "{\"cursor\":\"0\",\"limit\":3}"), (Code.ShowAllFriends, "{}"),
        (Code.AddFriend, "{\"account\":\"%you%\",\"clientId\":\"%id%\"}"), (Code.RemoveFriend, "{\"name\":\"%name%\",\"clientId\":\"%id%\"}"), (Code.Block, "{\"account\":\"%you%\",\"clientId\":\"%id%\"}"), (Code.Unblock, "{\"account\":\"%you%\",\"clientId\":\"%id%\"}"),
        (Code.PrivateInit, "{\"name\":\"%name%\",\"clientId\":\"%id%\"}"), (Code.CreateGroup, "{\"name\":\"g\",\"topic\":\"t\",\"public\":true,\"history\":\"all\",\"clientId\":\"%id%\"}"), (Code.RenameGroup, "{\"room\":\"%group%\",\"text\":\"h\",\"clientId\":\"%id%\"}"),
        (Code.SetTopic, "{\"room\":\"%group%\",\"text\":\"t\",\"clientId\":\"%id%\"}"), (Code.SetGroupOptions, "{\"room\":\"%group%\",\"public\":false,\"history\":\"join\",\"clientId\":\"%id%\"}"), (Code.Invite, "{\"room\":\"%group%\",\"account\":\"%you%\",\"clientId\":\"%id%\"}"),
        (Code.JoinGroup, "{\"room\":\"%group%\",\"clientId\":\"%id%\"}"), (Code.LeaveGroup, "{\"room\":\"lobby\",\"clientId\":\"%id%\"}"), (Code.RemoveMember, "{\"room\":\"%group%\",\"account\":\"%me%\",\"clientId\":\"%id%\"}"),
        (Code.SetRole, "{\"room\":\"%group%\",\"account\":\"%you%\",\"role\":\"moderator\",\"clientId\":\"%id%\"}"), (Code.DeclineInvitation, "{\"room\":\"%group%\",\"clientId\":\"%id%\"}"), (Code.ListDevices, "{}"), (Code.SignOutDevice, "{\"device\":\"d0000000000001\",\"clientId\":\"%id%\"}"),
        (Code.SetSettings, "{\"accept\":\"friends\",\"classic\":\"deny\",\"clientId\":\"%id%\"}"), (Code.CreateToken, "{\"name\":\"t\",\"scopes\":[\"read\"],\"clientId\":\"%id%\"}"), (Code.ChangePassword, "{\"oldPassword\":\"no\",\"newPassword\":\"a better password\",\"clientId\":\"%id%\"}"),
        (Code.ListUsers, "{\"cursor\":\"0\",\"limit\":2}"), (Code.SetUserRole, "{\"account\":\"%you%\",\"role\":\"member\",\"clientId\":\"%id%\"}"), (Code.DisableUser, "{\"account\":\"%you%\",\"disabled\":false,\"clientId\":\"%id%\"}"), (Code.DeleteUser, "{\"account\":\"u0000000000001\",\"clientId\":\"%id%\"}"),
        (Code.ResetPassword, "{\"account\":\"%you%\",\"password\":\"a good password\",\"clientId\":\"%id%\"}"), (Code.CreateInvite, "{\"uses\":1,\"days\":1,\"clientId\":\"%id%\"}"), (Code.ListInvites, "{}"), (Code.RevokeInvite, "{\"invite\":\"i0000000000000\",\"clientId\":\"%id%\"}"), (Code.ReadAudit, "{\"cursor\":\"0\",\"limit\":2}"),
    ];

    /// <summary>The server's owner, a member, and somebody who has not signed in; a group and a private chat of the two, with something said in them.</summary>
    private sealed class Scene
    {
        private const string Password = "a good password";
        private static readonly string Owner = Register();

        private readonly string name = Register();
        private readonly (string Me, string You, string Group, string Private) ids;

        public Scene()
        {
            var me = SignIn(Owner);
            var you = SignIn(name);
            Lines = [me.Line, you.Line, Bench.One.Connect()];
            var group = (string)me.Line.Ask(Code.CreateGroup, $$"""{"name":"g","clientId":"{{Id()}}"}""")["room"]!["id"]!;
            me.Line.Ask(Code.Invite, $$"""{"room":"{{group}}","account":"{{you.Account}}","clientId":"{{Id()}}"}""");
            you.Line.Ask(Code.JoinGroup, $$"""{"room":"{{group}}","clientId":"{{Id()}}"}""");
            var pair = (string)me.Line.Ask(Code.PrivateInit, $$"""{"account":"{{you.Account}}","clientId":"{{Id()}}"}""")["room"]!["id"]!;
            foreach (var (line, room) in ((Line, string)[])[(me.Line, group), (you.Line, group), (me.Line, pair)])
            {
                line.Ask(Code.SendMessage, $$"""{"room":"{{room}}","text":"said","clientId":"{{Id()}}"}""");
            }

            ids = (me.Account, you.Account, group, pair);
        }

        public IReadOnlyList<Line> Lines { get; }

        public bool IsWhole => Lines.All(line => line.IsOpen);

        public string Named(string body) => body.Replace("%me%", ids.Me, StringComparison.Ordinal).Replace("%you%", ids.You, StringComparison.Ordinal).Replace("%group%", ids.Group, StringComparison.Ordinal)
            .Replace("%private%", ids.Private, StringComparison.Ordinal).Replace("%name%", name, StringComparison.Ordinal).Replace("%id%", Id(), StringComparison.Ordinal);

        public void Leave()
        {
            foreach (var line in Lines)
            {
                line.Leave();
            }
        }

        private static string Id() => Guid.NewGuid().ToString("n");

        private static string Register()
        {
            var name = $"p{Id()[..12]}";
            var line = Bench.One.Connect();
            line.Ask(Code.Register, $$"""{"name":"{{name}}","password":"{{Password}}","clientId":"{{Id()}}"}""");
            line.Leave();
            return name;
        }

        private static (Line Line, string Account) SignIn(string name)
        {
            var line = Bench.One.Connect();
            line.Ask(Code.Login, $$"""{"version":3,"name":"{{name}}","password":"{{Password}}","page":1}""");
            return (line, line.Account);
        }
    }
}
