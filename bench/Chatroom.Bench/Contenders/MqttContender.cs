using System.Buffers.Binary;
using System.Text;
using Chatroom.Bench.Load;
using Chatroom.Bench.Running;

namespace Chatroom.Bench.Contenders;

/// <summary>Mosquitto, MQTT 3.1.1 with quality of service 0: topics instead of rooms; nothing is stored.</summary>
internal sealed class MqttContender : Contender
{
    public override string Name => "Mosquitto";

    public override bool Echoes => true;

    public override async Task<Link> SignInAsync(int person, int bufferBytes = 16 * 1024)
    {
        var link = new Link(await Tls.SecureAsync(Port), person, bufferBytes);

        // Clean session, no keep-alive.
        await link.SendAsync(Packet(0x10, [.. Field("MQTT"), 4, 2, 0, 0, .. Field(NameOf(person))]));
        var answer = await link.ReadAsync(4);
        if (answer.Span[0] != 0x20 || answer.Span[3] != 0)
        {
            throw new BenchException($"Mosquitto refused the connection with {answer.Span[3]}.");
        }

        var topics = Town.RoomsOf[person].Select(RoomName).Append(NameOf(person)).ToArray();
        await link.SendAsync(Packet(0x82, [0, 1, .. topics.SelectMany(topic => (byte[])[.. Field(topic), 0])]));
        await link.ReadAsync(4 + topics.Length); // SUBACK
        return link;
    }

    public override byte[] Encode(int person, Target target, string text) =>
        Packet(0x30, [.. Field(target.Room is { } room ? RoomName(room) : NameOf(target.Person)), .. Encoding.UTF8.GetBytes(text)]);

    protected override Task<Daemon> LaunchAsync() => Daemon.StartAsync(Port, "mosquitto", ["-c", Configuration("mosquitto.conf")]);

    private static byte[] Field(string text)
    {
        var bytes = new byte[2 + text.Length];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)text.Length);
        Encoding.UTF8.GetBytes(text, bytes.AsSpan(2));
        return bytes;
    }

    // The length is written in groups of 7 bits (MQTT 3.1.1, 2.2.3).
    private static byte[] Packet(byte type, byte[] body)
    {
        List<byte> bytes = [type];
        var length = body.Length;
        do
        {
            bytes.Add((byte)((length & 0x7F) | (length > 0x7F ? 0x80 : 0)));
            length >>= 7;
        }
        while (length > 0);

        return [.. bytes, .. body];
    }
}
