using Chatroom.Protocol.Messages;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Rooms;

/// <summary>What a member may see of a room's log: intervals of seq. History, files, search and unread counts all ask this.</summary>
public readonly record struct Visible(IReadOnlyList<(long From, long To)> Intervals)
{
    /// <summary>Lowest seq that may be read; 1 above the highest when nothing may.</summary>
    public long First => Intervals.Count == 0 ? long.MaxValue : Intervals[0].From;

    public bool Contains(long seq) => Intervals.Any(i => seq >= i.From && seq <= i.To);

    /// <summary>Members read everything since their join and in earlier memberships, or all of it where the room says so; former members (who have no open membership) nothing.</summary>
    /// <param name="open">The reader's open membership.</param>
    public static Visible Of(IStoreReader store, RoomRow room, MembershipRow open) => room.History == HistoryPolicy.All
        ? new Visible([(1, long.MaxValue)])
        : new Visible([.. store.Memberships(room.Id, open.Account).Select(m => (m.JoinedSeq, m.LeftSeq ?? long.MaxValue))]);
}

/// <summary>Rooms as a member sees them: head, position, unread.</summary>
public sealed class RoomViews(Vault vault, People people)
{
    /// <summary>
    /// Texts, emoji and files by others after the position, not recalled, inside the open membership. Computed from ordinals: head minus position,
    /// minus own by the per-sender ordinal, minus recalled by index; there is no counter that could drift.
    /// </summary>
    public static long Unread(IStoreReader store, RoomRow room, MembershipRow member, long position)
    {
        var from = Math.Min(Math.Max(position, member.JoinedSeq - 1), room.Head);
        if (from == room.Head)
        {
            return 0;
        }

        var counted = room.Ordinal - store.OrdinalAt(room.Id, from);
        if (counted == 0)
        {
            return 0;
        }

        var own = store.SenderOrdinalAt(room.Id, member.Account, room.Head) - store.SenderOrdinalAt(room.Id, member.Account, from);
        return counted - own - store.RecalledAfter(room.Id, from, member.Account);
    }

    public RoomState State(IStoreReader store, RoomRow room, MembershipRow member, int members)
    {
        var info = vault.OpenRoom(room);
        var position = store.Position(room.Id, member.Account);
        return new RoomState
        {
            Id = Ids.Room(room.Id),
            Kind = Words.Of(room.Kind),
            Name = info.Name,
            Topic = info.Topic,
            Public = room.Kind == RoomKind.Group ? room.Public : null,
            History = room.Kind == RoomKind.Group ? Words.Of(room.History) : null,
            Peer = room.Kind == RoomKind.Private ? people.Get(store, Peer(store, room.Id, member.Account)).ToWire() : null,
            Role = Words.Of(member.Role),
            Head = room.Head,
            First = Visible.Of(store, room, member).First,
            Position = position,
            Unread = Unread(store, room, member, position),
            MemberCount = members,
        };
    }

    /// <summary>The other person of a private chat.</summary>
    public static long Peer(IStoreReader store, long room, long account) =>
        store.MembersOf(room, 0, 2).FirstOrDefault(m => m.Account != account)?.Account ?? account;

    public GroupInfo Group(RoomRow room, int members, bool? member) => new()
    {
        Id = Ids.Room(room.Id),
        Name = vault.OpenRoom(room).Name ?? "",
        Topic = vault.OpenRoom(room).Topic,
        MemberCount = members,
        Member = member is true ? true : null,
    };
}
