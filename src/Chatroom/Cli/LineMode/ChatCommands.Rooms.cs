using Chatroom.Cli.Text;
using Chatroom.Client;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Verbs;

namespace Chatroom.Cli.LineMode;

// Rooms and groups.
internal sealed partial class ChatCommands
{
    private void Rooms()
    {
        foreach (var room in Client.Rooms)
        {
            // A name that several rooms have says nothing.
            var name = RoomNames.Say(room);
            name = Client.Rooms.Count(other => RoomNames.Say(other) == name) > 1 ? $"{name} ({room.Id})" : name;
            _chat.Say("chat.room", room == _chat.Current ? "*" : " ", name, room.Unread, Members(room.MemberCount), Sanitizer.Line(room.Topic));
        }
    }

    private void Unread()
    {
        var unread = Client.Rooms.Where(room => room.Unread > 0).ToArray();
        foreach (var room in unread)
        {
            _chat.Say("chat.unread-in", room.Unread, RoomNames.Say(room));
        }

        SayNone(unread.Length);
    }

    /// <summary>One's own rooms first; then an invitation; then a public group of that name.</summary>
    private async Task JoinAsync(Words words)
    {
        var name = Needed(words.Name());
        var known = Client.Rooms.Select(RoomNames.Of).ToArray();
        if (known.Any(room => room.Id == name || string.Equals(RoomNames.Say(room), name, StringComparison.OrdinalIgnoreCase)))
        {
            _chat.Enter(_session.Room(name));
            return;
        }

        var invited = Group.Invited(_session, name);
        await EnterAsync(await WaitAsync(stop => invited is not null ? Client.Groups.JoinAsync(invited, stop) : Client.Groups.JoinByNameAsync(name, stop)));
    }

    private async Task MessageAsync(Words words)
    {
        var name = Needed(words.Person());
        var room = Client.Rooms.FirstOrDefault(one => one.Kind == RoomKinds.Private && string.Equals(one.Peer?.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? await WaitAsync(stop => Client.People.OpenPrivateAsync(Session.Person(name), stop));
        if (words.Rest.Length > 0)
        {
            await SendAsync(room, words.Rest);
        }
        else
        {
            _chat.Enter(room);
        }
    }

    private async Task MembersAsync(Words words)
    {
        string? cursor = null;
        do
        {
            var page = await WaitAsync(stop => Client.Groups.MembersAsync(Room.Id, cursor, cancellationToken: stop));
            foreach (var member in page.Members)
            {
                _chat.Print(Style.Plain, $"  {_chat.Words.Name(member.Id, member.Name)}  {_session.Strings.Find("role." + member.Role) ?? member.Role}{(member.Online == true ? "  " + _session.Strings["chat.is-online"] : "")}");
            }

            cursor = page.Next;
        }
        while (cursor is not null);
    }

    private async Task CreateAsync(Words words)
    {
        var (name, access) = words.NameAndLast(word => word is "public" or "private");
        Needed(name);
        await EnterAsync(await WaitAsync(stop => Client.Groups.CreateAsync(name, isPublic: access == "public", cancellationToken: stop)));
    }

    private async Task GroupsAsync(Words words)
    {
        var page = await WaitAsync(stop => Client.Groups.PublicAsync(cancellationToken: stop));
        foreach (var group in page.Groups)
        {
            _chat.Say("chat.group", group.Member == true ? "*" : " ", Sanitizer.Line(group.Name), Members(group.MemberCount), Sanitizer.Line(group.Topic));
        }

        SayNone(page.Groups.Count);
    }

    private void Invitations()
    {
        foreach (var one in Client.Invitations)
        {
            _chat.Say("chat.invited", Sanitizer.Line(one.From?.Name), Sanitizer.Line(one.Group.Name));
        }

        SayNone(Client.Invitations.Count);
    }

    private async Task AcceptAsync(Words words)
    {
        var id = Invited(words);
        await EnterAsync(await WaitAsync(stop => Client.Groups.JoinAsync(id, stop)));
    }

    private Task DeclineAsync(Words words)
    {
        var id = Invited(words);
        return WaitAsync(stop => Client.Groups.DeclineInvitationAsync(id, stop), "done.declined");
    }

    // With one invitation there is nothing to name.
    private string Invited(Words words)
    {
        var name = words.Name();
        return name.Length == 0 && Client.Invitations.Count == 1
            ? Client.Invitations[0].Group.Id
            : Group.Invited(_session, Needed(name)) ?? throw new CliException(ExitCodes.Failed, _session.Strings["chat.no-invitation", Sanitizer.Line(name)]);
    }

    private string Members(int count) => count == 1 ? _session.Strings["chat.one-member"] : _session.Strings["chat.members", count];

    private async Task LeaveAsync(Words words)
    {
        var name = words.Name();
        var room = name.Length > 0 ? MyRoom(name) : Room;
        await WaitAsync(stop => Client.Groups.LeaveAsync(room.Id, stop));
        _chat.Left(room, comesAgain: true);
    }

    private RoomView MyRoom(string name) => Client.Rooms.Any(room => room.Id == name || string.Equals(RoomNames.Say(room), name, StringComparison.OrdinalIgnoreCase))
        ? _session.Room(name)
        : throw new CliException(ExitCodes.Failed, _session.Strings["chat.not-your-room", Sanitizer.Line(name)]);

    private async Task KickAsync(Words words)
    {
        var (name, room) = (Needed(words.Name()), Room);
        try
        {
            await WaitAsync(stop => Client.Groups.RemoveMemberAsync(room.Id, Session.Person(name), stop));
        }
        catch (ChatException error) when (error.Code == Code.NoSuchUser)
        {
            throw new CliException(ExitCodes.Failed, _session.Strings["chat.not-in-group", Sanitizer.Line(name)]);
        }
    }

    private Task RenameAsync(Words words)
    {
        var (name, room) = (Needed(words.Name()), Room);
        return WaitAsync(stop => Client.Groups.RenameAsync(room.Id, name, stop));
    }

    private Task RoleAsync(Words words)
    {
        var (name, role) = words.NameAndLast(_ => true);
        Needed(name);
        return WaitAsync(stop => Client.Groups.SetRoleAsync(Room.Id, Session.Person(name), role, stop));
    }

    private Task OptionsAsync(Words words)
    {
        bool? open = null;
        string? history = null;
        for (var word = words.Next(); word.Length > 0; word = words.Next())
        {
            (open, history) = word switch
            {
                "public" => (true, history),
                "private" => (false, history),
                "all" or "join" => (open, word),
                _ => throw new UsageException(),
            };
        }

        return WaitAsync(stop => Client.Groups.SetOptionsAsync(Room.Id, open, history, stop));
    }

    private async Task EnterAsync(RoomState joined)
    {
        // The reply and the room come by the same connection, in this order; the room's entries may be on their way.
        await SeenAsync(() => Client.Room(joined.Id) is not null);
        _chat.Enter(Client.Room(joined.Id)!);
    }

    private async Task SeenAsync(Func<bool> isThere)
    {
        if (isThere())
        {
            return;
        }

        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Watch(ChatChange change)
        {
            if (isThere())
            {
                seen.TrySetResult();
            }
        }

        Client.Changed += Watch;
        try
        {
            Watch(new Synchronized());
            await seen.Task.WaitAsync(AnswerPatience, _session.Stop);
        }
        finally
        {
            Client.Changed -= Watch;
        }
    }
}
