using Chatroom.Protocol;
using Chatroom.Server.Rooms;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;
using Chatroom.Server.Diagnostics;

namespace Chatroom.Server.Commands;

/// <summary>Which connection waits for the reply, and under which request id.</summary>
public readonly record struct Origin(Session Session, uint RequestId);

/// <summary>
/// Makes changes exactly once: (account, client id) is unique for ever. A retry gets the first result; the same id with other content is refused.
/// The reply leaves in its place among the deliveries of the same commit, after the fsync.
/// </summary>
public static class Changes
{
    /// <param name="content">The request as canonical bytes: what makes a retry the same request.</param>
    /// <param name="make">Makes the change inside the transaction; may run again.</param>
    /// <param name="continueOnWriter">The caller only takes a note of the end: see <see cref="IChatStore.WriteAsync{T}"/>.</param>
    /// <returns>The reply, which has been queued for <paramref name="origin"/> already when there is one.</returns>
    public static async Task<Reply> RunAsync(ChatCore core, Caller caller, Origin? origin, Code code, byte[] clientId, byte[] content, Func<Change, Reply> make, bool continueOnWriter = false)
    {
        var digest = core.Vault.Digest([.. BitConverter.GetBytes((ushort)code), .. content]);
        Reply reply;
        try
        {
            var outcome = await core.Store.WriteAsync(store => Make(core, store, caller, clientId, digest, make), o => o.Deliver(core, origin), continueOnWriter);
            reply = outcome.Reply;
            Count(core, origin, reply);
            return reply;
        }
        catch (StoreFullException)
        {
            reply = Reply.Refuse(Code.StorageFull, "The server's disk is full. Nothing was changed; try again later.", retryAfterMs: 5000);
        }
        catch (StoreFailedException)
        {
            reply = Reply.Refuse(Code.StoreUnavailable, "The server cannot write to its disk. Nothing was acknowledged; its operator has to restart it.", retryAfterMs: 30_000);
        }
        catch (Exception e)
        {
            core.Log.CommandFailed(code, e);
            reply = Reply.Refuse(Code.InternalError, "The server failed to do this. Its operator finds the cause in the log.");
        }

        Count(core, origin, reply);
        if (origin is { } to)
        {
            to.Session.Reply(FrameCodec.Write(reply.Code, to.RequestId, reply.Body));
            to.Session.Flush();
        }

        return reply;
    }

    // Refusals over HTTP are counted where they are answered.
    private static void Count(ChatCore core, Origin? origin, Reply reply)
    {
        if (origin is not null && reply.Refused)
        {
            core.Metrics.Refused(reply.Code);
        }
    }

    private static Outcome Make(ChatCore core, IStoreTransaction store, Caller caller, byte[] clientId, byte[] digest, Func<Change, Reply> make)
    {
        if (store.Change(caller.Account, clientId) is { } before)
        {
            return new Outcome(Before(core, store, before, digest), []);
        }

        if (Ended(core, store, caller))
        {
            return new Outcome(SignedOut(), []);
        }

        var change = new Change(core, store, caller, clientId, caller.SaidAt ?? core.Now);
        var reply = make(change);
        if (reply.Refused)
        {
            return change.HasEffects
                ? throw new InvalidOperationException($"A command refused with {reply.Code} after it had written.")
                : new Outcome(reply, []);
        }

        var after = change.Finish();
        if (!caller.IsConsole)
        {
            store.InsertChange(new ChangeRow(
                caller.Account, clientId, digest, (ushort)reply.Code, reply.Entry?.Room, reply.Entry?.Seq,
                reply.Entry is null ? core.Vault.SealReply(caller.Account, clientId, reply.Remembered ?? reply.Body) : null, change.Now));
        }

        return new Outcome(reply, after);
    }

    // What was on its way when a device was signed out, a token expired or an account was disabled must not be made after it. The console and an import are no devices.
    internal static bool Ended(ChatCore core, IStoreReader store, Caller caller) => caller.Device != 0
        && (store.Account(caller.Account) is not { Disabled: false, Deleted: false } || store.Device(caller.Device) is not { Revoked: false } device || device.Expires <= core.Now);

    internal static Reply SignedOut() => Reply.Refuse(Code.TokenInvalid, "This device was signed out. Sign in again.");

    /// <summary>The first result of a change made before.</summary>
    public static Reply Before(ChatCore core, IStoreReader store, ChangeRow before, byte[] digest)
    {
        if (!before.Digest.AsSpan().SequenceEqual(digest))
        {
            return Reply.Refuse(Code.IdempotencyConflict, "This client id was used for another change. Make a new one for each change.", "clientId");
        }

        if (before.Room is { } room && before.Seq is { } seq && store.Entry(room, seq) is { } entry && store.Room(room) is { } row)
        {
            var code = EntryViews.CodeOf(row.Kind, entry.Kind);
            return Reply.Of(entry, code, EntryViews.Encode(core.Entries.View(store, entry) with { Duplicate = true }));
        }

        return Reply.Raw((Code)before.Code, core.Vault.OpenReply(before)).AsDuplicate();
    }

    private sealed class Outcome(Reply reply, IReadOnlyList<Action<Delivered>> after)
    {
        public Reply Reply { get; private set; } = reply;

        public void Deliver(ChatCore core, Origin? origin)
        {
            var delivered = new Delivered(core.Hub, origin?.Session, origin?.RequestId ?? 0, Reply.Body.Length == 0 ? Reply.Entry : null);
            foreach (var action in after)
            {
                action(delivered);
            }

            if (delivered.EntryReply is { } entry)
            {
                Reply = Reply.Of(Reply.Entry!, entry.Code, entry.Body);
            }
            else if (origin is { } to)
            {
                core.Hub.Reply(to.Session, FrameCodec.Write(Reply.Code, to.RequestId, Reply.Body));
            }
        }
    }
}
