using System.Text;
using System.Text.Json;

namespace Chatroom.Faults.Malformed;

/// <summary>Bodies that are almost what a request expects. One body has the fields of all requests, for unknown ones are ignored. The same seed gives the same bodies.</summary>
internal sealed class BrokenBodies(int seed, string room, string account, string name)
{
    private static readonly string[] Values =
    [
        "null", "true", "-1", "0", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "1e308", "0.5", "\"\"", "[]", "{}", "[null]", "[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]", "{\"a\":{\"a\":{\"a\":{}}}}",
        "\"\\u0000\"", "\"\\ud800\"", "\"\\u202e../x\"", "\"../../etc/passwd\"", "\"C:\\\\x\"", "\"lobby\"", "\"u0000000000001\"", "\"" + new string('x', 40_000) + "\"", "\"\xff\xfe\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"",
        "[" + string.Join(',', Enumerable.Repeat("\"u0000000000001\"", 300)) + "]", "{\"revision\":-1,\"rooms\":{\"lobby\":-9}}", "\"e\\u0301\\u0301\\u0301\\u0301\\u0301\\u0301\"",
    ];

    private readonly Random random = new(seed);

    /// <summary>The next one; with what is no text as it is, in bytes.</summary>
    public byte[] Next()
    {
        var fields = Sound();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var field = random.Next(fields.Count);
            switch (random.Next(6))
            {
                case 0:
                    fields.RemoveAt(field);
                    break;
                case 1:
                    fields.Add(fields[field]);
                    break;
                default:
                    fields[field] = (fields[field].Key, Values[random.Next(Values.Length)]);
                    break;
            }
        }

        var bytes = Encoding.Latin1.GetBytes("{" + string.Join(',', fields.Select(one => $"\"{one.Key}\":{one.Value}")) + "}");
        return random.Next(8) switch
        {
            0 => bytes[..random.Next(bytes.Length)],
            1 => [.. bytes, .. "}{]"u8],
            2 => Flipped(bytes),
            _ => bytes,
        };
    }

    private byte[] Flipped(byte[] bytes)
    {
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return bytes;
    }

    private List<(string Key, string Value)> Sound()
    {
        var body = new
        {
            room,
            account,
            name,
            to = name,
            text = "x",
            emoji = "👍",
            target = 2,
            replyTo = 2,
            mentions = new[] { account },
            seq = 1,
            before = 3,
            after = 0,
            limit = 2,
            cursor = "0",
            on = true,
            role = "member",
            history = "join",
            @public = false,
            topic = "t",
            device = "d0000000000001",
            file = "f0123456789abcdefghjkmnpqr",
            size = 1,
            sha256 = new string('0', 64),
            type = "text/plain",
            scopes = new[] { "read" },
            days = 1,
            uses = 1,
            accept = "everyone",
            classic = "allow",
            oldPassword = "not it",
            newPassword = "a good password",
            password = "a good password",
            disabled = false,
            version = 3,
            page = 1,
            have = new { revision = 0, rooms = new Dictionary<string, long> { [room] = 1 } },
            clientId = Unique.ClientId(),
        };

        // Bytes as characters, so that bodies can be put together with what is no text.
        return [.. JsonSerializer.SerializeToNode(body)!.AsObject().Select(one => (one.Key, Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(one.Value!.ToJsonString()))))];
    }
}
