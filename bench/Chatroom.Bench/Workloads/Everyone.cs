using Chatroom.Bench.Contenders;

namespace Chatroom.Bench.Workloads;

/// <summary>Those who are compared.</summary>
internal static class Everyone
{
    public static readonly Func<Contender> Chatroom = () => new ChatroomContender();
    public static readonly Func<Contender> WebSocket = () => new ChatroomContender(Way.WebSocket);
    public static readonly Func<Contender> Inspircd = () => new InspIrcd();
    public static readonly Func<Contender> Mosquitto = () => new MqttContender();
    public static readonly Func<Contender> Nats = () => new NatsContender();
    public static readonly Func<Contender> EjabberdOnly = () => new Ejabberd(archive: false);
    public static readonly Func<Contender>[] Irc = [Inspircd, () => new NgIrcd()];
    public static readonly Func<Contender>[] Brokers = [Mosquitto, Nats];
    public static readonly Func<Contender>[] Xmpp = [EjabberdOnly, () => new Ejabberd(archive: true), () => new Prosody(archive: false), () => new Prosody(archive: true)];

    /// <summary>All of them, Chatroom first.</summary>
    public static readonly Func<Contender>[] All = [Chatroom, WebSocket, .. Irc, .. Brokers, .. Xmpp];

    /// <summary>Chatroom with people and rooms in its data folder before it starts.</summary>
    public static Func<Contender> Filled(Way way = Way.Native, string? label = null, int messages = 20) => () => new ChatroomContender(way, label) { Fill = new Fill(messages) };

    /// <summary>Everyone in three rooms: with Chatroom the lobby, which all are in, is one of them; the others have rooms of about 50 only.</summary>
    public static Town InThreeRooms(Contender contender, int people) => Town.Overlapping(people, contender is ChatroomContender ? 2 : 3, 50);
}
