using System.Globalization;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Files;
using Chatroom.Server.Rooms;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>
/// SEND_FILE: opens an upload, or finds the one that the same client id began. The client id is used up only by the entry that completes the upload
/// (<see cref="Uploads"/>): until then it belongs to the upload's row.
/// </summary>
internal static class SendFile
{
    public static async Task<Reply> Handle(Request<SendFileRequest> request)
    {
        var opened = await OpenAsync(request.Core, request.Caller, request.Body, request.Cancellation);
        return opened.Refusal ?? Reply.Of(Code.UploadOpened, opened.Body!);
    }

    /// <summary>The same for HTTP.</summary>
    public static async Task<UploadOpening> OpenAsync(ChatCore core, Caller caller, SendFileRequest body, CancellationToken cancellation)
    {
        if (!TryCheck(core, body, out var wanted, out var refusal))
        {
            return new UploadOpening(refusal, null);
        }

        Opening opening;
        try
        {
            opening = await core.Store.WriteAsync(store => Open(core, store, caller, wanted), made => Deliver(core, made));
        }
        catch (StoreFullException)
        {
            return new UploadOpening(Uploads.DiskFull(), null);
        }
        catch (StoreFailedException)
        {
            return new UploadOpening(Uploads.StoreFailed(), null);
        }

        if (opening.Refusal is not null)
        {
            return new UploadOpening(opening.Refusal, null);
        }

        var row = opening.Row!;
        var answer = new UploadOpened { Path = Uploads.PathOf(row.Id), Offset = 0, Duplicate = opening.Duplicate ? true : null };
        if (opening.Entry is { } entry)
        {
            return new UploadOpening(null, answer with { Offset = row.Size, Entry = entry });
        }

        // A new upload has no content yet, unless there is none to come; one begun before is asked how far it is.
        var open = core.Files.Uploads.Find(row.Id)?.DurableLength;
        if (row.Size > 0 && (!opening.Duplicate || open is not null))
        {
            return new UploadOpening(null, answer with { Offset = open ?? 0 });
        }

        var state = await Uploads.ResumeAsync(core, caller, row, cancellation);
        return state.Refusal is { } refused
            ? new UploadOpening(refused, null)
            : new UploadOpening(null, answer with { Offset = state.Offset, Entry = state.Entry });
    }

    /// <summary>
    /// The same for a caller in this process that streams a content whose SHA-256 is known at its end only: it declares it then
    /// (<see cref="Uploads.DeclareAsync"/>). Gives the new upload's row.
    /// </summary>
    public static async Task<(Reply? Refusal, FileRow? Row)> OpenUnhashedAsync(ChatCore core, Caller caller, SendFileRequest body)
    {
        if (!TryCheck(core, body with { Sha256 = new string('0', 64) }, out var wanted, out var refusal))
        {
            return (refusal, null);
        }

        var names = wanted.Names with { Sha256 = null };
        wanted = wanted with { Names = names, Sealed = core.Vault.SealFile(wanted.Id, names) };
        var opening = await core.Store.WriteAsync(store => Open(core, store, caller, wanted), made => Deliver(core, made));
        return (opening.Refusal, opening.Row);
    }

    private static bool TryCheck(ChatCore core, SendFileRequest body, out Wanted wanted, out Reply refusal)
    {
        (wanted, refusal) = (null!, null!);
        if (!Ids.TryClientId(body.ClientId, out var clientId))
        {
            refusal = Reply.Wrong("Every change needs a clientId of 32 lowercase hexadecimal digits.", "clientId");
        }
        else if (!Texts.IsFileName(body.Name))
        {
            refusal = Reply.Refuse(Code.SendFileError, "This cannot be the name of a file: 1 to 255 bytes, no folders, no invisible characters.", "name");
        }
        else if (body.Size is not >= 0)
        {
            refusal = Reply.Wrong("Say how many bytes the file has.", "size");
        }
        else if (body.Size > core.Options.MaxFileSize)
        {
            refusal = Reply.Refuse(
                Code.FileTooLarge, string.Create(CultureInfo.InvariantCulture, $"Files have at most {core.Options.MaxFileSize} bytes here."), "size");
        }
        else if (body.Sha256 is not { Length: 64 } || !body.Sha256.All(char.IsAsciiHexDigit))
        {
            refusal = Reply.Wrong("The SHA-256 of the content is 64 hexadecimal digits.", "sha256");
        }
        else if (body.Type is { } type && (type.Length > 127 || type.Any(c => c is < ' ' or > '~')))
        {
            refusal = Reply.Wrong("A media type is at most 127 characters of ASCII.", "type");
        }
        else
        {
            var names = new FileNames { Name = body.Name!, Type = body.Type is "" ? null : body.Type, Sha256 = body.Sha256.ToLowerInvariant() };
            var id = Ids.NewFile();
            wanted = new Wanted(body.Room, body.To, names, body.Size.Value, clientId, id, core.Vault.SealFile(id, names));
        }

        return refusal is null;
    }

    private static Opening Open(ChatCore core, IStoreTransaction store, Caller caller, Wanted wanted)
    {
        var known = store.FileByClientId(caller.Account, wanted.ClientId);
        if (store.Change(caller.Account, wanted.ClientId) is { } before)
        {
            // Completed, or the id of another change; the digest tells.
            var digest = Uploads.Digest(core, Canonical(core, store, caller, wanted));
            var reply = Changes.Before(core, store, before, digest);
            return reply.Refused || known is null
                ? new Opening(reply.Refused ? reply : Conflict(), null)
                : new Opening(null, known) { Duplicate = true, Entry = WireJson.Read<Entry>(reply.Body) };
        }

        if (known is not null)
        {
            var same = Canonical(core, store, caller, wanted).AsSpan().SequenceEqual(Uploads.Content(core, known));
            return same ? new Opening(null, known) { Duplicate = true } : new Opening(Conflict(), null);
        }

        if (Changes.Ended(core, store, caller))
        {
            return new Opening(Changes.SignedOut(), null);
        }

        var change = new Change(core, store, caller, wanted.ClientId, core.Now);
        if (!Destination.TryFind(change, wanted.Room, wanted.To, out var found, out var other, out var refusal))
        {
            return new Opening(refusal, null);
        }

        if (wanted.Size > (core.Options.MaxFileSize * core.Options.MaxOpenUploads) - store.OpenUploadBytes(caller.Account))
        {
            return new Opening(Reply.Refuse(Code.LimitReached, "Too many uploads are unfinished. Finish or end some of them first."), null);
        }

        var room = Destination.Enter(change, found, other).Room.Id;
        var row = new FileRow(
            wanted.Id, room, null, caller.Account, caller.Device, wanted.ClientId, wanted.Size, FileState.Uploading, change.Now, change.Now, wanted.Sealed);
        store.InsertFile(row);
        return new Opening(null, row) { After = change.Finish() };
    }

    /// <summary>The request as it was the first time, when its room exists; where it may be written to now does not matter to a retry.</summary>
    private static byte[] Canonical(ChatCore core, IStoreReader store, Caller caller, Wanted wanted)
    {
        long? room = null;
        if (wanted.Room is not null)
        {
            room = Ids.TryRoom(wanted.Room, out var id) ? id : null;
        }
        else if (core.PersonKey(wanted.To) is { } key && store.AccountByName(key) is { } person)
        {
            room = store.PrivateRoom(caller.Account, person.Id);
        }

        return room is { } at ? Uploads.Canonical(at, wanted.Names, wanted.Size, wanted.ClientId) : [];
    }

    private static void Deliver(ChatCore core, Opening made)
    {
        Delivered.All(core.Hub, made.After);
    }

    private static Reply Conflict() =>
        Reply.Refuse(Code.IdempotencyConflict, "This client id was used for another change. Make a new one for each change.", "clientId");

    private sealed record Wanted(string? Room, string? To, FileNames Names, long Size, byte[] ClientId, string Id, byte[] Sealed);

    private sealed record Opening(Reply? Refusal, FileRow? Row)
    {
        public bool Duplicate { get; init; }

        public Entry? Entry { get; init; }

        public IReadOnlyList<Action<Delivered>> After { get; init; } = [];
    }
}

/// <summary>An upload opened, or why not.</summary>
internal sealed record UploadOpening(Reply? Refusal, UploadOpened? Body);
