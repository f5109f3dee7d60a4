namespace Chatroom.Server.Connections.Classic;

/// <summary>Code points in bytes that should be UTF-8 and may be anything.</summary>
internal static class Utf8Points
{
    /// <summary>
    /// Bytes of the first <paramref name="wanted"/> code points. A byte that belongs to no sequence counts as one; a sequence cut off at the end of the bytes
    /// is not counted, for the rest may come. So a code point is never longer than 4 bytes.
    /// </summary>
    /// <param name="counted">Code points found: fewer than wanted when the bytes end first.</param>
    public static int Measure(ReadOnlySpan<byte> bytes, long wanted, out long counted)
    {
        counted = 0;
        var at = 0;
        while (counted < wanted && at < bytes.Length)
        {
            var length = Length(bytes[at]);
            var taken = 1;
            while (taken < length && at + taken < bytes.Length && (bytes[at + taken] & 0xC0) == 0x80)
            {
                taken++;
            }

            if (taken < length && at + taken == bytes.Length)
            {
                break;
            }

            at += taken;
            counted++;
        }

        return at;
    }

    /// <summary>The longest beginning of at most <paramref name="most"/> bytes that does not cut a code point of valid UTF-8.</summary>
    public static int Cut(ReadOnlySpan<byte> bytes, int most)
    {
        if (bytes.Length <= most)
        {
            return bytes.Length;
        }

        var at = Math.Max(0, most);
        while (at > 0 && (bytes[at] & 0xC0) == 0x80)
        {
            at--;
        }

        return at;
    }

    /// <summary>Code points of valid UTF-8.</summary>
    public static int Count(ReadOnlySpan<byte> bytes)
    {
        var count = 0;
        foreach (var one in bytes)
        {
            count += (one & 0xC0) == 0x80 ? 0 : 1;
        }

        return count;
    }

    private static int Length(byte lead) => lead switch
    {
        >= 0xF0 and < 0xF8 => 4,
        >= 0xE0 => lead < 0xF0 ? 3 : 1,
        >= 0xC0 => 2,
        _ => 1,
    };
}
