using Chatroom.Client;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Web.Browser;

namespace Chatroom.Web.State;

// People: their names, who types, and what one does with them.
public sealed partial class Chat
{
    private static readonly TimeSpan TypingShown = TimeSpan.FromSeconds(6);

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Room, string Person), long> _typing = [];

    /// <summary>The name, as far as it was told; "(deleted account)" for nobody.</summary>
    public string NameOf(string accountId) => accountId == AccountId ? AccountName : _names.GetValueOrDefault(accountId) ?? Texts.Of("person.deleted");

    public string NameOf(AccountInfo? person) => person?.Name ?? (person is null ? Texts.Of("person.deleted") : NameOf(person.Id));

    public bool IsOnline(string accountId) => accountId == AccountId ? Client.Connection.Phase == ConnectionPhase.Online : Client.Online.Known.ContainsKey(accountId);

    public bool IsClassic(string accountId) => Client.Online.Known.TryGetValue(accountId, out var person) && person.Classic == true;

    public bool IsFriend(string accountId) => Client.Friends.Any(friend => friend.Person.Id == accountId);

    public bool IsBlocked(string accountId) => Client.Blocks.Any(person => person.Id == accountId);

    public RoomView? PrivateRoomWith(string accountId) => Client.Rooms.FirstOrDefault(room => room.Kind == RoomKinds.Private && room.Peer?.Id == accountId);

    /// <summary>Who is typing in the room shown.</summary>
    public string? TypingNow
    {
        get
        {
            var now = Environment.TickCount64;
            var names = _typing.Where(one => one.Key.Room == Current?.Id && one.Value > now).Select(one => NameOf(one.Key.Person)).ToArray();
            return names.Length switch
            {
                0 => null,
                1 => Texts.Of("typing.one", names[0]),
                2 => Texts.Of("typing.two", names[0], names[1]),
                _ => Texts.Of("typing.many"),
            };
        }
    }

    public Task WriteToAsync(string accountId) => TryAsync(async () =>
    {
        var room = PrivateRoomWith(accountId) ?? await Client.People.OpenPrivateAsync(PersonRef.WithId(accountId));
        Select(room);
    });

    public async Task AddFriendAsync(string accountId)
    {
        if (await TryAsync(() => Client.People.AddFriendAsync(PersonRef.WithId(accountId))))
        {
            Toast(Texts.Of("toast.now-friend", NameOf(accountId)));
        }
    }

    /// <returns>The name was not known.</returns>
    private bool Remember(AccountInfo? person)
    {
        if (person is not { Name: { } name } || _names.GetValueOrDefault(person.Id) == name)
        {
            return false;
        }

        _names[person.Id] = name;
        if (person.Id == AccountId)
        {
            AccountName = name;
        }

        return true;
    }

    private async void TakeTyping(PersonTyping typing)
    {
        if (IsBlocked(typing.AccountId))
        {
            return;
        }

        _typing[(typing.Room.Id, typing.AccountId)] = Environment.TickCount64 + (long)TypingShown.TotalMilliseconds;
        Tell(Topics.Typing);
        await Task.Delay(TypingShown + TimeSpan.FromMilliseconds(100));
        Tell(Topics.Typing);
    }
}
