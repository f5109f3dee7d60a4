using System.Net.Sockets;
using Chatroom.Bench.Load;
using Chatroom.Bench.Running;

namespace Chatroom.Bench.Contenders;

/// <summary>nats-server: subjects instead of rooms; nothing is stored.</summary>
internal sealed class NatsContender : Contender
{
    public override string Name => "nats-server";

    public override bool Echoes => true;

    public override async Task<Link> SignInAsync(int person, int bufferBytes = 16 * 1024)
    {
        // The server's greeting comes in plain text; TLS begins after it.
        var inner = new NetworkStream(await Tls.ConnectAsync(Port), ownsSocket: true);
        var one = new byte[1];
        do
        {
            await inner.ReadExactlyAsync(one);
        }
        while (one[0] != '\n');

        var link = new Link(await Tls.SecureAsync(inner), person, bufferBytes);
        var subjects = Town.RoomsOf[person].Select(RoomName).Append(NameOf(person));
        await link.SendAsync($"CONNECT {{\"verbose\":false,\"tls_required\":true,\"name\":\"{NameOf(person)}\"}}\r\n{string.Concat(subjects.Select((s, i) => $"SUB {s} {i + 1}\r\n"))}PING\r\n");
        await link.ExpectAsync("PONG\r\n");
        return link;
    }

    public override byte[] Encode(int person, Target target, string text) =>
        Marker.Utf8($"PUB {(target.Room is { } room ? RoomName(room) : NameOf(target.Person))} {text.Length}\r\n{text}\r\n");

    protected override Task<Daemon> LaunchAsync() => Daemon.StartAsync(Port, "nats-server", ["-c", Configuration("nats.conf")]);
}
