using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

// Account items: friends, blocks, invitations, devices, settings, positions, and rooms while online; within the sequence.
public sealed partial class ChatClient
{
    private readonly Dictionary<(string Kind, string Key), AccountItem> _items = [];

    internal bool IsBlocked(string accountId) => Blocks.Any(person => person.Id == accountId);

    /// <param name="seen">Friend items above this revision are news to the person.</param>
    private void TakeItems(AccountChanged change, long seen)
    {
        if (change.Full == true)
        {
            _items.Clear();
            ListAll();
        }

        foreach (var item in change.Items)
        {
            TakeItem(item);
            if (item.Kind == ItemKinds.Friend && item.Deleted != true && item.Revision > seen)
            {
                NoticeFriend(item);
            }
        }

        foreach (var kind in change.Items.Select(item => item.Kind).Distinct())
        {
            List(kind);
        }

        _revision = Math.Max(_revision, change.Revision);
    }

    private void TakeItem(AccountItem item)
    {
        var room = Room(item.Key);
        switch (item.Kind)
        {
            case ItemKinds.Room when item.Deleted == true:
                if (room is not null)
                {
                    RemoveRoom(room);
                }

                break;
            case ItemKinds.Room when item.Room is { } state:
                TakeRoom(state);
                break;
            case ItemKinds.Position when item.Deleted != true:
                if (room is not null && item is { Position: { } position, Unread: { } unread })
                {
                    room.Count(position, unread, item.Head ?? room.Head);
                    RoomTouched(room);
                }

                break;
            default:
                if (item.Deleted == true)
                {
                    _items.Remove((item.Kind, item.Key));
                }
                else
                {
                    _items[(item.Kind, item.Key)] = item;
                }

                break;
        }
    }

    private void NoticeFriend(AccountItem item)
    {
        if (item.Person is { } person && item.By is { } by && by != AccountId)
        {
            Raise(new FriendAddedNotice(person, At(item.Time)));
        }
    }

    private void ListAll()
    {
        foreach (var kind in (string[])[ItemKinds.Friend, ItemKinds.Block, ItemKinds.Invitation, ItemKinds.Device, ItemKinds.Settings])
        {
            List(kind);
        }
    }

    private void List(string kind)
    {
        var items = _items.Values.Where(item => item.Kind == kind);
        switch (kind)
        {
            case ItemKinds.Friend:
                ListFriends();
                Raise(new FriendsChanged());
                break;
            case ItemKinds.Block:
                Blocks = items.Select(item => item.Person ?? new AccountInfo { Id = item.Key }).ToArray();
                foreach (var room in Rooms)
                {
                    room.Refresh();
                }

                Raise(new BlocksChanged());
                break;
            case ItemKinds.Invitation:
                Invitations = items.Where(item => item.Group is not null).Select(item => new Invitation(item.Group!, item.Person, At(item.Time))).ToArray();
                Raise(new InvitationsChanged());
                break;
            case ItemKinds.Device:
                Devices = items.Where(item => item.Device is not null).Select(item => item.Device!).ToArray();
                Raise(new DevicesChanged());
                break;
            case ItemKinds.Settings:
                var settings = items.FirstOrDefault();
                Settings = new AccountSettings(settings?.Accept ?? "everyone", settings?.Classic ?? "allow");
                if (settings?.ServerRole is { } role && Account is { } self)
                {
                    Account = self with { ServerRole = role };
                }

                Raise(new SettingsChanged());
                break;
        }
    }

    private void ListFriends() => Friends = _items.Values
        .Where(item => item.Kind == ItemKinds.Friend)
        .Select(item => new Friend(item.Person ?? new AccountInfo { Id = item.Key }, item.By, At(item.Time), Online.Known.ContainsKey(item.Key)))
        .OrderBy(friend => friend.Person.Name, StringComparer.OrdinalIgnoreCase)
        .ToArray();

    private static DateTimeOffset? At(long? ms) => ms is { } time ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null;
}
