using System.Globalization;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Commands;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;
using Microsoft.AspNetCore.Http;

namespace Chatroom.Server.Files.Http;

/// <summary>
/// Uploads by the tus resumable upload protocol, 1.0.0 (https://tus.io/protocols/resumable-upload), with the extensions creation, termination and
/// expiration. An upload exists for its uploader's account only; for everyone else there is nothing.
/// </summary>
internal sealed class TusEndpoints(ChatCore core)
{
    private const string Version = "1.0.0";
    private const string Resumable = "Tus-Resumable";
    private const string UploadOffset = "Upload-Offset";
    private const string UploadLength = "Upload-Length";
    private const string ContentType = "application/offset+octet-stream";

    public Task OptionsAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers[Resumable] = Version;
        headers["Tus-Version"] = Version;
        headers["Tus-Extension"] = "creation,termination,expiration";
        headers["Tus-Max-Size"] = Number(core.Options.MaxFileSize);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public async Task CreateAsync(HttpContext context)
    {
        if (await EnterAsync(context) is not { } caller)
        {
            return;
        }

        if (core.Throttles.Change(caller.Account) is { } wait)
        {
            await HttpReplies.RefuseAsync(context, Reply.Refuse(Code.TooManyRequests, "Too much at once. Slow down.", retryAfterMs: wait));
            return;
        }

        if (!UploadMetadata.TryRead(context.Request.Headers, out var request, out var refusal))
        {
            await HttpReplies.RefuseAsync(context, refusal);
            return;
        }

        var opened = await SendFile.OpenAsync(core, caller, request, context.RequestAborted);
        if (opened.Refusal is { } refused)
        {
            await HttpReplies.RefuseAsync(context, refused);
            return;
        }

        var upload = opened.Body!;
        context.Response.Headers.Location = upload.Path;
        Progress(context, upload.Offset, upload.Entry?.Seq);
        context.Response.StatusCode = StatusCodes.Status201Created;
        await HttpReplies.JsonAsync(context, WireJson.Write(upload));
    }

    /// <summary>Answers HEAD for an upload of the caller's that is not complete.</summary>
    /// <returns>False when it is none: the question is about a download then.</returns>
    public async Task<bool> TryHeadAsync(HttpContext context)
    {
        var (caller, _) = await FileEndpoints.CallerAsync(core, context);
        if (caller is null || await UploadAsync(context, caller) is not { } row)
        {
            return false;
        }

        if (row.State == FileState.Uploading)
        {
            var state = await Uploads.ResumeAsync(core, caller, row, context.RequestAborted);
            context.Response.Headers[Resumable] = Version;
            if (state.Refusal is { } refusal)
            {
                await HttpReplies.RefuseAsync(context, refusal);
                return true;
            }

            context.Response.StatusCode = StatusCodes.Status200OK;
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers[UploadLength] = Number(row.Size);
            Progress(context, state.Offset, state.Entry?.Seq);
            return true;
        }

        // Complete: the download's answer, from which a client that lost the last PATCH's answer also learns that all is well.
        context.Response.Headers[UploadLength] = Number(row.Size);
        Progress(context, row.Size, row.Seq);
        return false;
    }

    public async Task AppendAsync(HttpContext context)
    {
        if (await EnterAsync(context) is not { } caller)
        {
            return;
        }

        if (!string.Equals(context.Request.ContentType, ContentType, StringComparison.OrdinalIgnoreCase))
        {
            await HttpReplies.RefuseAsync(context, Reply.Wrong($"Send pieces as {ContentType}."), StatusCodes.Status415UnsupportedMediaType);
            return;
        }

        if (!long.TryParse(context.Request.Headers[UploadOffset], NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            await HttpReplies.RefuseAsync(context, Reply.Wrong("Say in Upload-Offset where the piece begins."));
            return;
        }

        if (await UploadAsync(context, caller) is not { } row)
        {
            await HttpReplies.RefuseAsync(context, Uploads.Gone());
            return;
        }

        // The first result for a retry of the last piece.
        var state = row.State == FileState.Uploading
            ? await new UploadBody(core, caller, row, context).AppendAsync(offset)
            : offset == row.Size ? new PatchResult(row.Size, row.Seq) : PatchResult.WrongOffset(row.Size);
        if (state.Refusal is { } refusal)
        {
            if (state.Offset is { } durable)
            {
                context.Response.Headers[UploadOffset] = Number(durable);
            }

            await HttpReplies.RefuseAsync(context, refusal, state.Status);
            return;
        }

        Progress(context, state.Offset!.Value, state.Seq);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task EndAsync(HttpContext context)
    {
        if (await EnterAsync(context) is not { } caller)
        {
            return;
        }

        if (await UploadAsync(context, caller) is not { } row)
        {
            await HttpReplies.RefuseAsync(context, Uploads.Gone());
            return;
        }

        if (await EndAsync(context, row) is { } refusal)
        {
            await HttpReplies.RefuseAsync(context, refusal, refusal.Code == Code.InvalidTarget ? StatusCodes.Status409Conflict : null);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task<Reply?> EndAsync(HttpContext context, FileRow row)
    {
        if (row.State == FileState.Uploading)
        {
            try
            {
                using var lease = await core.Files.Uploads.TakeAsync(row, context.RequestAborted);
                if (lease is null)
                {
                    return Uploads.Busy();
                }

                if (await Uploads.RemoveAsync(core, row, lease))
                {
                    return null;
                }
            }
            catch (FileNotFoundException)
            {
                return Uploads.Gone();
            }
        }

        return Reply.Refuse(Code.InvalidTarget, "The upload is complete. Recall its message instead.");
    }

    /// <summary>The caller, when the request speaks this version of tus and may transfer files; null when it has been answered.</summary>
    private async Task<Caller?> EnterAsync(HttpContext context)
    {
        context.Response.Headers[Resumable] = Version;
        if (context.Request.Headers[Resumable] != Version)
        {
            context.Response.Headers["Tus-Version"] = Version;
            await HttpReplies.RefuseAsync(context, Reply.Wrong($"Uploads speak tus: send {Resumable}: {Version}."), StatusCodes.Status412PreconditionFailed);
            return null;
        }

        var (caller, refusal) = await FileEndpoints.CallerAsync(core, context);
        if (refusal is not null)
        {
            await HttpReplies.RefuseAsync(context, refusal);
        }

        return caller;
    }

    /// <summary>The row, when it is the caller's own and not recalled.</summary>
    private async Task<FileRow?> UploadAsync(HttpContext context, Caller caller) => FileEndpoints.IdOf(context) is { } id
        && await core.Store.ReadAsync(store => store.File(id)) is { State: not FileState.Erased } row && row.Account == caller.Account ? row : null;

    private void Progress(HttpContext context, long offset, long? seq)
    {
        var headers = context.Response.Headers;
        headers[Resumable] = Version;
        headers[UploadOffset] = Number(offset);
        if (seq is { } at)
        {
            headers["Chatroom-Seq"] = Number(at);
        }
        else
        {
            headers["Upload-Expires"] = core.Clock.GetUtcNow().AddHours(core.Options.UploadHours).ToString("R", CultureInfo.InvariantCulture);
        }
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
