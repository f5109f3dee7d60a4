using System.Security.Cryptography;
using Chatroom.Server.Rooms;
using Chatroom.Server.Sealing;
using Chatroom.Server.Storage;
using Chatroom.Server.Storage.Sqlite;
using Microsoft.Extensions.Logging;

namespace Chatroom.Server.Maintenance;

/// <summary>What was looked at, and what is wrong.</summary>
public sealed record VerifyReport(long Rooms, long Entries, long Files, IReadOnlyList<string> Problems);

/// <summary>
/// Checks the database's pages, indexes and write-ahead log, recomputes every room's chain, opens every sealed body and name, follows every reference,
/// counts the members of every room, and reads every stored file. What no chain or seal covers (times, roles, positions, settings, the keys of retries) is not found when it was altered in place. A rollback of the whole folder is not
/// found by this: nothing inside the folder could tell.
/// </summary>
public sealed class Verifier
{
    private const int Page = 1000;
    private readonly ChatCore core;
    private readonly Action<string> progress;
    private readonly List<string> problems = [];
    private long rooms;
    private long entries;
    private long files;

    private Verifier(ChatCore core, Action<string> progress)
    {
        (this.core, this.progress) = (core, progress);
    }

    /// <param name="progress">Told a line now and then.</param>
    public static async Task<VerifyReport> RunAsync(DataFolder folder, ChatServerOptions options, ILogger log, Action<string> progress, CancellationToken cancellation)
    {
        // A database that does not hold together is not opened: that would copy its log away, and its contents prove nothing.
        if (DatabaseCheck.Problems(folder.Database) is { Count: > 0 } damage)
        {
            return new VerifyReport(0, 0, 0, damage);
        }

        var core = await ChatServer.OpenAsync(folder, options, log, TimeProvider.System);
        try
        {
            var verifier = new Verifier(core, progress);
            await verifier.AccountsAsync(cancellation);
            await verifier.RoomsAsync(cancellation);
            await verifier.FilesAsync(cancellation);
            return new VerifyReport(verifier.rooms, verifier.entries, verifier.files, verifier.problems);
        }
        finally
        {
            await core.DisposeAsync();
        }
    }

    private async Task AccountsAsync(CancellationToken cancellation)
    {
        for (long after = 0; ;)
        {
            cancellation.ThrowIfCancellationRequested();
            var page = await core.Store.ReadAsync(store => store.Accounts(after, Page));
            foreach (var account in page)
            {
                Open($"account {Ids.Account(account.Id)}: its name", () => account.SealedName is { } name ? core.Vault.OpenAccountName(account.Id, name) : null);
                foreach (var device in await core.Store.ReadAsync(store => store.Devices(account.Id)))
                {
                    Open($"account {Ids.Account(account.Id)}: the name of device {Ids.Device(device.Id)}", () => core.Vault.OpenDevice(device));
                }
            }

            if (page.Count < Page)
            {
                return;
            }

            after = page[^1].Id;
        }
    }

    private void Open(string what, Func<object?> open)
    {
        try
        {
            open();
        }
        catch (SealingException e)
        {
            problems.Add($"{what}: {e.Message}");
        }
    }

    private async Task RoomsAsync(CancellationToken cancellation)
    {
        for (long after = 0; ;)
        {
            var page = await core.Store.ReadAsync(store => store.Rooms(after, Page));
            foreach (var room in page)
            {
                rooms++;
                Open($"room {Ids.Room(room.Id)}: its name and topic", () => core.Vault.OpenRoom(room));
                await RoomAsync(room, cancellation);
                await MembersAsync(room);
                await SearchIndexAsync(room, cancellation);
            }

            if (page.Count < Page)
            {
                return;
            }

            after = page[^1].Id;
        }
    }

    // Only the first bad entry of a room is named: everything after a broken link is unproven.
    private async Task RoomAsync(RoomRow room, CancellationToken cancellation)
    {
        var previous = new byte[32];
        long seq = 0;
        long ordinal = 0;
        var recalled = new HashSet<long>();
        var claims = new HashSet<long>();
        var edits = new List<(long Seq, long Target, bool Erased)>();
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var page = await core.Store.ReadAsync(store => store.EntriesAfter(room.Id, seq, long.MaxValue, Page));
            foreach (var entry in page)
            {
                if (Problem(entry, seq + 1, ordinal, previous) is { } problem)
                {
                    problems.Add($"room {Ids.Room(room.Id)}: the first bad entry is {seq + 1}: {problem}");
                    return;
                }

                (seq, ordinal, previous) = (entry.Seq, entry.Ordinal, entry.Link);
                if (entry.Recalled)
                {
                    recalled.Add(entry.Seq);
                }

                if (entry.Kind == EntryKind.Recall)
                {
                    claims.Add(entry.Target!.Value);
                }
                else if (entry.Kind == EntryKind.Edit)
                {
                    edits.Add((entry.Seq, entry.Target!.Value, entry.SealedBody is null));
                }

                if (++entries % 100_000 == 0)
                {
                    progress($"{entries} entries looked at");
                }
            }

            if (page.Count < Page)
            {
                break;
            }
        }

        if (seq != room.Head || ordinal != room.Ordinal || !core.Vault.Head(room.Id, seq, previous).AsSpan().SequenceEqual(room.HeadLink))
        {
            problems.Add($"room {Ids.Room(room.Id)}: the first bad entry is {seq + 1}: the room's head is {room.Head}, but the log ends at {seq}, or the last link or ordinal is another");
        }
        else if (!recalled.SetEquals(claims))
        {
            recalled.SymmetricExceptWith(claims);
            problems.Add($"room {Ids.Room(room.Id)}: the first bad entry is {recalled.Min()}: it is erased without a recall, or recalled without being erased");
        }
        else if (edits.Find(e => e.Erased != claims.Contains(e.Target)) is { Seq: > 0 } edit)
        {
            problems.Add($"room {Ids.Room(room.Id)}: the first bad entry is {edit.Seq}: it is an edit erased without a recall of entry {edit.Target}, or left when that was recalled");
        }
    }

    private async Task MembersAsync(RoomRow room)
    {
        var (kept, counted) = await core.Store.ReadAsync(store => (store.MemberCount(room.Id), store.CountMembers(room.Id)));
        if (kept != counted)
        {
            problems.Add($"room {Ids.Room(room.Id)}: the number of its members is kept as {kept}, but there are {counted}");
        }
    }

    // Made again from the log and compared: what is missing there would not be found by a search, and nothing else would tell.
    private async Task SearchIndexAsync(RoomRow room, CancellationToken cancellation)
    {
        foreach (var segment in await core.Store.ReadAsync(store => store.SearchSegments(room.Id)))
        {
            cancellation.ThrowIfCancellationRequested();
            var wanted = await core.Search.BuildAsync(room.Id, segment);
            for (var i = 0; i < wanted.Length; i++)
            {
                var kept = await core.Store.ReadAsync(store => store.SearchBucket(room.Id, segment, i));
                var what = $"room {Ids.Room(room.Id)}: the search index of entries {SearchSegment.First(segment)}–{SearchSegment.Last(segment)}";
                Open(what, () => kept is not null && core.Vault.OpenSearchBucket(room.Id, segment, i, kept).AsSpan().SequenceEqual(wanted[i])
                    ? null
                    : throw new SealingException("it does not fit its entries"));
            }
        }
    }

    private string? Problem(EntryRow entry, long expected, long ordinal, byte[] previous)
    {
        if (entry.Seq != expected)
        {
            return $"it is missing (the next one there is {entry.Seq})";
        }

        if (!core.Vault.Link(previous, entry).AsSpan().SequenceEqual(entry.Link))
        {
            return "its link does not fit: it was altered or moved, or one before it was";
        }

        if (entry.Ordinal != ordinal + (entry.Counts ? 1 : 0))
        {
            return "its ordinal does not fit";
        }

        if (entry.Recalled && entry.SealedBody is not null)
        {
            return "it is marked as recalled, but was not erased";
        }

        if (entry.SealedBody is null)
        {
            return entry.Recalled || entry.Kind == EntryKind.Edit ? null : "its body is gone";
        }

        if (!SHA256.HashData(entry.SealedBody).AsSpan().SequenceEqual(entry.BodyDigest))
        {
            return "its body was altered";
        }

        try
        {
            core.Vault.OpenEntry(entry);
            return null;
        }
        catch (SealingException e)
        {
            return e.Message;
        }
    }

    private async Task FilesAsync(CancellationToken cancellation)
    {
        for (var after = ""; ;)
        {
            var page = await core.Store.ReadAsync(store => store.Files(after, Page));
            foreach (var file in page.Where(f => f.State == FileState.Complete))
            {
                files++;
                if (await FileProblemAsync(file, cancellation) is { } problem)
                {
                    problems.Add($"file {file.Id} (room {Ids.Room(file.Room)}, entry {file.Seq}): {problem}");
                }
            }

            if (page.Count < Page)
            {
                return;
            }

            after = page[^1].Id;
        }
    }

    private async Task<string?> FileProblemAsync(FileRow file, CancellationToken cancellation)
    {
        var entry = await core.Store.ReadAsync(store => file.Seq is { } seq ? store.Entry(file.Room, seq) : null);
        if (entry is null || entry.Kind != EntryKind.File || core.Vault.OpenEntry(entry).File?.Id != file.Id)
        {
            return "no entry in the room's log belongs to it";
        }

        try
        {
            using var reader = core.Files.OpenReader(file);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[256 * 1024];
            for (long at = 0; at < file.Size;)
            {
                var read = await reader.ReadAsync(at, buffer, cancellation);
                hash.AppendData(buffer, 0, read);
                at += read;
            }

            var wanted = core.Vault.OpenFile(file)?.Sha256;
            return Convert.ToHexStringLower(hash.GetHashAndReset()) == wanted ? null : "its content has another SHA-256";
        }
        catch (SealingException e)
        {
            return e.Message;
        }
    }
}
