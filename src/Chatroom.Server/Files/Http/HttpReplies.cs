using System.Globalization;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Commands;
using Chatroom.Server.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace Chatroom.Server.Files.Http;

/// <summary>Refusals over HTTP: the status that tools understand, and the code and text of the protocol as JSON.</summary>
internal static class HttpReplies
{
    /// <summary>460, as the tus protocol's checksum extension has it.</summary>
    public const int ChecksumMismatch = 460;

    public static Reply OurFault() => Reply.Refuse(Code.InternalError, "The server failed to do this. Its operator finds the cause in the log.");

    /// <summary>Answers with a refusal; when an answer has begun already, cuts the connection, so that half an answer never looks whole.</summary>
    /// <param name="status">Where the protocol of uploads asks for another than the code's.</param>
    public static Task RefuseAsync(HttpContext context, Reply refusal, int? status = null)
    {
        context.RequestServices.GetRequiredService<ServerMetrics>().Refused(refusal.Code);
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        var error = WireJson.Read<ErrorBody>(refusal.Body);
        var body = new HttpError { Code = (int)refusal.Code, Text = error.Text, RetryAfterMs = error.RetryAfterMs, Field = error.Field, Reason = error.Reason };
        var headers = context.Response.Headers;
        context.Response.StatusCode = status ?? StatusOf(refusal.Code);
        headers.CacheControl = "no-store";
        headers.ContentDisposition = default;
        if (context.Response.StatusCode == StatusCodes.Status401Unauthorized)
        {
            headers.WWWAuthenticate = "Bearer";
        }

        if (error.RetryAfterMs is { } wait)
        {
            headers.RetryAfter = ((wait + 999) / 1000).ToString(CultureInfo.InvariantCulture);
        }

        return JsonAsync(context, WireJson.Write(body));
    }

    public static async Task JsonAsync(HttpContext context, byte[] body)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    private static int StatusOf(Code code) => code switch
    {
        Code.NotSignedIn or Code.TokenInvalid => StatusCodes.Status401Unauthorized,
        Code.NotFound or Code.NoSuchUser => StatusCodes.Status404NotFound,
        Code.Forbidden or Code.NotAccepting or Code.ScopeMissing or Code.LimitReached => StatusCodes.Status403Forbidden,
        Code.IdempotencyConflict => StatusCodes.Status409Conflict,
        Code.DownFileError => StatusCodes.Status410Gone,
        Code.FileTooLarge => StatusCodes.Status413PayloadTooLarge,
        Code.TooManyRequests => StatusCodes.Status429TooManyRequests,
        Code.HashMismatch => ChecksumMismatch,
        Code.InternalError => StatusCodes.Status500InternalServerError,
        Code.StoreUnavailable => StatusCodes.Status503ServiceUnavailable,
        Code.StorageFull => StatusCodes.Status507InsufficientStorage,
        _ => StatusCodes.Status400BadRequest,
    };
}
