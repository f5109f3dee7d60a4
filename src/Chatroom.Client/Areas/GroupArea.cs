using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

/// <summary>Groups: found, joined, run. Changes wait for the connection and happen once; cancelling stops the waiting, not the change.</summary>
public sealed class GroupArea
{
    private readonly ChatClient _client;

    internal GroupArea(ChatClient client) => _client = client;

    /// <param name="isPublic">Listed, and anyone may join; null: private.</param>
    /// <param name="history"><c>all</c> or <c>join</c>: what newcomers see; null: <c>all</c> for public groups, <c>join</c> for private ones.</param>
    /// <exception cref="ChatException">920 bad name, 921 public name taken, 932 too many groups.</exception>
    public async Task<RoomState> CreateAsync(
        string name, string? topic = null, bool? isPublic = null, string? history = null, CancellationToken cancellationToken = default) =>
        (await _client.ChangeAsync<CreateGroupRequest, RoomJoined>(Code.CreateGroup, Lanes.Account, id => new CreateGroupRequest
        {
            Name = name,
            Topic = topic,
            Public = isPublic,
            History = history,
            ClientId = id,
        }, cancellationToken).ConfigureAwait(false)).Room;

    public Task<Entry> RenameAsync(string roomId, string name, CancellationToken cancellationToken = default) =>
        TextAsync(Code.RenameGroup, roomId, name, cancellationToken);

    /// <param name="topic">At most 1,024 bytes of UTF-8.</param>
    public Task<Entry> SetTopicAsync(string roomId, string topic, CancellationToken cancellationToken = default) =>
        TextAsync(Code.SetTopic, roomId, topic, cancellationToken);

    public Task<Entry> SetOptionsAsync(string roomId, bool? isPublic = null, string? history = null, CancellationToken cancellationToken = default) =>
        _client.ChangeAsync<GroupOptionsRequest, Entry>(Code.SetGroupOptions, roomId, id => new GroupOptionsRequest
        {
            Room = roomId,
            Public = isPublic,
            History = history,
            ClientId = id,
        }, cancellationToken);

    public Task InviteAsync(string roomId, PersonRef person, CancellationToken cancellationToken = default) =>
        MemberAsync<OkBody>(Code.Invite, roomId, person, null, cancellationToken);

    public Task<RoomState> JoinAsync(string roomId, CancellationToken cancellationToken = default) =>
        JoinAsync(roomId, null, cancellationToken);

    /// <summary>Joins a public group by its name.</summary>
    public Task<RoomState> JoinByNameAsync(string name, CancellationToken cancellationToken = default) =>
        JoinAsync(null, name, cancellationToken);

    public Task<Entry> LeaveAsync(string roomId, CancellationToken cancellationToken = default) =>
        _client.ChangeAsync<RoomRequest, Entry>(Code.LeaveGroup, roomId, id => new RoomRequest { Room = roomId, ClientId = id }, cancellationToken);

    public Task<Entry> RemoveMemberAsync(string roomId, PersonRef person, CancellationToken cancellationToken = default) =>
        MemberAsync<Entry>(Code.RemoveMember, roomId, person, null, cancellationToken);

    /// <param name="role">One of <see cref="Roles"/>: owner, moderator, member.</param>
    public Task<Entry> SetRoleAsync(string roomId, PersonRef person, string role, CancellationToken cancellationToken = default) =>
        MemberAsync<Entry>(Code.SetRole, roomId, person, role, cancellationToken);

    public Task DeclineInvitationAsync(string roomId, CancellationToken cancellationToken = default) =>
        _client.ChangeAsync<RoomRequest, OkBody>(
            Code.DeclineInvitation, Lanes.Account, id => new RoomRequest { Room = roomId, ClientId = id }, cancellationToken);

    /// <summary>A page of the members; the next with <see cref="MemberPage.Next"/> as <paramref name="cursor"/>.</summary>
    public Task<MemberPage> MembersAsync(string roomId, string? cursor = null, int? limit = null, CancellationToken cancellationToken = default) =>
        _client.AskAsync<PageRequest, MemberPage>(
            Code.ListMembers, new PageRequest { Room = roomId, Cursor = cursor, Limit = limit }, cancellationToken);

    /// <summary>A page of the public groups.</summary>
    public Task<GroupPage> PublicAsync(string? cursor = null, int? limit = null, CancellationToken cancellationToken = default) =>
        _client.AskAsync<PageRequest, GroupPage>(Code.ListGroups, new PageRequest { Cursor = cursor, Limit = limit }, cancellationToken);

    private async Task<RoomState> JoinAsync(string? roomId, string? name, CancellationToken cancellationToken) =>
        (await _client.ChangeAsync<JoinGroupRequest, RoomJoined>(
            Code.JoinGroup, roomId ?? Lanes.Account, id => new JoinGroupRequest { Room = roomId, Name = name, ClientId = id }, cancellationToken)
            .ConfigureAwait(false)).Room;

    private Task<Entry> TextAsync(Code code, string roomId, string text, CancellationToken cancellationToken) =>
        _client.ChangeAsync<RoomTextRequest, Entry>(
            code, roomId, id => new RoomTextRequest { Room = roomId, Text = text, ClientId = id }, cancellationToken);

    private Task<TReply> MemberAsync<TReply>(Code code, string roomId, PersonRef person, string? role, CancellationToken cancellationToken) =>
        _client.ChangeAsync<MemberRequest, TReply>(code, roomId, id => new MemberRequest
        {
            Room = roomId,
            Account = person.Id,
            Name = person.Name,
            Role = role,
            ClientId = id,
        }, cancellationToken);
}
