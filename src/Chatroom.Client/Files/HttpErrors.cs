using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Chatroom.Protocol;

namespace Chatroom.Client;

/// <summary>The body of a refused HTTP request.</summary>
internal sealed record HttpErrorBody
{
    public int? Code { get; init; }

    public string? Text { get; init; }

    public long? RetryAfterMs { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(HttpErrorBody))]
internal sealed partial class HttpJson : JsonSerializerContext;

/// <summary>Tells what a status means: try again, or give up with the server's reason.</summary>
internal static class HttpErrors
{
    // Of tus's checksum extension: the content is not what was announced.
    public const int ChecksumMismatch = 460;

    private const int LargestErrorBody = 4096;

    /// <summary>Throws <see cref="ChatException"/> when asking again is useless, and <see cref="ConnectionLostException"/> when it is not.</summary>
    public static async Task ThrowAsync(HttpReply reply, CancellationToken cancellationToken)
    {
        var status = reply.Status;
        var body = await ReadAsync(reply, cancellationToken).ConfigureAwait(false);
        var text = body.Text ?? $"The server answered {status}.";
        var wait = NamedWait.Of(body.RetryAfterMs) ?? RetryAfter(reply);
        if (status == 429)
        {
            throw new ChatException(Code.TooManyRequests, text, wait ?? TimeSpan.FromSeconds(1));
        }

        if (status >= 500 && body.Code is null or (int)Code.ServerStopping or (int)Code.InternalError)
        {
            throw new ConnectionLostException(text);
        }

        if (status is 408 or 409 or 423)
        {
            throw new ConnectionLostException(text);
        }

        throw new ChatException(body.Code is { } code ? (Code)code : Guess(status), text, wait);
    }

    private static Code Guess(int status) => status switch
    {
        401 => Code.NotSignedIn,
        403 => Code.Forbidden,
        404 or 410 => Code.NotFound,
        413 => Code.FileTooLarge,
        ChecksumMismatch => Code.HashMismatch,
        507 => Code.StorageFull,
        _ => Code.WrongMessage,
    };

    private static async Task<HttpErrorBody> ReadAsync(HttpReply reply, CancellationToken cancellationToken)
    {
        if (!IsJson(reply.Header("Content-Type")))
        {
            return new HttpErrorBody();
        }

        // One more than an error has: what fills it is none.
        var bytes = new byte[LargestErrorBody + 1];
        var length = 0;
        while (length < bytes.Length && await reply.ReadAsync(bytes.AsMemory(length), cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            length += read;
        }

        if (length is 0 or > LargestErrorBody)
        {
            return new HttpErrorBody();
        }

        try
        {
            return JsonSerializer.Deserialize(bytes.AsSpan(0, length), HttpJson.Default.HttpErrorBody) ?? new HttpErrorBody();
        }
        catch (JsonException)
        {
            // A proxy between may answer in its own words; the status says enough.
            return new HttpErrorBody();
        }
    }

    private static bool IsJson(string? type) =>
        type is not null && type.Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase);

    // Seconds; dates, which it may be as well, no server of this protocol sends.
    private static TimeSpan? RetryAfter(HttpReply reply) =>
        int.TryParse(reply.Header("Retry-After"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? NamedWait.Of(1000L * seconds) : null;
}
