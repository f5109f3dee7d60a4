using System.Globalization;
using System.Text;
using Chatroom.Protocol;

namespace Chatroom.Server.Connections.Classic;

/// <summary>
/// One message to a client of Chatroom 2.0, which takes whatever one read of 1024 bytes gives for exactly one. So none is longer; and most can be filled up to
/// just that length at a place the client does not look at, so that however many wait unread, each read gives one.
/// </summary>
/// <param name="Head">Before the place to fill.</param>
/// <param name="Filler">Zeros before a length, blanks after a code, <c>./</c> before a name of a file; none.</param>
/// <param name="Box">The client shows a box for it, and reads nothing until the person has closed that.</param>
internal sealed record ClassicMessage(byte[] Head, ClassicMessage.Fill Filler, byte[] Tail, bool Box = false)
{
    /// <summary>The last answer of start-up: when it has been written, the client's listener runs.</summary>
    public bool EndsStartup { get; init; }

    /// <summary>Bytes of one read of the client, and of the longest message.</summary>
    public const int Size = 1024;

    internal enum Fill
    {
        None,
        Zeros,
        Blanks,
        Folders,
    }

    public int Length => Head.Length + Tail.Length;

    /// <summary>The bytes as the original would send them.</summary>
    public byte[] Exact() => [.. Head, .. Tail];

    /// <summary>Filled up to <see cref="Size"/>; null where that cannot be.</summary>
    public byte[]? Padded()
    {
        var missing = Size - Length;
        if (missing == 0)
        {
            return Exact();
        }

        if (missing < 0 || Filler == Fill.None || (Filler == Fill.Folders && missing == 1))
        {
            return null;
        }

        var bytes = new byte[Size];
        Head.CopyTo(bytes, 0);
        Tail.CopyTo(bytes, Head.Length + missing);
        var fill = bytes.AsSpan(Head.Length, missing);
        switch (Filler)
        {
            case Fill.Zeros:
                fill.Fill((byte)'0');
                break;
            case Fill.Blanks:
                fill.Fill((byte)' ');
                break;
            default:
                for (var i = 0; i < missing; i++)
                {
                    fill[i] = i % 2 == 0 && (i < missing - 1 || missing % 2 == 0) ? (byte)'.' : (byte)'/';
                }

                break;
        }

        return bytes;
    }

    /// <summary>A bare code: <c>101␊␊</c>.</summary>
    public static ClassicMessage Of(Code code) => new(Utf8(Number(code)), Fill.Blanks, Utf8("\n\n"), IsBox(code));

    /// <summary>A code with a body: <c>105␊␊name</c>, or <c>303␊␊sender␍␊text</c>.</summary>
    public static ClassicMessage Of(Code code, string body) => new(Utf8(Number(code)), Fill.Blanks, Utf8("\n\n" + body), IsBox(code));

    /// <summary>301 and 601: <c>301sender␍␊length␊␊text</c>.</summary>
    public static ClassicMessage Line(Code code, string sender, ReadOnlySpan<byte> text) =>
        new(Utf8($"{Number(code)}{sender}\r\n"), Fill.Zeros, [.. Utf8(Text(Utf8Points.Count(text)) + "\n\n"), .. text]);

    /// <summary>701: <c>701sender␍␊name␍␊size␊␊</c>, without the content, which the client does not look at.</summary>
    public static ClassicMessage File(string sender, string name, long size) =>
        new(Utf8($"{Number(Code.SendFileSuccess)}{sender}\r\n{name}\r\n"), Fill.Zeros, Utf8(Text(size) + "\n\n"));

    /// <summary>501: <c>501␍␊length␊␊entries</c>.</summary>
    public static ClassicMessage History(string entries) =>
        new(Utf8($"{Number(Code.History)}\r\n"), Fill.Zeros, Utf8(Text(Utf8Points.Count(Utf8(entries))) + "\n\n" + entries)) { EndsStartup = true };

    /// <summary>290: <c>290name␊␊content</c>.</summary>
    public static ClassicMessage Download(string name, ReadOnlySpan<byte> content) =>
        new(Utf8(Number(Code.DownFileSuccess)), Fill.Folders, [.. Utf8(name + "\n\n"), .. content], Box: true);

    /// <summary>401, 295, 801, 292, 293, 297: read one by one, never filled.</summary>
    public static ClassicMessage Answer(Code code, string rest) => new(Utf8(Number(code) + rest), Fill.None, []);

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static string Number(Code code) => Text((ushort)code);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool IsBox(Code code) => code is Code.DownFileError or Code.SendMessagePrivateStored or Code.SendEmojiError or Code.SendFileError
        or Code.AddFriendSuccess or Code.AddFriendAlready or Code.NoSuchUser or Code.AddFriendError or Code.AddFriendRemind or Code.HistoryError;
}
