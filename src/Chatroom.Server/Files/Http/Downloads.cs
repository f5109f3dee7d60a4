using System.Buffers;
using System.Globalization;
using Chatroom.Protocol;
using Chatroom.Server.Commands;
using Chatroom.Server.Diagnostics;
using Chatroom.Server.Sealing;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Chatroom.Server.Files.Http;

/// <summary>
/// Downloads. What strangers uploaded is handed out as bytes to be saved, never as a page of this origin; each chunk is verified before it leaves, and
/// an answer that cannot be finished is cut off, so that a damaged file never looks whole.
/// </summary>
internal sealed class Downloads(ChatCore core)
{
    private const int BufferBytes = 64 * 1024;

    public async Task GetAsync(HttpContext context)
    {
        var id = FileEndpoints.IdOf(context);
        var (caller, refusal) = await CallerAsync(context, id);
        if (refusal is not null)
        {
            await HttpReplies.RefuseAsync(context, refusal);
            return;
        }

        var found = await core.Store.ReadAsync(store => VisibleFile.Find(core, store, caller!, id));
        switch (found)
        {
            case null:
                await HttpReplies.RefuseAsync(context, Uploads.Gone());
                break;
            case { Names: null }:
                await HttpReplies.RefuseAsync(context, Recalled());
                break;
            default:
                await SendAsync(context, found);
                break;
        }
    }

    private static Reply Recalled() => Reply.Refuse(Code.DownFileError, "The file was recalled.");

    /// <summary>By header, or for one file by a signed link.</summary>
    private async Task<(Caller? Caller, Reply? Refusal)> CallerAsync(HttpContext context, string? id)
    {
        var query = context.Request.Query;
        if (context.Request.Headers.Authorization.Count > 0 || !query.ContainsKey("s"))
        {
            return await FileEndpoints.CallerAsync(core, context);
        }

        var caller = id is null ? null : await core.Store.ReadAsync(store => FileLinks.Find(core, store, id, query["d"], query["e"], query["s"]));
        return caller is null
            ? (null, Reply.Refuse(Code.TokenInvalid, "This link has expired or was altered. Ask for a new one."))
            : FileEndpoints.MayTransfer(caller);
    }

    private async Task SendAsync(HttpContext context, VisibleFile file)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using var reader = core.Files.OpenReader(file.Row);
            var range = ByteRange.Of(context.Request, file.Row.Size, ETag(file));
            Describe(context, file, range);
            if (range.Kind is RangeKind.Unsatisfiable)
            {
                var text = string.Create(CultureInfo.InvariantCulture, $"The file has {file.Row.Size} bytes.");
                await HttpReplies.RefuseAsync(context, Reply.Wrong(text, "Range"), StatusCodes.Status416RangeNotSatisfiable);
            }
            else if (!IsUnchanged(context, file) && !HttpMethods.IsHead(context.Request.Method))
            {
                await CopyAsync(context, reader, range, buffer);
            }
        }
        catch (SealingException e)
        {
            await DamagedAsync(context, file.Row, e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    // The first bytes are verified before the answer begins, so that damage there is told as an error and not as a cut connection.
    private async Task CopyAsync(HttpContext context, BlobReader reader, ByteRange range, byte[] buffer)
    {
        for (var at = range.From; at < range.End;)
        {
            var piece = buffer.AsMemory(0, (int)Math.Min(BufferBytes, range.End - at));
            var read = await reader.ReadAsync(at, piece, context.RequestAborted);
            await context.Response.Body.WriteAsync(piece[..read], context.RequestAborted);
            core.Metrics.Sent(read);
            at += read;
        }
    }

    private async Task DamagedAsync(HttpContext context, FileRow row, SealingException damage)
    {
        // Recalled between the look-up and the opening: its absence is no damage.
        if (await core.Store.ReadAsync(store => store.File(row.Id)) is null or { State: FileState.Erased })
        {
            await HttpReplies.RefuseAsync(context, Recalled());
            return;
        }

        core.Log.FileDamaged(row.Id, damage);
        context.Response.Headers.ContentRange = default;
        context.Response.Headers.ETag = default;
        await HttpReplies.RefuseAsync(context, Reply.Refuse(Code.InternalError, "The file is damaged on the server's disk and is not served. Tell its operator."));
    }

    private static bool IsUnchanged(HttpContext context, VisibleFile file)
    {
        var known = context.Request.GetTypedHeaders().IfNoneMatch;
        if (!known.Any(k => k.Equals(EntityTagHeaderValue.Any) || k.Compare(ETag(file), useStrongComparison: false)))
        {
            return false;
        }

        context.Response.StatusCode = StatusCodes.Status304NotModified;
        context.Response.ContentLength = null;
        return true;
    }

    private static EntityTagHeaderValue ETag(VisibleFile file) => new($"\"{file.Names!.Sha256}\"");

    private static void Describe(HttpContext context, VisibleFile file, ByteRange range)
    {
        var (response, headers) = (context.Response, context.Response.Headers);
        var shown = context.Request.Query["inline"] == "1" && FileNaming.IsSafeToShow(file.Names!.Type);
        response.ContentType = shown ? file.Names!.Type!.ToLowerInvariant() : "application/octet-stream";
        headers.ContentDisposition = FileNaming.Disposition(shown ? "inline" : "attachment", file.Names!.Name);
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        headers[HeaderNames.XContentTypeOptions] = "nosniff";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";

        // The content never changes, but who may see it does: caches of the browser only, and asking each time.
        headers.CacheControl = "private, no-cache";
        headers["Referrer-Policy"] = "no-referrer";
        headers.AcceptRanges = "bytes";
        headers.ETag = ETag(file).ToString();
        var size = file.Row.Size;
        switch (range.Kind)
        {
            case RangeKind.Part:
                response.StatusCode = StatusCodes.Status206PartialContent;
                headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {range.From}-{range.End - 1}/{size}");
                response.ContentLength = range.End - range.From;
                break;
            case RangeKind.Unsatisfiable:
                headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{size}");
                break;
            default:
                response.StatusCode = StatusCodes.Status200OK;
                response.ContentLength = size;
                break;
        }
    }
}
