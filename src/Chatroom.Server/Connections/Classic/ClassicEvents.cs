using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Rooms;
using FileInfo = Chatroom.Protocol.Messages.FileInfo;

namespace Chatroom.Server.Connections.Classic;

/// <summary>Events as a classic client can show them; docs/CLASSIC.md has the table. What it cannot show is left out, never bent.</summary>
internal sealed class ClassicEvents(ChatCore core, ClassicPerson me)
{
    private static readonly string Lobby = Ids.Room(Ids.Lobby);

    public async ValueTask<IReadOnlyList<ClassicMessage>> TranslateAsync(byte[] bytes, CancellationToken cancellation)
    {
        var frame = ClassicSink.Read(bytes);
        return frame.Code switch
        {
            Code.LoginUsername => await CameAsync(WireJson.Read<PresenceChange>(frame.Body.Span), cancellation),
            Code.LogoutInfo => await WentAsync(WireJson.Read<PresenceChange>(frame.Body.Span), cancellation),
            Code.AddFriendRemind => [.. Friend(WireJson.Read<FriendReminder>(frame.Body.Span).Item)],
            Code.AccountChanged => [.. WireJson.Read<AccountChanged>(frame.Body.Span).Items.Where(i => i.Kind == ItemKinds.Friend).SelectMany(Friend)],
            _ => [.. Entry(WireJson.Read<Entry>(frame.Body.Span), frame.Code)],
        };
    }

    private IEnumerable<ClassicMessage> Entry(Entry entry, Code code)
    {
        var own = entry.Sender == me.Id;
        var sender = me.NameOf(entry.Sender, entry.SenderName);
        if (entry.Room == Lobby)
        {
            return entry.Kind switch
            {
                EntryKinds.Text => ClassicText.Lines(sender, ClassicText.Outgoing(entry.Text ?? "")),
                EntryKinds.Emoji => [ClassicText.Emoji(sender, entry.Emoji ?? "")],
                EntryKinds.File when own && entry.ClientId is { } id && me.Uploads.TryRemove(id, out _) => [],
                EntryKinds.File => File(sender, entry.File!),
                EntryKinds.Edit => ClassicText.Lines(sender, ClassicText.Outgoing("(changed a message to) " + entry.Text)),
                EntryKinds.Recall => Line($"{sender} took a message back."),
                _ => [],
            };
        }

        // An edit or a recall tells its room only: which are private chats is known from sign-in and from what was written since.
        if (code == Code.SendMessagePrivate)
        {
            me.PrivateRooms.TryAdd(entry.Room, true);
        }

        // Groups are not of this world, and a window of a private chat can show only what the other says.
        return !own && me.PrivateRooms.ContainsKey(entry.Room) ? Private(entry, sender) : [];
    }

    private static IEnumerable<ClassicMessage> Private(Entry entry, string sender) => entry.Kind switch
    {
        EntryKinds.Text => ClassicText.Private(sender, ClassicText.Outgoing(entry.Text ?? "")),
        EntryKinds.Emoji => ClassicText.Private(sender, ClassicText.Outgoing(entry.Emoji ?? "")),
        EntryKinds.File => ClassicText.Private(sender, ClassicText.Outgoing($"(sent the file {entry.File!.Name}, {ClassicText.Size(entry.File)}: the new client can fetch it)")),
        EntryKinds.Edit => ClassicText.Private(sender, ClassicText.Outgoing("(changed a message to) " + entry.Text)),
        EntryKinds.Recall => ClassicText.Private(sender, ClassicText.Outgoing("(took a message back)")),
        _ => [],
    };

    private IEnumerable<ClassicMessage> File(string sender, FileInfo file)
    {
        var name = ClassicText.FileName(file.Name);
        me.Files.TryAdd(name, true);
        return [ClassicMessage.File(sender, name, file.Size)];
    }

    // The client can put a friend on its list and never takes one off, so an end is a line, and so is a friendship that begins again.
    private IEnumerable<ClassicMessage> Friend(AccountItem item)
    {
        // Looked at before the list: the answer changes the list first.
        var adding = me.Adding;
        var listed = me.Friends.TryGetValue(item.Key, out var friend);
        if (item.Deleted is true)
        {
            if (!listed || friend.Ended)
            {
                return [];
            }

            me.Friends[item.Key] = friend with { Ended = true };
            return Line($"{friend.Name} and you are no longer friends. The list of friends shows it after the next sign-in.");
        }

        if (item.Person is not { Name: { } name } || (listed && !friend.Ended) || (item.By == me.Id && core.PersonKey(name).AsSpan().SequenceEqual(adding)))
        {
            return [];
        }

        me.Friends[item.Key] = new ListedFriend(name);
        return listed ? Line($"{name} and you are friends again.") : [ClassicMessage.Of(Code.AddFriendRemind, name)];
    }

    private static IEnumerable<ClassicMessage> Line(string text) => ClassicText.Lines(ClassicText.Service, ClassicText.Outgoing(text));

    // A notice of very many names only the first: the list tells the rest.
    private async ValueTask<IReadOnlyList<ClassicMessage>> CameAsync(PresenceChange change, CancellationToken cancellation)
    {
        var came = change.Count > change.Accounts.Count ? await OnlineAsync(cancellation) : change.Accounts;
        return [.. came.Where(p => p.Id != me.Id && p.Name is not null && me.Online.TryAdd(p.Id, p.Name)).Select(p => ClassicMessage.Of(Code.LoginUsername, p.Name!))];
    }

    private async ValueTask<IReadOnlyList<ClassicMessage>> WentAsync(PresenceChange change, CancellationToken cancellation)
    {
        IEnumerable<string> went = change.Accounts.Select(p => p.Id);
        if (change.Count > change.Accounts.Count)
        {
            var here = (await OnlineAsync(cancellation)).Select(p => p.Id).ToHashSet();
            went = me.Online.Keys.Where(id => !here.Contains(id)).ToList();
        }

        var messages = new List<ClassicMessage>();
        foreach (var id in went)
        {
            if (id != me.Id && me.Online.TryRemove(id, out var name))
            {
                messages.Add(ClassicMessage.Of(Code.LogoutInfo, name));
            }
        }

        return messages;
    }

    private async Task<IReadOnlyList<AccountInfo>> OnlineAsync(CancellationToken cancellation)
    {
        const int Most = 10_000;
        cancellation.ThrowIfCancellationRequested();
        return await core.Store.ReadAsync(store => core.Hub.Online(0, Most).Select(id => core.People.Get(store, id).ToWire()).ToList());
    }
}
