using System.Net;
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

    /// <summary>Throws <see cref="ChatException"/> when asking again is useless, and <see cref="HttpRequestException"/> when it is not.</summary>
    public static async Task ThrowAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = response.StatusCode;
        var body = await ReadAsync(response, cancellationToken).ConfigureAwait(false);
        var text = body.Text ?? $"The server answered {(int)status}.";
        var wait = body.RetryAfterMs is { } ms ? TimeSpan.FromMilliseconds(ms) : response.Headers.RetryAfter?.Delta;
        if (status == HttpStatusCode.TooManyRequests)
        {
            throw new ChatException(Code.TooManyRequests, text, wait ?? TimeSpan.FromSeconds(1));
        }

        if ((int)status >= 500 && body.Code is null or (int)Code.ServerStopping or (int)Code.InternalError)
        {
            throw new HttpRequestException(text, null, status);
        }

        if (status is HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict or HttpStatusCode.Locked)
        {
            throw new HttpRequestException(text, null, status);
        }

        throw new ChatException(body.Code is { } code ? (Code)code : Guess((int)status), text, wait);
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

    private static async Task<HttpErrorBody> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/json" || response.Content.Headers.ContentLength is not (> 0 and <= LargestErrorBody))
        {
            return new HttpErrorBody();
        }

        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(bytes, HttpJson.Default.HttpErrorBody) ?? new HttpErrorBody();
        }
        catch (JsonException)
        {
            // A proxy between may answer in its own words; the status says enough.
            return new HttpErrorBody();
        }
    }
}
