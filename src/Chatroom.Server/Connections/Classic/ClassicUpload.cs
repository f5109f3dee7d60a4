using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Commands;
using Chatroom.Server.Diagnostics;
using Chatroom.Server.Files;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Connections.Classic;

/// <summary>
/// A file from a classic client, streamed into the same uploads as everyone's: sealed piece by piece, never whole in memory. Its SHA-256 is known only when all of
/// it is there, and is declared then. What does not become an entry is removed, for that client cannot go on with it.
/// </summary>
internal sealed class ClassicUpload : IAsyncDisposable
{
    private const long FlushBytes = 4 << 20;

    private readonly ChatCore core;
    private readonly Caller caller;
    private readonly ClassicPerson me;
    private readonly FileRow row;
    private readonly UploadLease lease;
    private bool ended;

    private ClassicUpload(ChatCore core, Caller caller, ClassicPerson me, FileRow row, UploadLease lease) =>
        (this.core, this.caller, this.me, this.row, this.lease) = (core, caller, me, row, lease);

    /// <summary>Null when it was refused, which <paramref name="refuse"/> has told.</summary>
    public static async Task<ClassicUpload?> OpenAsync(
        ChatCore core, Session session, ClassicPerson me, ClassicRequest.File file, Func<string, Task> refuse, CancellationToken cancellation)
    {
        var caller = session.Caller!;
        while (core.Throttles.Change(caller.Account) is { } wait)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(wait), core.Clock, cancellation);
        }

        var clientId = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray());
        var request = new SendFileRequest { Room = Ids.Room(Ids.Lobby), Name = ClassicText.FileName(file.Name), Size = file.Size, ClientId = clientId };
        try
        {
            var (refusal, row) = await SendFile.OpenUnhashedAsync(core, caller, request);
            if (refusal is null && await core.Files.Uploads.TakeAsync(row!, cancellation) is { } lease)
            {
                me.Uploads.TryAdd(clientId, true);
                return new ClassicUpload(core, caller, me, row!, lease);
            }

            await refuse(Text(refusal ?? Uploads.Busy()));
        }
        catch (IOException)
        {
            await refuse("The server's disk fails.");
        }

        return null;
    }

    /// <summary>Appends a piece; the last one completes the file.</summary>
    /// <returns>Why the file was refused; null while all is well.</returns>
    public async Task<string?> AppendAsync(ReadOnlyMemory<byte> bytes, bool last, CancellationToken cancellation)
    {
        try
        {
            cancellation.ThrowIfCancellationRequested();
            if (lease.Blob is not { } blob)
            {
                return "It was removed meanwhile.";
            }

            await blob.AppendAsync(bytes);
            core.Metrics.Received(bytes.Length);
            if (last)
            {
                return await CompleteAsync(blob);
            }

            if (blob.Length - blob.DurableLength >= FlushBytes)
            {
                await blob.FlushAsync();
                await Uploads.ProgressAsync(core, row.Id);
            }

            return null;
        }
        catch (IOException e)
        {
            return Text(Uploads.DiskFailed(core, row, e));
        }
    }

    /// <summary>Lets go; an upload that did not become an entry is removed.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!ended)
            {
                await Uploads.RemoveAsync(core, row, lease);
                me.Uploads.TryRemove(Convert.ToHexStringLower(row.ClientId), out _);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The sweep of stale uploads removes it later.
            core.Log.UploadFailed(row.Id, e);
        }
        finally
        {
            lease.Dispose();
        }
    }

    private async Task<string?> CompleteAsync(UploadBlob blob)
    {
        await blob.FlushAsync();
        if (await Uploads.DeclareAsync(core, row, blob.Sha256SoFar()) is not { } declared)
        {
            return "It was removed meanwhile.";
        }

        var state = await Uploads.StateAsync(core, caller, declared, lease);
        ended = state.Refusal is null;
        return state.Refusal is { } refusal ? Text(refusal) : null;
    }

    private static string Text(Reply refusal) => WireJson.Read<ErrorBody>(refusal.Body).Text;
}
