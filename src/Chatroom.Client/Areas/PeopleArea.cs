using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

/// <summary>Friends, blocks, private chats and who is online.</summary>
public sealed class PeopleArea
{
    private readonly ChatClient _client;

    internal PeopleArea(ChatClient client) => _client = client;

    /// <exception cref="ChatException">902 already a friend, 903 no such user, 904 oneself, 918 not accepting.</exception>
    public async Task<AccountInfo> AddFriendAsync(PersonRef person, CancellationToken cancellationToken = default) =>
        (await ChangeAsync<FriendAdded>(Code.AddFriend, person, cancellationToken).ConfigureAwait(false)).Friend;

    public Task RemoveFriendAsync(PersonRef person, CancellationToken cancellationToken = default) =>
        ChangeAsync<OkBody>(Code.RemoveFriend, person, cancellationToken);

    public Task BlockAsync(PersonRef person, CancellationToken cancellationToken = default) =>
        ChangeAsync<OkBody>(Code.Block, person, cancellationToken);

    public Task UnblockAsync(PersonRef person, CancellationToken cancellationToken = default) =>
        ChangeAsync<OkBody>(Code.Unblock, person, cancellationToken);

    /// <summary>Opens the private chat with a person; its room is then among <see cref="ChatClient.Rooms"/>.</summary>
    /// <exception cref="ChatException">903 no such user, 904 oneself, 918 not accepting.</exception>
    public async Task<RoomView> OpenPrivateAsync(PersonRef person, CancellationToken cancellationToken = default)
    {
        var chat = await _client.ChangeAsync<PrivateInitRequest, PrivateChat>(
            Code.PrivateInit,
            Lanes.Account,
            id => new PrivateInitRequest { Name = person.Name, Account = person.Id, ClientId = id },
            cancellationToken).ConfigureAwait(false);

        // The client has taken it on the way here.
        return _client.Room(chat.Room.Id) ?? throw new ChatException(Code.NotFound, "The chat was left meanwhile.");
    }

    /// <summary>The friends, with who is online now (<see cref="ChatClient.Friends"/> holds them as well).</summary>
    public async Task<IReadOnlyList<MemberInfo>> FriendsAsync(CancellationToken cancellationToken = default)
    {
        var frame = await _client.AskAsync(Code.ShowAllFriends, new Empty(), cancellationToken).ConfigureAwait(false);
        return frame.Code == Code.FriendsNone ? [] : WireJson.Read<FriendList>(frame.Body.Span).Friends;
    }

    /// <summary>A page of who is online; the next with <see cref="PresencePage.Next"/> as <paramref name="cursor"/>.</summary>
    public Task<PresencePage> OnlineAsync(string? cursor = null, int? limit = null, CancellationToken cancellationToken = default) =>
        _client.AskAsync<PageRequest, PresencePage>(Code.GetAllUsers, new PageRequest { Cursor = cursor, Limit = limit }, cancellationToken);

    private Task<TReply> ChangeAsync<TReply>(Code code, PersonRef person, CancellationToken cancellationToken) =>
        _client.ChangeAsync<PersonRequest, TReply>(
            code, Lanes.Account, id => new PersonRequest { Name = person.Name, Account = person.Id, ClientId = id }, cancellationToken);
}
