using System.Buffers.Binary;
using System.Text;

namespace Chatroom.Fuzz.Engine;

/// <summary>Takes an input apart; beyond its end there are zeros and empty texts.</summary>
internal sealed class Input(byte[] bytes)
{
    private int at;

    public bool Ended => at >= bytes.Length;

    public byte Byte() => Ended ? (byte)0 : bytes[at++];

    public ushort UInt16()
    {
        var high = Byte();
        return (ushort)((high << 8) | Byte());
    }

    public long Int64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    /// <summary>So many bytes, filled up with zeros.</summary>
    public byte[] Take(int count)
    {
        var taken = new byte[count];
        var there = bytes.AsSpan(at, Math.Min(count, bytes.Length - at));
        there.CopyTo(taken);
        at += there.Length;
        return taken;
    }

    public byte[] Rest()
    {
        var rest = bytes[at..];
        at = bytes.Length;
        return rest;
    }

    /// <summary>Everything up to the next line feed, which is left out.</summary>
    public byte[] LineBytes()
    {
        var end = Array.IndexOf(bytes, (byte)'\n', at);
        var line = bytes[at..(end < 0 ? bytes.Length : end)];
        at = end < 0 ? bytes.Length : end + 1;
        return line;
    }

    public string Line() => Encoding.UTF8.GetString(LineBytes());

    /// <summary>The rest as UTF-16, so that lone surrogates occur: an even number of bytes, or the UTF-8 of a text.</summary>
    public string Utf16()
    {
        var wide = Byte() == 'w';
        return wide ? Encoding.Unicode.GetString(Rest()).Replace('\uFFFD', '\uD800') : Encoding.UTF8.GetString(Rest());
    }
}
