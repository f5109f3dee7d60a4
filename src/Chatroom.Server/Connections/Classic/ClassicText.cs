using System.Globalization;
using System.Text;
using Chatroom.Protocol;
using Chatroom.Server.Rooms;
using FileInfo = Chatroom.Protocol.Messages.FileInfo;

namespace Chatroom.Server.Connections.Classic;

/// <summary>Texts between the two worlds: lines of Chatroom 2.0 end with a line feed, have no carriage returns, and are cut to what one message holds.</summary>
internal static class ClassicText
{
    /// <summary>Speaks for the server; no account can have this name.</summary>
    public const string Service = "<Chatroom>";

    private const string Cut = "…";

    private static readonly Dictionary<string, string> WordOf = Texts.EmojiWords.ToDictionary(w => w.Value, w => w.Key);

    /// <summary>What a classic client sent, as everyone may have it: without the line feed its window adds, and without what no text may hold.</summary>
    public static string Incoming(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').EnumerateRunes())
        {
            if (!Rune.IsControl(rune) || rune.Value is '\t' or '\n')
            {
                clean.Append(rune);
            }
        }

        var whole = clean.ToString();
        return whole.Length > 1 && whole[^1] == '\n' ? whole[..^1] : whole;
    }

    /// <summary>The text in pieces that the server takes as messages, cut at code points.</summary>
    public static IEnumerable<string> Messages(string text)
    {
        var bytes = ClassicMessage.Utf8(text);
        for (var at = 0; at < bytes.Length;)
        {
            var length = Utf8Points.Cut(bytes.AsSpan(at), WireLimits.TextBytes);
            yield return Encoding.UTF8.GetString(bytes, at, length);
            at += length;
        }
    }

    /// <summary>A text as its line feed is expected at the end.</summary>
    public static string Outgoing(string text) => text == "\n" ? text : Plain(text) + "\n";

    /// <summary>301 and 601, in as many messages as the text needs.</summary>
    public static IEnumerable<ClassicMessage> Lines(string sender, string text)
    {
        const int Digits = 4;
        var room = ClassicMessage.Size - 3 - Encoding.UTF8.GetByteCount(sender) - 2 - Digits - 2;
        return Parts(text, room).Select(part => ClassicMessage.Line(Code.SendMessageAll, sender, part));
    }

    /// <summary>303, in as many messages as the text needs.</summary>
    public static IEnumerable<ClassicMessage> Private(string sender, string text)
    {
        var room = ClassicMessage.Size - 5 - Encoding.UTF8.GetByteCount(sender) - 2;
        return Parts(text, room).Select(part => ClassicMessage.Of(Code.SendMessagePrivate, $"{sender}\r\n{Encoding.UTF8.GetString(part)}"));
    }

    /// <summary>An emoji: by its word where the client knows it.</summary>
    public static ClassicMessage Emoji(string sender, string emoji) => WordOf.TryGetValue(emoji, out var word)
        ? ClassicMessage.Line(Code.SendEmojiSuccess, sender, ClassicMessage.Utf8(word))
        : ClassicMessage.Line(Code.SendMessageAll, sender, ClassicMessage.Utf8(Outgoing(emoji)));

    /// <summary>At most so many bytes, ending in "…" when something is missing, and in the line feed.</summary>
    public static string Shorten(string line, int bytes)
    {
        var utf8 = ClassicMessage.Utf8(line);
        if (utf8.Length <= bytes)
        {
            return line;
        }

        var room = bytes - Encoding.UTF8.GetByteCount(Cut) - 1;
        return Encoding.UTF8.GetString(utf8.AsSpan(0, Utf8Points.Cut(utf8, room))) + Cut + "\n";
    }

    /// <summary>Server's local time: 2.0 knows no zones.</summary>
    public static string Time(long time) => DateTimeOffset.FromUnixTimeMilliseconds(time).ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Size(FileInfo file) => string.Create(CultureInfo.InvariantCulture, $"{file.Size} bytes");

    /// <summary>A text as a field of a history: tabs and carriage returns would end it there, and the window stops at a NUL.</summary>
    public static string Field(string text) => Outgoing(text).Replace('\t', ' ');

    /// <summary>A name of a file without folders or characters that a name may not have, at most 255 bytes.</summary>
    public static string FileName(string name)
    {
        var clean = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            var bad = Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format || rune.Value is '/' or '\\' or ':';
            clean.Append(rune.Value is '/' or '\\' ? "/" : bad ? "_" : rune.ToString());
        }

        var last = clean.ToString().Split('/')[^1].Trim();
        var utf8 = ClassicMessage.Utf8(last);
        last = Encoding.UTF8.GetString(utf8.AsSpan(0, Utf8Points.Cut(utf8, 255)));
        return last is "" or "." or ".." ? "file" : last;
    }

    private static string Plain(string text) => text.Replace("\0", "", StringComparison.Ordinal).Replace('\r', ' ');

    private static IEnumerable<byte[]> Parts(string text, int room)
    {
        var bytes = ClassicMessage.Utf8(text);
        for (var at = 0; at < bytes.Length;)
        {
            var length = Utf8Points.Cut(bytes.AsSpan(at), room);
            yield return bytes[at..(at + length)];
            at += length;
        }
    }
}
