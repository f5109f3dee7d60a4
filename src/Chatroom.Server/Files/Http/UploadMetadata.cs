using System.Globalization;
using System.Text;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Commands;
using Microsoft.AspNetCore.Http;

namespace Chatroom.Server.Files.Http;

/// <summary>
/// The headers that open an upload: <c>Upload-Length</c>, and <c>Upload-Metadata</c> with <c>room</c> or <c>to</c>, <c>filename</c>, <c>filetype</c>,
/// <c>sha256</c> and <c>clientid</c>, each in base64 (tus, extension creation). Unknown keys are ignored.
/// </summary>
internal static class UploadMetadata
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static bool TryRead(IHeaderDictionary headers, out SendFileRequest request, out Reply refusal)
    {
        (request, refusal) = (null!, null!);
        if (!long.TryParse(headers["Upload-Length"], NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            refusal = Reply.Wrong("Say in Upload-Length how many bytes the file has; it cannot be said later.", "size");
            return false;
        }

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in headers["Upload-Metadata"].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var space = pair.IndexOf(' ', StringComparison.Ordinal);
            var key = space < 0 ? pair : pair[..space];
            if (!TryDecode(space < 0 ? "" : pair[(space + 1)..], out var value) || !values.TryAdd(key, value))
            {
                refusal = Reply.Wrong("Upload-Metadata is not what tus expects: each key once, its value in base64 of UTF-8.");
                return false;
            }
        }

        request = new SendFileRequest
        {
            Room = values.GetValueOrDefault("room"),
            To = values.GetValueOrDefault("to"),
            Name = values.GetValueOrDefault("filename"),
            Type = values.GetValueOrDefault("filetype"),
            Sha256 = values.GetValueOrDefault("sha256"),
            ClientId = values.GetValueOrDefault("clientid"),
            Size = length,
        };
        return true;
    }

    private static bool TryDecode(string base64, out string value)
    {
        value = "";
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var count))
        {
            return false;
        }

        try
        {
            value = Utf8.GetString(bytes, 0, count);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
