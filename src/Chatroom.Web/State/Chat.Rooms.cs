using Chatroom.Client;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Web.Browser;

namespace Chatroom.Web.State;

// Which room is shown, and what has been read of it.
public sealed partial class Chat
{
    private readonly HashSet<string> _mentioned = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<MemberInfo>> _members = new(StringComparer.Ordinal);
    private string? _wanted;
    private long _seen;

    public RoomView? Current { get; private set; }

    /// <summary>Rows of <see cref="Current"/>.</summary>
    public Timeline? Rows { get; private set; }

    /// <summary>The end of the room is in view and is followed.</summary>
    public bool Following { get; private set; } = true;

    /// <summary>Total of the members of the room shown; those loaded are in <see cref="MembersOf"/>.</summary>
    public int MemberTotal { get; private set; }

    public bool IsMentioned(RoomView room) => room.Unread > 0 && _mentioned.Contains(room.Id);

    public IReadOnlyList<MemberInfo> MembersOf(RoomView room) => _members.GetValueOrDefault(room.Id) ?? [];

    public string RoomName(RoomView room) => room.Kind switch
    {
        RoomKinds.Lobby => Texts.Of("room.lobby"),
        RoomKinds.Private => NameOf(room.Peer),
        _ => room.Name ?? "",
    };

    public void Select(string roomId)
    {
        if (Client.Room(roomId) is { } room)
        {
            Select(room);
        }
    }

    public void Select(RoomView room, bool replace = false)
    {
        Layout.Drawer = false;
        if (room != Current)
        {
            KeepDraft();
            Current = room;
            Rows = new Timeline(room);
            Following = true;
            (_seen, Replying, Editing) = (0, null, null);
            _mentioned.Remove(room.Id);
            Page.Go($"/a/{AccountId}/r/{room.Id}", replace);
            TellNow(Topics.Rooms | Topics.Timeline | Topics.Pending | Topics.Members | Topics.Composer | Topics.Layout | Topics.Typing);
            TimelineScroll.Enter(Rows.HasNewest);
            _ = ShowNewRuleAsync(room);
            ComposerField.SetText(_drafts.GetValueOrDefault(room.Id, ""));
            _ = LoadMembersAsync(room);
            _ = Notifier.CloseAsync(room.Id);
        }
        else
        {
            Tell(Topics.Layout);
        }

        ComposerField.Focus();
    }

    // In an event of the page's own, what has changed is drawn when the event is over.
    private async Task ShowNewRuleAsync(RoomView room)
    {
        await Task.Yield();
        if (room == Current)
        {
            TimelineScroll.ShowNewRule();
        }
    }

    /// <summary>The room before or after the one shown, in the order of the sidebar.</summary>
    public void SelectNeighbour(int step, bool unreadOnly)
    {
        var rooms = SidebarOrder().ToArray();
        var at = Array.IndexOf(rooms, Current);
        for (var i = 1; i <= rooms.Length; i++)
        {
            var room = rooms[((at + (step * i)) % rooms.Length + rooms.Length) % rooms.Length];
            if (!unreadOnly || (room.Unread > 0 && room != Current))
            {
                Select(room);
                return;
            }
        }
    }

    /// <summary>Rooms as the sidebar shows them: lobby and groups, then private chats.</summary>
    public IEnumerable<RoomView> SidebarOrder() =>
        Client.Rooms.Where(room => room.Kind != RoomKinds.Private).Concat(Client.Rooms.Where(room => room.Kind == RoomKinds.Private));

    /// <summary>The timeline was scrolled, or the person looked up.</summary>
    public void Scrolled(bool following, long seen)
    {
        if (following != Following)
        {
            Following = following;
            Tell(Topics.Timeline);
        }

        if (seen > 0)
        {
            _seen = seen;
            ReadUpToSeen();
        }
    }

    public Task MarkReadAsync(RoomView room) => TryAsync(() => Client.MarkReadAsync(room.Id));

    public async Task LoadMembersAsync(RoomView room, bool more = false)
    {
        if (Client.Connection.Phase != ConnectionPhase.Online)
        {
            return;
        }

        try
        {
            var known = MembersOf(room);
            var members = new List<MemberInfo>();
            string? cursor = null;
            do
            {
                var page = await Client.Groups.MembersAsync(room.Id, cursor, WireLimits.PageSize);
                members.AddRange(page.Members);
                cursor = page.Next;
                if (room == Current)
                {
                    MemberTotal = page.Total;
                }
            }
            while (cursor is not null && members.Count < Math.Max(known.Count, WireLimits.PageSize) + (more ? WireLimits.PageSize : 0));

            _members[room.Id] = members;
            var news = members.Count(member => Remember(new AccountInfo { Id = member.Id, Name = member.Name })) > 0;
            if (room == Current)
            {
                if (news)
                {
                    Rows?.DrawAnew();
                }

                Tell(Topics.Members | Topics.Timeline);
            }
        }
        catch (Exception error) when (error is ConnectionLostException or ChatException)
        {
            // Asked again when the connection is back, or the room is left.
            return;
        }
    }

    /// <summary>Shows a message, fetching older ones until it is here.</summary>
    public async Task ShowMessageAsync(long seq)
    {
        if (Current is not { } room || Rows is not { } rows)
        {
            return;
        }

        await Task.Yield(); // So that what is told below is drawn at once.
        await TryAsync(async () =>
        {
            for (var pages = 0; pages < 100 && room.HasOlder && (room.Entries.Count == 0 || room.Entries[0].Seq > seq); pages++)
            {
                await room.LoadOlderAsync(WireLimits.PageSize);
            }
        });
        if (room != Current || room.Find(seq) is null)
        {
            Toast(Texts.Of("toast.message-gone"));
            return;
        }

        rows.Around(seq);
        TellNow(Topics.Timeline);
        TimelineScroll.SetNewest(rows.HasNewest);
        TimelineScroll.Show(seq, focus: true);
    }

    public void ToNewest()
    {
        Rows?.ToNewest();
        TellNow(Topics.Timeline);
        TimelineScroll.SetNewest(true);
        TimelineScroll.ToBottom();
    }

    private void GoTo(string path)
    {
        var at = path.IndexOf("/r/", StringComparison.Ordinal);
        if (at > 0 && Client.Room(path[(at + 3)..].TrimEnd('/')) is { } room)
        {
            Select(room, replace: true);
        }
    }

    // The room in the address, or the lobby.
    private void ChooseFirst()
    {
        if (Current is { IsMember: true } || Client.Rooms.Count == 0 || Client.Connection.Phase is not (ConnectionPhase.Syncing or ConnectionPhase.Online))
        {
            return;
        }

        if (_wanted is null)
        {
            var path = Page.Path();
            var at = path.IndexOf("/r/", StringComparison.Ordinal);
            _wanted = at > 0 ? path[(at + 3)..].TrimEnd('/') : "";
        }

        Boot.Ready();
        Select(Client.Room(_wanted) ?? Client.Lobby ?? Client.Rooms[0], replace: true);
    }

    // A room that was left meanwhile needs no mark.
    private async Task ReadAsync(RoomView room, long upTo)
    {
        try
        {
            await Client.MarkReadAsync(room.Id, upTo);
        }
        catch (ChatException error)
        {
            Console.WriteLine(error.Message);
        }
    }

    private void SelectAfterLeaving()
    {
        Current = null;
        if (Client.Lobby is { } lobby)
        {
            Select(lobby, replace: true);
        }
    }

    private void ReadUpToSeen()
    {
        if (Current is { } room && Page.IsLooking() && Client.Connection.Phase == ConnectionPhase.Online)
        {
            // Entries that change others have no row: at the end, all of it has been seen.
            var upTo = Following && Rows is { HasNewest: true } ? room.GapAfter ?? room.Head : _seen;
            if (upTo > room.Position)
            {
                _ = ReadAsync(room, upTo);
            }
        }
    }
}
