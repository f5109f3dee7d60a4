using System.Globalization;
using System.Text;
using Chatroom.Protocol;
using static Chatroom.Server.Connections.Classic.ClassicRequest;

namespace Chatroom.Server.Connections.Classic;

/// <summary>What the bytes at hand amount to.</summary>
internal enum ClassicStatus
{
    /// <summary>A request was read.</summary>
    Request,

    /// <summary>More bytes are needed.</summary>
    Incomplete,

    /// <summary>This may be all or not: the body has no length. When nothing comes for a short while, ask again with <c>settled</c>.</summary>
    Settling,
}

/// <summary>
/// From the bytes of Chatroom 2.0 to requests. That protocol has no framing: a header ends at the first empty line, then each code knows in its own way how
/// long its body is. Nothing the other side sends makes it fail or hold more than <see cref="MaxBuffered"/> bytes: what cannot be understood is a
/// <see cref="Wrong"/> and is dropped, what is too long is skipped by its announced length, so that its inside is never taken for requests.
/// </summary>
internal sealed class ClassicDecoder
{
    /// <summary>Most bytes of a header.</summary>
    public const int MaxHeader = 4 * 1024;

    /// <summary>Most code points of a text; longer ones are refused and skipped.</summary>
    public const int MaxText = 64 * 1024;

    /// <summary>Largest file, bytes: what the original allowed.</summary>
    public const long MaxFile = 50L * 1024 * 1024;

    /// <summary>Most bytes held: a header and the longest text.</summary>
    public const int MaxBuffered = MaxHeader + (4 * MaxText) + ReadSize;

    /// <summary>Bytes to read at once.</summary>
    public const int ReadSize = 16 * 1024;

    // Above this a length is not a length: it is refused without skipping.
    private const long Absurd = 1L << 34;
    private const int MaxOpenBody = 4 * 1024;
    private const int MaxWord = 64;

    // Longest name of a file, UTF-16 code units (ClassicText.FileName): no longer one is known.
    private const int MaxFileName = 255;

    private byte[] buffer = new byte[1024];
    private int start;
    private int end;
    private long fileLeft;
    private bool inFile;
    private long skipBytes;
    private long skipRunes;

    // Of the text that is coming: bytes counted, and the code points in them.
    private int measured;
    private long points;

    /// <summary>Name of the signed-in user as typed; the body of 0 and 5 ends with it.</summary>
    public string User { get; set; } = "";

    /// <summary>Whether a file of this name is known: lets a request behind 99 in the same segment be told from the name.</summary>
    public Func<string, bool> KnowsFile { get; set; } = _ => false;

    /// <summary>Bytes held now.</summary>
    public int Buffered => end - start;

    /// <summary>The content of a file is being read.</summary>
    public bool InFile => inFile;

    /// <summary>Room for the next read, at least <see cref="ReadSize"/> bytes. Call <see cref="Read"/> until it wants more before asking again.</summary>
    public Memory<byte> Room()
    {
        if (start == end)
        {
            (start, end) = (0, 0);
            buffer = buffer.Length > 2 * ReadSize ? new byte[ReadSize] : buffer;
        }

        if (buffer.Length - end < ReadSize)
        {
            // Room for several reads, in place where it is there already: bytes that come one by one must not be copied for each of them.
            var roomy = Math.Min(MaxBuffered + ReadSize, Math.Max(2 * Buffered, Buffered + (2 * ReadSize)));
            var larger = buffer.Length >= roomy ? buffer : new byte[roomy];
            buffer.AsSpan(start, Buffered).CopyTo(larger);
            (buffer, end, start) = (larger, Buffered, 0);
        }

        return buffer.AsMemory(end, ReadSize);
    }

    /// <summary>So many bytes have been read into <see cref="Room"/>.</summary>
    public void Filled(int count) => end += count;

    /// <summary>The next request, if the bytes hold one.</summary>
    /// <param name="settled">Nothing more has come for a while: a body without a length ends here.</param>
    public ClassicStatus Read(bool settled, out ClassicRequest request)
    {
        request = null!;
        if (inFile)
        {
            return Piece(out request);
        }

        if (!Skip())
        {
            return ClassicStatus.Incomplete;
        }

        var bytes = buffer.AsSpan(start, Buffered);
        var at = bytes.IndexOf("\n\n"u8);
        if (at < 0 || at > MaxHeader)
        {
            return at < 0 && bytes.Length <= MaxHeader ? ClassicStatus.Incomplete : Refuse(Code.WrongMessage, out request);
        }

        var header = Encoding.UTF8.GetString(bytes[..at]);
        return Request(header, at + 2, settled, out request);
    }

    private ClassicStatus Request(string header, int body, bool settled, out ClassicRequest request)
    {
        if (header.StartsWith("99", StringComparison.Ordinal))
        {
            return header.Length == 2 ? Open(body, settled, Download, out request) : Refuse(Code.WrongMessage, out request);
        }

        var fields = header.Length == 0 ? [] : header[(header.StartsWith("98", StringComparison.Ordinal) ? 2 : 1)..].Split("\r\n");
        if (header.StartsWith("98", StringComparison.Ordinal))
        {
            return fields.Length == 2 ? Take(body, new PrivateInit(fields[0], fields[1]), out request) : Refuse(Code.WrongMessage, out request);
        }

        switch (header.Length == 0 ? '?' : header[0])
        {
            case '1' when fields.Length == 2:
                return Take(body, new Login(fields[0], fields[1]), out request);
            case '2' when fields.Length == 2 && !header.Contains('\t', StringComparison.Ordinal):
                return Take(body, new Register(fields[0], fields[1]), out request);
            case '3' when fields.Length == 2 && TryLength(fields[1], out var length):
                return Runes(body, length, MaxText, Code.WrongMessage, text => new Text(fields[0], text), out request);
            case '6' when fields.Length == 2 && TryLength(fields[1], out var length):
                return Runes(body, length, MaxWord, Code.SendEmojiError, word => new Emoji(fields[0], word), out request);
            case '6':
                return Refuse(Code.SendEmojiError, out request);
            case '7' when fields.Length == 3 && TryLength(fields[2], out var size):
                return FileHeader(body, fields, size, out request);
            case '7':
                return Refuse(Code.SendFileError, out request);
            case '4' when header.Length == 1:
                return Take(body, new Users(), out request);
            case '8' when header.Length == 1:
                return Take(body, new ClassicRequest.Files(), out request);
            case '5' when header.Length == 1:
                return Named(body, settled, new History(), out request);
            case '0' when header.Length == 1:
                return Named(body, settled, new Friends(), out request);
            case '9' when header.Length == 1:
                return Open(body, settled, AddFriend, out request);
            default:
                return Refuse(Code.WrongMessage, out request);
        }
    }

    private static bool TryLength(string field, out long length) =>
        long.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out length) && length <= Absurd;

    private ClassicStatus Take(int length, ClassicRequest taken, out ClassicRequest request)
    {
        start = Math.Min(end, start + length);
        request = taken;
        return ClassicStatus.Request;
    }

    private ClassicStatus Refuse(Code answer, out ClassicRequest request) => Take(Buffered, new Wrong(answer), out request);

    // A length in code points: those of a valid text are its bytes that are not 10xxxxxx; anything else counts as the replacement it becomes.
    private ClassicStatus Runes(int body, long length, int most, Code wrong, Func<string, ClassicRequest> make, out ClassicRequest request)
    {
        request = null!;
        if (length > most)
        {
            skipRunes = length;
            return Take(body, new Wrong(wrong, TooLong: true), out request);
        }

        if (Buffered - body < length)
        {
            return ClassicStatus.Incomplete;
        }

        // Goes on where it was when there were fewer bytes: a text that comes byte by byte must not be counted anew for each of them.
        var bytes = buffer.AsSpan(start + body, Buffered - body);
        measured += Utf8Points.Measure(bytes[measured..], length - points, out var more);
        points += more;
        if (points < length)
        {
            return ClassicStatus.Incomplete;
        }

        var text = Encoding.UTF8.GetString(bytes[..measured]);
        var taken = body + measured;
        (measured, points) = (0, 0);
        return Take(taken, make(text), out request);
    }

    private ClassicStatus FileHeader(int body, string[] fields, long size, out ClassicRequest request)
    {
        if (size > MaxFile)
        {
            skipBytes = size;
            return Take(body, new Wrong(Code.SendFileError, TooLong: true), out request);
        }

        (inFile, fileLeft) = (true, size);
        return Take(body, new ClassicRequest.File(fields[0], fields[1], size), out request);
    }

    private ClassicStatus Piece(out ClassicRequest request)
    {
        request = null!;
        var count = (int)Math.Min(fileLeft, Buffered);
        if (count == 0 && fileLeft > 0)
        {
            return ClassicStatus.Incomplete;
        }

        fileLeft -= count;
        inFile = fileLeft > 0;
        var bytes = buffer.AsMemory(start, count);
        return Take(count, new FilePiece(bytes, !inFile), out request);
    }

    // The body of 0 and 5 is the user's name, without a length.
    private ClassicStatus Named(int body, bool settled, ClassicRequest taken, out ClassicRequest request)
    {
        request = null!;
        var name = Encoding.UTF8.GetBytes(User);
        var bytes = buffer.AsSpan(start + body, Buffered - body);
        if (name.Length > 0 && bytes.StartsWith(name))
        {
            return Take(body + name.Length, taken, out request);
        }

        var mayBecome = bytes.Length < name.Length && name.AsSpan().StartsWith(bytes);
        return (mayBecome || bytes.IsEmpty) && !settled ? ClassicStatus.Settling : Take(Buffered, taken, out request);
    }

    // The body of 9 and 99 ends where the other side's write ended.
    private ClassicStatus Open(int body, bool settled, Func<string, (ClassicRequest Request, int Length)> make, out ClassicRequest request)
    {
        request = null!;
        var bytes = buffer.AsSpan(start + body, Math.Min(MaxOpenBody, Buffered - body));
        var separator = bytes.IndexOf("\r\n"u8);
        if (!settled && (separator < 0 || separator + 2 == bytes.Length) && bytes.Length < MaxOpenBody)
        {
            return ClassicStatus.Settling;
        }

        var (made, length) = make(Encoding.UTF8.GetString(bytes));
        return Take(length < 0 ? Buffered : body + length, made, out request);
    }

    private static (ClassicRequest, int) AddFriend(string body)
    {
        var fields = body.Split("\r\n");
        return (fields.Length == 2 ? new AddFriend(fields[0], fields[1]) : new AddFriend(null, null), -1);
    }

    private (ClassicRequest, int) Download(string body)
    {
        var fields = body.Split("\r\n", 2);
        if (fields.Length < 2)
        {
            return (new Download(null), -1);
        }

        // A known name with a request behind it: the longest such name, unless the whole is one.
        var name = fields[1];
        for (var length = KnowsFile(name) ? 0 : Math.Min(name.Length - 1, MaxFileName); length > 0; length--)
        {
            if (char.IsAsciiDigit(name[length]) && KnowsFile(name[..length]))
            {
                return (new Download(name[..length]), Encoding.UTF8.GetByteCount(fields[0]) + 2 + Encoding.UTF8.GetByteCount(name[..length]));
            }
        }

        return (new Download(name), -1);
    }

    private bool Skip()
    {
        var bytes = (int)Math.Min(skipBytes, Buffered);
        (start, skipBytes) = (start + bytes, skipBytes - bytes);
        if (skipRunes > 0)
        {
            var taken = Utf8Points.Measure(buffer.AsSpan(start, Buffered), skipRunes, out var counted);
            (start, skipRunes) = (start + taken, skipRunes - counted);
        }

        return skipBytes == 0 && skipRunes == 0;
    }
}
