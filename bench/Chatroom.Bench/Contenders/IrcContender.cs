using Chatroom.Bench.Load;
using Chatroom.Bench.Running;

namespace Chatroom.Bench.Contenders;

/// <summary>The IRC daemons. They store nothing and acknowledge nothing.</summary>
internal abstract class IrcContender : Contender
{
    public override bool Echoes => false;

    public override async Task<Link> SignInAsync(int person, int bufferBytes = 16 * 1024)
    {
        var link = new Link(await Tls.SecureAsync(Port), person, bufferBytes);
        await link.SendAsync($"NICK {NameOf(person)}\r\nUSER {NameOf(person)} 0 * :{NameOf(person)}\r\n");

        // 376 and 422 end the greeting: with a message of the day and without.
        await link.ExpectAsync($" 001 {NameOf(person)} ");
        foreach (var room in Town.RoomsOf[person])
        {
            await link.SendAsync($"JOIN #{RoomName(room)}\r\n");
            await link.ExpectAsync($" 366 {NameOf(person)} ");
        }

        return link;
    }

    public override byte[] Encode(int person, Target target, string text) =>
        Marker.Utf8($"PRIVMSG {(target.Room is { } room ? "#" + RoomName(room) : NameOf(target.Person))} :{text}\r\n");
}

internal sealed class InspIrcd : IrcContender
{
    public override string Name => "InspIRCd";

    protected override Task<Daemon> LaunchAsync() =>
        Daemon.StartAsync(Port, "inspircd", ["--runasroot", "--nofork", "--nolog", $"--config={Configuration("inspircd.conf")}"]);
}

internal sealed class NgIrcd : IrcContender
{
    public override string Name => "ngIRCd";

    // It takes 2,048 bytes at a time and then waits for the socket; what is left of a larger record stays with its TLS library until something else comes (ngIRCd 26.1, GnuTLS).
    public override bool WritesApart => true;

    protected override Task<Daemon> LaunchAsync()
    {
        File.SetUnixFileMode(Folder, (UnixFileMode)0b111_101_101); // It leaves root behind before it reads the certificate.
        return Daemon.StartAsync(Port, "ngircd", ["--nodaemon", "--config", Configuration("ngircd.conf")]);
    }
}
