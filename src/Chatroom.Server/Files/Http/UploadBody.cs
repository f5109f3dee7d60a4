using System.Buffers;
using Chatroom.Protocol;
using Chatroom.Server.Commands;
using Chatroom.Server.Diagnostics;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Chatroom.Server.Files.Http;

/// <summary>What became of a PATCH.</summary>
/// <param name="Offset">Durable bytes; null when there is no upload any more.</param>
/// <param name="Seq">The entry's, once complete.</param>
internal readonly record struct PatchResult(long? Offset, long? Seq, Reply? Refusal = null, int? Status = null)
{
    public static PatchResult WrongOffset(long durable) =>
        new(durable, null, Reply.Wrong("The piece does not begin where the upload ends. HEAD tells where.", "Upload-Offset"), StatusCodes.Status409Conflict);
}

/// <summary>
/// The body of one PATCH on its way into an upload. However it ends (whole, cut, taken over by a newer request), what has been read is made durable and
/// counts. (What Kestrel has buffered and not yet handed over when it sees the cut is lost; it is sent again.)
/// </summary>
internal sealed class UploadBody(ChatCore core, Caller caller, FileRow row, HttpContext context)
{
    private const int BufferBytes = 64 * 1024;
    private const long FlushBytes = 4 << 20;
    private const long ProgressMs = 60_000;

    // A phone at the edge of its network gets through; one byte now and then does not hold an upload for ever.
    private static readonly MinDataRate SlowestPhone = new(bytesPerSecond: 64, gracePeriod: TimeSpan.FromSeconds(30));

    private long progress = row.Progress;

    public async Task<PatchResult> AppendAsync(long offset)
    {
        if (offset <= row.Size && context.Request.ContentLength > row.Size - offset)
        {
            return TooLarge(null);
        }

        try
        {
            // Not by RequestAborted: waiting ends when the holder lets go, and a cut shows when the body is read.
            using var lease = await core.Files.Uploads.TakeAsync(row, CancellationToken.None);
            if (lease is null)
            {
                return Refused(Uploads.Busy());
            }

            var durable = lease.Blob?.DurableLength ?? row.Size;
            return durable == offset ? await AppendAsync(lease) : PatchResult.WrongOffset(durable);
        }
        catch (FileNotFoundException)
        {
            return Refused(Uploads.Gone());
        }
        catch (IOException e)
        {
            return Refused(Uploads.DiskFailed(core, row, e));
        }
    }

    private async Task<PatchResult> AppendAsync(UploadLease lease)
    {
        if (lease.Blob is { } blob)
        {
            bool fits;
            try
            {
                fits = await CopyAsync(blob, lease.Taken);
                await blob.FlushAsync();
            }
            catch
            {
                // What the disk holds now shows when the upload is opened again.
                lease.CloseBlob();
                throw;
            }

            if (!fits)
            {
                return TooLarge(blob.DurableLength);
            }

            await NoteProgressAsync(0);
            if (lease.Taken.IsCancellationRequested && blob.DurableLength < row.Size)
            {
                var text = "Another request goes on with this upload.";
                return new PatchResult(blob.DurableLength, null, Reply.Refuse(Code.TooManyRequests, text), StatusCodes.Status409Conflict);
            }
        }

        var state = await Uploads.StateAsync(core, caller, row, lease);
        return state.Refusal is { } refusal ? Refused(refusal) : new PatchResult(state.Offset, state.Entry?.Seq);
    }

    /// <summary>Appends what comes, until the body ends, is cut off or another request takes over.</summary>
    /// <returns>False when more came than the file has.</returns>
    /// <exception cref="IOException">The disk failed; a failing connection only ends the copy.</exception>
    private async Task<bool> CopyAsync(UploadBlob blob, CancellationToken taken)
    {
        Lift();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (await ReadAsync(buffer, taken) is var read and > 0)
            {
                if (read > row.Size - blob.Length)
                {
                    return false;
                }

                await blob.AppendAsync(buffer.AsMemory(0, read));
                core.Metrics.Received(read);
                if (blob.Length - blob.DurableLength >= FlushBytes)
                {
                    await blob.FlushAsync();
                    await NoteProgressAsync(ProgressMs);
                }
            }

            return true;
        }
        finally
        {
            // It held what someone wrote, in the clear.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    // 0 at the end of the body, however it ended.
    private async ValueTask<int> ReadAsync(byte[] buffer, CancellationToken taken)
    {
        try
        {
            return await context.Request.Body.ReadAsync(buffer.AsMemory(0, BufferBytes), taken);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            core.Log.UploadCut(row.Id, e.GetType().Name);
            return 0;
        }
    }

    private async Task NoteProgressAsync(long atMostEveryMs)
    {
        if (core.Now - progress >= atMostEveryMs)
        {
            progress = core.Now;
            await Uploads.ProgressAsync(core, row.Id);
        }
    }

    private void Lift()
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        // HTTP/2 has one rate for the whole connection, which cannot be changed here.
        if (HttpProtocol.IsHttp11(context.Request.Protocol) && context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = SlowestPhone;
        }
    }

    private static PatchResult Refused(Reply refusal) => new(null, null, refusal);

    private static PatchResult TooLarge(long? durable) =>
        new(durable, null, Reply.Refuse(Code.FileTooLarge, "This is more than the file was announced to have."));
}
