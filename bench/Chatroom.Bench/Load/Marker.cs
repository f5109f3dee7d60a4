using System.Buffers.Text;
using System.Text;

namespace Chatroom.Bench.Load;

/// <summary>
/// What a message is recognized by, wherever it is wrapped: <c>#m</c>, lane (4 hex digits), number (8 hex digits), <c>;</c>. JSON, XML and IRC leave it as it is.
/// </summary>
internal static class Marker
{
    public const int Length = 15;

    private static readonly string Filler = string.Concat(Enumerable.Repeat("the quick brown fox ", 8));

    /// <summary>A text of <paramref name="length"/> characters that begins with the marker.</summary>
    public static string Text(int lane, int number, int length = 150) => string.Create(length, (lane, number), static (span, of) =>
    {
        span[0] = '#';
        span[1] = 'm';
        of.lane.TryFormat(span[2..], out _, "x4");
        of.number.TryFormat(span[6..], out _, "x8");
        span[14] = ';';
        Filler.AsSpan(0, span.Length - Length).CopyTo(span[Length..]);
    });

    /// <summary>Finds the next whole marker.</summary>
    /// <param name="at">Where it begins; when none is whole, where the bytes to be kept for the next read begin.</param>
    public static bool TryFind(ReadOnlySpan<byte> bytes, out int at, out int lane, out int number)
    {
        (lane, number, at) = (0, 0, 0);
        while (true)
        {
            var found = bytes[at..].IndexOf("#m"u8);
            if (found < 0)
            {
                at = bytes.Length > 0 && bytes[^1] == (byte)'#' ? bytes.Length - 1 : bytes.Length;
                return false;
            }

            at += found;
            if (bytes.Length - at < Length)
            {
                return false;
            }

            if (bytes[at + Length - 1] == (byte)';' && Utf8Parser.TryParse(bytes.Slice(at + 2, 4), out lane, out var laneDigits, 'x') && laneDigits == 4
                && Utf8Parser.TryParse(bytes.Slice(at + 6, 8), out number, out var digits, 'x') && digits == 8)
            {
                return true;
            }

            at += 2;
        }
    }

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
