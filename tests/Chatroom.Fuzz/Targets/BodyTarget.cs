using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Chatroom.Fuzz.Engine;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Fuzz.Targets;

internal sealed class BodyTarget : Target
{
    private static readonly SortedDictionary<string, Action<byte[]>> Types = new(All(), StringComparer.Ordinal);

    public override string Name => "bodies";

    public override string Promise => "Every body of the wire is read or refused with JsonException; what was read, written and read again is written the same.";

    public override IEnumerable<byte[]> Seeds => Types.Keys.Select(name => Encoding.UTF8.GetBytes(name + "\n{}")).Concat(
    [
        Of(new LoginRequest { Version = 3, Name = "a", Password = "b", Have = new SyncHave { Revision = 1, Rooms = new Dictionary<string, long> { ["lobby"] = 2 } } }),
        Of(new SendMessageRequest { Room = "lobby", Text = "\"é\\u00e9😀", ReplyTo = 1, Mentions = ["u"], ClientId = "0" }),
        Of(new HistoryPage { Room = "r", Head = 2, Entries = [Samples.Entry], Amendments = [new Amendment { Target = 1, Edit = Samples.Entry, Reactions = [new ReactionCount { Emoji = "x", Count = 1, By = ["u"] }] }] }),
        Of(new RoomList { Rooms = [Samples.Room] }), Of(Samples.Entry), Of(new Bye { Reason = 937, Text = "t", ReconnectAfterMs = 5 }),
        Of(new AccountChanged { Revision = 1, Items = [new AccountItem { Kind = "friend", Key = "u", Revision = 1, Person = new AccountInfo { Id = "u" } }] }),
    ]);

    public override IReadOnlyList<string> Words { get; } =
    [
        .. Types.Keys.Select(name => name + "\n"), "\"room\":", "\"text\":", "\"clientId\":", "\"entries\":[", "\"have\":{\"rooms\":{", "\"\\ud800\"", "\\u0000", "true", "false", "null",
        "[[[[[[[[[[[[[[[[[", "{\"a\":{\"a\":{\"a\":{\"a\":", "\"seq\":", "\"reactions\":[", "\"by\":[", ",", ":", "{", "}", "]", "1.5", "-0", "\xff",
    ];

    public override void Run(byte[] input)
    {
        var reader = new Input(input);
        var name = reader.Line();
        var check = Types.GetValueOrDefault(name) ?? Types.Values.ElementAt(name.Length % Types.Count);
        check(reader.Rest());
    }

    private static byte[] Of<T>(T body) => [.. Encoding.UTF8.GetBytes(typeof(T).Name + "\n"), .. WireJson.Write(body)];

    private static IDictionary<string, Action<byte[]>> All() => typeof(GeneratedWireJson).GetCustomAttributesData()
        .Where(attribute => attribute.AttributeType == typeof(JsonSerializableAttribute))
        .Select(attribute => (Type)attribute.ConstructorArguments[0].Value!)
        .ToDictionary(type => type.Name, type => typeof(BodyTarget).GetMethod(nameof(Check), BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(type).CreateDelegate<Action<byte[]>>());

    private static void Check<T>(byte[] body)
    {
        T read;
        try
        {
            read = WireJson.Read<T>(body);
        }
        catch (JsonException)
        {
            return;
        }

        var written = WireJson.Write(read);
        Promised.That(WireJson.Write(WireJson.Read<T>(written)).AsSpan().SequenceEqual(written), $"A {typeof(T).Name} that was written is not read as it was.");
    }
}

internal static class Samples
{
    public static Entry Entry { get; } = new() { Room = "r", Seq = 1, Kind = "text", Sender = "u", Time = 1, Text = "x", ClientId = "c", Counts = true };

    public static RoomState Room { get; } = new() { Id = "r", Kind = "group", Name = "n", Role = "member", Head = 1, First = 1, Position = 0, Unread = 1, MemberCount = 2 };
}
