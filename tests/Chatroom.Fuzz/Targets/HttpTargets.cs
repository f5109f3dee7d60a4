using System.Globalization;
using System.Text;
using Chatroom.Fuzz.Engine;
using Chatroom.Server.Files.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Chatroom.Fuzz.Targets;

internal sealed class UploadMetadataTarget : Target
{
    public override string Name => "upload-metadata";

    public override string Promise => "Upload-Length and Upload-Metadata are a request with a length of 0 or more, or a refusal; what was encoded comes out as it was.";

    public override IEnumerable<byte[]> Seeds =>
    [
        .. new[]
        {
            "12\nroom bG9iYnk=,filename YS50eHQ=,filetype dGV4dC9wbGFpbg==,sha256 YQ==,clientid MDA=", "0\nfilename", "5\nroom bG9iYnk=,room bG9iYnk=", "-1\n", "\nroom", "1\nroom /w==", "1\n,,, a  b ,",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public override IReadOnlyList<string> Words { get; } = ["room ", "to ", "filename ", "filetype ", "sha256 ", "clientid ", "YQ==", "/w==", "4pi6", ",", " ", "==", "IA=="];

    public override void Run(byte[] input)
    {
        var reader = new Input(input);
        var headers = new HeaderDictionary { ["Upload-Length"] = reader.Line(), ["Upload-Metadata"] = reader.Line() };
        var read = UploadMetadata.TryRead(headers, out var request, out var refusal);
        Promised.That(read == (request is not null) && read == (refusal is null), "Neither a request nor a refusal.");
        if (!read)
        {
            return;
        }

        Promised.That(request!.Size >= 0, "The length is below 0.");
        var again = new HeaderDictionary
        {
            ["Upload-Length"] = string.Create(CultureInfo.InvariantCulture, $"{request.Size}"),
            ["Upload-Metadata"] = string.Join(',', Pairs(("room", request.Room), ("to", request.To), ("filename", request.Name), ("filetype", request.Type), ("sha256", request.Sha256), ("clientid", request.ClientId))),
        };
        Promised.That(UploadMetadata.TryRead(again, out var same, out _) && same == request, "Encoded again it is another request.");
    }

    private static IEnumerable<string> Pairs(params (string Key, string? Value)[] pairs) =>
        pairs.Where(pair => pair.Value is not null).Select(pair => $"{pair.Key} {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair.Value!))}");
}

internal sealed class RangeTarget : Target
{
    private const string Tag = "\"abc\"";

    public override string Name => "range";

    public override string Promise => "Range and If-Range give a part within the file, the whole, or that it cannot be satisfied.";

    public override IEnumerable<byte[]> Seeds => new[]
    {
        ("\0\0\0\0\0\0\0d", "bytes=0-9\n"), ("\0\0\0\0\0\0\0d", "bytes=-5\n"), ("\0\0\0\0\0\0\0\0", "bytes=-0\n"), ("\0\0\0\0\0\0\0d", $"bytes=90-\n{Tag}"), ("\0\0\0\0\0\0\0d", "bytes=5-2\n"),
        ("\0\0\0\0\0\0\0d", "bytes=0-1,5-6\n"), ("\0\0\0\0\0\0\0d", "lines=1-2\n"), ("\0\0\0\0\0\0\0d", $"bytes=0-9223372036854775807\nW/{Tag}"), ("\0\0\0\0\0\0\0d", "bytes=0-\nTue, 15 Nov 1994 12:45:26 GMT"),
    }.Select(pair => Encoding.UTF8.GetBytes(pair.Item1 + pair.Item2));

    public override IReadOnlyList<string> Words { get; } = ["bytes=", "-", ",", "\n" + Tag, "W/", "*", "9223372036854775806", "9223372036854775808"];

    public override void Run(byte[] input)
    {
        var reader = new Input(input);
        var size = reader.Int64() & long.MaxValue;
        var context = new DefaultHttpContext();
        context.Request.Headers.Range = reader.Line();
        if (!reader.Ended)
        {
            context.Request.Headers.IfRange = reader.Line();
        }

        var range = ByteRange.Of(context.Request, size, new EntityTagHeaderValue(Tag));
        Promised.That(
            range.Kind switch
            {
                RangeKind.Whole => (range.From, range.End) == (0, size),
                RangeKind.Part => 0 <= range.From && range.From < range.End && range.End <= size,
                _ => true,
            },
            $"{range} of {size} bytes.");
    }
}

internal sealed class FileNameTarget : Target
{
    public override string Name => "file-names";

    public override string Promise => "Content-Disposition of any name is one line of ASCII, cannot be left by the name, and gives the name back.";

    public override IEnumerable<byte[]> Seeds => new[] { "tnotes.txt", "t论文 \"x\".html", "t../../etc/passwd", "ta%41;b=\"c", "w\0\u00d8", "t😀\r\nX: y" }.Select(Encoding.UTF8.GetBytes);

    public override IReadOnlyList<string> Words { get; } = ["\"", "\\", ";", "filename*=UTF-8''", "%22", "=", "'", "\r\n"];

    public override void Run(byte[] input)
    {
        var name = new Input(input).Utf16();
        var text = FileNaming.Disposition("attachment", name);
        Promised.That(text.All(c => c is >= ' ' and <= '~'), "The header has more than printable ASCII.");
        Promised.That(ContentDispositionHeaderValue.TryParse(text, out var read), "The header is none.");
        var whole = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name));
        Promised.That(read!.DispositionType == "attachment" && read.Parameters.Count == 2, "The name has become more than a name.");
        Promised.That(read.FileNameStar == whole, "The name is not given back.");
        if (Chatroom.Server.Rooms.Texts.IsFileName(name))
        {
            Promised.That(Path.GetFileName(name) == name && name is not ("." or "..") && !name.Contains('\\', StringComparison.Ordinal) && !name.Contains('\0', StringComparison.Ordinal), "A name that is taken leads elsewhere.");
        }
    }
}

internal sealed class HttpErrorTarget : Target
{
    public override string Name => "http-errors";

    public override string Promise => "Whatever a server, or a proxy in its place, answers in place of success is a ChatException or a ConnectionLostException with a wait that can be waited.";

    public override IEnumerable<byte[]> Seeds => new[]
    {
        "429\napplication/json\n3\n{\"code\":911,\"text\":\"slow\",\"retryAfterMs\":1000}", "503\ntext/html\n\n<html>", "404\napplication/json; charset=utf-8\n\n{\"code\":914,\"text\":\"no\"}", "460\n\n\n", "507\napplication/json\nsoon\n{", "500\napplication/json\n\nnull",
    }.Select(Encoding.UTF8.GetBytes);

    public override IReadOnlyList<string> Words { get; } = ["application/json", "\"retryAfterMs\":", "\"code\":", "\"text\":", "9223372036854775807", "-5", "413", "409", "2147483647"];

    public override void Run(byte[] input)
    {
        var reader = new Input(input);
        var status = int.TryParse(reader.Line(), CultureInfo.InvariantCulture, out var number) && number is >= 300 and <= 599 ? number : 400;
        var (type, wait) = (reader.Line(), reader.Line());
        try
        {
            Now.Of(Chatroom.Client.HttpErrors.ThrowAsync(new Reply(status, type, wait, reader.Rest()), CancellationToken.None));
            Promised.That(false, "A refusal became a success.");
        }
        catch (Chatroom.Client.ChatException e)
        {
            Waits.Check(e.RetryAfter);
        }
        catch (Chatroom.Client.ConnectionLostException)
        {
            return;
        }
    }

    private sealed class Reply(int status, string type, string wait, byte[] body) : Chatroom.Client.HttpReply
    {
        private int at;

        public override int Status => status;

        public override string? Header(string name) => name switch
        {
            "Content-Type" => type,
            "Retry-After" => wait,
            _ => null,
        };

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = Math.Min(Math.Min(7, buffer.Length), body.Length - at);
            body.AsMemory(at, count).CopyTo(buffer);
            at += count;
            return ValueTask.FromResult(count);
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

internal static class Waits
{
    /// <summary>A wait that a server names goes to a timer: those take 49 days at most, and none below 0.</summary>
    public static void Check(TimeSpan? wait) => Promised.That(wait is null || (wait >= TimeSpan.Zero && wait <= TimeSpan.FromDays(40)), $"Nobody can wait for {wait}.");
}
