using System.Security.Cryptography;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Delivery;
using Chatroom.Server.Rooms;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>A room as a member has entered it: the only way for a command to get one.</summary>
/// <param name="Rank">What the member may do here: in the lobby the server's admins moderate.</param>
public sealed record Entered(RoomRow Room, MembershipRow Membership, RoomRole Rank)
{
    public bool CanModerate => Rank >= RoomRole.Moderator;
}

/// <summary>
/// One change being made, inside the store's transaction. It appends entries, stamps account items, and notes what is to be delivered once the commit
/// is durable. A command must look before it writes: a refusal after a write is a bug, and is rolled back.
/// </summary>
public sealed class Change(ChatCore core, IStoreTransaction store, Caller caller, byte[] clientId, long now)
{
    private readonly List<Action<Delivered>> after = [];
    private readonly List<(long Account, ItemKind Kind, long Key, long Revision, bool Deleted)> items = [];
    private (long Room, long Account)? peer;

    public ChatCore Core => core;

    public IStoreTransaction Store => store;

    public Caller Caller => caller;

    public byte[] ClientId => clientId;

    public long Now => now;

    /// <summary>Whether anything was noted or written through this.</summary>
    public bool HasEffects => after.Count > 0 || items.Count > 0;

    /// <summary>Does this after the commit, in order with all deliveries; must not block.</summary>
    public void After(Action<Hub> action) => after.Add(d => action(d.Hub));

    /// <summary>Enters a room through the caller's membership.</summary>
    public bool TryEnter(string? roomId, out Entered entered, out Reply refusal)
    {
        (entered, refusal) = (null!, null!);
        if (Ids.TryRoom(roomId, out var id) && store.CurrentMembership(id, caller.Account) is { } membership && store.Room(id) is { } room)
        {
            entered = new Entered(room, membership, Rank(room, membership));
            return true;
        }

        refusal = Reply.NoRoom();
        return false;
    }

    public RoomRole Rank(RoomRow room, MembershipRow membership) => room.Kind switch
    {
        RoomKind.Lobby => store.Account(membership.Account) is { Role: >= ServerRole.Admin } ? RoomRole.Moderator : RoomRole.Member,
        _ => membership.Role,
    };

    /// <summary>The other person of a private chat.</summary>
    public long Peer(RoomRow room)
    {
        if (peer?.Room != room.Id)
        {
            peer = (room.Id, RoomViews.Peer(store, room.Id, caller.Account));
        }

        return peer.Value.Account;
    }

    /// <summary>Appends one entry to a room's log and notes its delivery to everyone who hears the room.</summary>
    /// <param name="room">Its row as it is now; the updated one is returned for a second append.</param>
    /// <param name="sealedBody">The body sealed already, outside the transaction; null: sealed here.</param>
    public (RoomRow Room, EntryRow Entry) Append(RoomRow room, EntryKind kind, EntryBody body, long? target = null, long? subject = null, byte[]? sealedBody = null)
    {
        var value = sealedBody ?? core.Vault.SealEntry(room.Id, caller.Account, clientId, body);
        var counts = kind is EntryKind.Text or EntryKind.Emoji or EntryKind.File;
        var add = counts ? 1 : 0;
        var entry = new EntryRow(
            room.Id, room.Head + 1, kind, caller.Account, now, clientId, target, subject, counts, room.Ordinal + add,
            counts ? store.SenderOrdinalAt(room.Id, caller.Account, room.Head) + 1 : 0, false, value, SHA256.HashData(value), []);
        entry = entry with { Link = core.Vault.Link(room.HeadLink, entry) };
        store.InsertEntry(entry);
        var head = core.Vault.Head(room.Id, entry.Seq, entry.Link);
        store.SetRoomHead(room.Id, entry.Seq, head, entry.Ordinal);
        var view = core.Entries.View(store, entry, body);
        var other = room.Kind == RoomKind.Private ? Peer(room) : (long?)null;
        after.Add(d =>
        {
            core.Metrics.Appended(kind);
            core.Search.Touched(entry.Room, entry.Seq);
            d.Entry(entry, EntryViews.CodeOf(room.Kind, kind), EntryViews.Encode(view), other);
        });
        return (room with { Head = entry.Seq, HeadLink = head, Ordinal = entry.Ordinal }, entry);
    }

    /// <summary>Stamps an item of an account; every device of it will be told its new value.</summary>
    /// <returns>The account's new revision.</returns>
    public long Touch(long account, ItemKind kind, long key, bool deleted = false)
    {
        var revision = store.Touch(account, kind, key, deleted);
        items.Add((account, kind, key, revision, deleted));
        return revision;
    }

    /// <summary>The change's entry as its reply.</summary>
    public Reply ReplyWith(EntryRow entry) => Reply.Of(entry, Code.Entry, []);

    /// <summary>A line in the append-only audit log.</summary>
    public void Audit(string action, long? subject = null, long? room = null, string? detail = null) =>
        store.AppendAudit(new AuditRow(0, now, caller.IsConsole ? null : caller.Account, action, subject, room, detail is null ? null : core.Vault.SealAudit(detail)));

    /// <summary>Finds a person by account id or name.</summary>
    public bool TryPerson(string? accountId, string? name, out AccountRow person)
    {
        person = null!;
        if (accountId is not null)
        {
            if (Ids.TryAccount(accountId, out var id) && store.Account(id) is { } row)
            {
                person = row;
            }
        }
        else if (core.PersonKey(name) is { } key && store.AccountByName(key) is { } named)
        {
            person = named;
        }

        return person is { Deleted: false };
    }

    /// <summary>Values of the stamped items, built inside the transaction so that they are exact, and everything else to do after the commit.</summary>
    internal IReadOnlyList<Action<Delivered>> Finish()
    {
        foreach (var item in items)
        {
            var value = AccountItems.Value(core, store, new ItemRow(item.Account, item.Kind, item.Key, item.Revision, item.Deleted));
            var frame = Hub.ItemsFrame(value);
            after.Add(d => d.Hub.DeliverItems(item.Account, frame, item.Revision));
        }

        return after;
    }
}

/// <summary>The deliveries of one committed change: knows which connection waits for which reply.</summary>
internal sealed class Delivered(Hub hub, Session? origin, uint requestId, EntryRow? replyEntry)
{
    public Hub Hub => hub;

    /// <summary>Delivers what a change without a waiting connection left to do, in order.</summary>
    public static void All(Hub hub, IEnumerable<Action<Delivered>> after)
    {
        var delivered = new Delivered(hub, null, 0, null);
        foreach (var action in after)
        {
            action(delivered);
        }
    }

    /// <summary>What the origin was told, for callers that are no connection.</summary>
    public (Code Code, byte[] Body)? EntryReply { get; private set; }

    public void Entry(EntryRow entry, Code code, byte[] body, long? peer)
    {
        byte[]? reply = null;
        if (ReferenceEquals(entry, replyEntry))
        {
            var replyCode = code == Code.SendMessagePrivate && peer is { } other && !hub.IsOnline(other) ? Code.SendMessagePrivateStored : code;
            EntryReply = (replyCode, body);
            reply = origin is null ? null : FrameCodec.Write(replyCode, requestId, body);
        }

        hub.DeliverEntry(entry.Room, entry.Seq, FrameCodec.Write(code, 0, body), origin, reply);
    }
}
