using System.Text;
using Chatroom.Bench.Load;
using Chatroom.Bench.Running;

namespace Chatroom.Bench.Contenders;

/// <summary>The XMPP servers: group chat by XEP-0045, with and without an archive (XEP-0313).</summary>
internal abstract class XmppContender(bool archive) : Contender
{
    private const string Header = "<?xml version='1.0'?><stream:stream to='localhost' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";

    public override bool Echoes => true;

    protected bool Archive => archive;

    public override async Task<Link> SignInAsync(int person, int bufferBytes = 16 * 1024)
    {
        var name = NameOf(person);
        var link = new Link(await Tls.SecureAsync(Port), person, bufferBytes);
        await link.SendAsync(Header);
        await link.ExpectAsync("</stream:features>");
        await link.SendAsync($"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{name}\0secret"))}</auth>");
        await link.ExpectAsync("<success");
        await link.SendAsync(Header);
        await link.ExpectAsync("</stream:features>");
        await link.SendAsync("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>x</resource></bind></iq>");
        await link.ExpectAsync("</iq>");
        await link.SendAsync("<presence/>");
        foreach (var room in Town.RoomsOf[person])
        {
            await link.SendAsync($"<presence to='{RoomName(room)}@conference.localhost/{name}'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>");
            await link.ExpectAsync("code='110'"); // One's own presence comes last.
            await link.ExpectAsync("<subject");
        }

        return link;
    }

    public override byte[] Encode(int person, Target target, string text) => Marker.Utf8(target.Room is { } room
        ? $"<message type='groupchat' to='{RoomName(room)}@conference.localhost'><body>{text}</body></message>"
        : $"<message type='chat' to='{NameOf(target.Person)}@localhost'><body>{text}</body></message>");

    // Registered in-band (XEP-0077), as these servers have no faster way that both know.
    protected override Task PrepareAsync() => ForEachAsync(Town.People, 8, async person =>
    {
        await using var link = new Link(await Tls.SecureAsync(Port), person);
        await link.SendAsync(Header);
        await link.ExpectAsync("</stream:features>");
        await link.SendAsync($"<iq type='set' id='r'><query xmlns='jabber:iq:register'><username>{NameOf(person)}</username><password>secret</password></query></iq>");
        var answer = await link.ExpectAsync("r'");
        answer += await link.ExpectAsync(">");
        if (answer.Contains("'error'", StringComparison.Ordinal))
        {
            throw new BenchException($"{Name} refused to register {NameOf(person)}: {answer}");
        }
    });
}

internal sealed class Ejabberd(bool archive) : XmppContender(archive)
{
    public override string Name => Archive ? "ejabberd + archive" : "ejabberd";

    protected override Task<Daemon> LaunchAsync()
    {
        var config = Configuration("ejabberd.yml", ("archive", Archive ? "true" : "false"), ("archiveDefault", Archive ? "always" : "never"));

        // Its own control script would leave a name server (epmd) behind; a node without a name needs none.
        return Daemon.StartAsync(
            Port,
            "erl",
            ["-noinput", "-mnesia", "dir", $"\"{Folder}/mnesia\"", "+K", "true", "+P", "250000", "-s", "ejabberd"],
            new Dictionary<string, string> { ["EJABBERD_CONFIG_PATH"] = config, ["EJABBERD_LOG_PATH"] = Path.Combine(Folder, "ejabberd.log"), ["ERL_LIBS"] = "/usr/lib/x86_64-linux-gnu", ["HOME"] = Folder },
            Folder);
    }
}

internal sealed class Prosody(bool archive) : XmppContender(archive)
{
    public override string Name => Archive ? "Prosody + archive" : "Prosody";

    protected override Task<Daemon> LaunchAsync()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "data"));
        return Daemon.StartAsync(
            Port,
            "prosody",
            ["-F", "--config", Configuration("prosody.cfg.lua", ("archive", Archive ? "\"mam\"; \"muc_mam\";" : ""), ("mucArchive", Archive ? "modules_enabled = { \"muc_mam\" }" : ""))],
            new Dictionary<string, string> { ["PROSODY_DATADIR"] = Path.Combine(Folder, "data") });
    }
}
