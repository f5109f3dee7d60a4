using System.Buffers.Binary;
using System.Text;

namespace Chatroom.Fuzz.Engine;

/// <summary>Makes new inputs of those at hand: a few small changes, numbers at the edges, words of the format, pieces of others.</summary>
internal sealed class Mutator(Random random, Target target)
{
    private static readonly long[] Edges = [0, 1, -1, 5, 6, 127, 128, 255, 256, 4096, 32767, 32768, 65535, 65536, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue];
    private static readonly string[] Numbers = ["0", "-1", "1", "65536", "4294967295", "9223372036854775807", "-9223372036854775808", "1e400", "0.5", "99999999999999999999"];
    private static readonly string[] Odd = ["\0", "\u202e", "\ufeff", "\ud83d\ude00", "e\u0301", "\uff0f", "..", "/", "\\", "\r\n", "\t", "\"", "null", "{}", "[]", "%", "\\ud800", "\u0130"];

    private readonly byte[][] words = [.. target.Words.Concat(Numbers).Concat(Odd).Select(Encoding.UTF8.GetBytes)];

    public byte[] Mutate(IReadOnlyList<byte[]> pool)
    {
        var bytes = new List<byte>(pool[random.Next(pool.Count)]);
        for (var changes = 1 + random.Next(random.Next(2) == 0 ? 2 : 8); changes > 0; changes--)
        {
            Change(bytes, pool);
        }

        return [.. bytes.Take(target.Longest)];
    }

    private void Change(List<byte> bytes, IReadOnlyList<byte[]> pool)
    {
        var at = random.Next(bytes.Count + 1);
        var length = Math.Min(1 << random.Next(8), bytes.Count - at);
        switch (random.Next(11))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2 when at < bytes.Count:
                bytes[at] += (byte)(random.Next(9) - 4);
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 5:
                bytes.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), 1 << random.Next(6)));
                break;
            case 6:
                Overwrite(bytes, at, Edge());
                break;
            case 7 or 8:
                bytes.InsertRange(at, words[random.Next(words.Length)]);
                break;
            case 9:
                Overwrite(bytes, at, words[random.Next(words.Length)]);
                break;
            default:
                Splice(bytes, at, pool[random.Next(pool.Count)]);
                break;
        }
    }

    private byte[] Edge()
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Edges[random.Next(Edges.Length)]);
        return bytes[^(1 << random.Next(4))..];
    }

    private static void Overwrite(List<byte> bytes, int at, byte[] with)
    {
        bytes.RemoveRange(at, Math.Min(with.Length, bytes.Count - at));
        bytes.InsertRange(at, with);
    }

    private void Splice(List<byte> bytes, int at, byte[] other)
    {
        if (other.Length > 0)
        {
            var from = random.Next(other.Length);
            bytes.InsertRange(at, other[from..Math.Min(other.Length, from + 1 + random.Next(64))]);
        }
    }
}
