using Chatroom.Protocol;
using Chatroom.Protocol.Messages;

namespace Chatroom.Client;

/// <summary>For owners and admins of the server; others are refused with 915.</summary>
public sealed class AdminArea
{
    private readonly ChatClient _client;

    internal AdminArea(ChatClient client) => _client = client;

    public Task<UserPage> UsersAsync(string? cursor = null, int? limit = null, CancellationToken cancellationToken = default) =>
        _client.AskAsync<PageRequest, UserPage>(Code.ListUsers, new PageRequest { Cursor = cursor, Limit = limit }, cancellationToken);

    /// <param name="role">owner, admin or member.</param>
    public Task SetRoleAsync(PersonRef person, string role, CancellationToken cancellationToken = default) =>
        ChangeAsync(Code.SetUserRole, id => Request(person, id) with { Role = role }, cancellationToken);

    public Task DisableAsync(PersonRef person, bool disabled = true, CancellationToken cancellationToken = default) =>
        ChangeAsync(Code.DisableUser, id => Request(person, id) with { Disabled = disabled }, cancellationToken);

    public Task DeleteAsync(PersonRef person, CancellationToken cancellationToken = default) =>
        ChangeAsync(Code.DeleteUser, id => Request(person, id), cancellationToken);

    /// <param name="password">8–256 bytes of UTF-8.</param>
    public Task ResetPasswordAsync(PersonRef person, string password, CancellationToken cancellationToken = default) =>
        ChangeAsync(Code.ResetPassword, id => Request(person, id) with { Password = password }, cancellationToken);

    /// <param name="uses">1–1000; null: 1.</param>
    /// <param name="days">1–365; null: 7.</param>
    /// <returns>With its code, which is told only here.</returns>
    public async Task<InviteCreated> CreateInviteAsync(int? uses = null, int? days = null, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var made = await _client.ChangeAsync<CreateInviteRequest, InviteCreated>(
                Code.CreateInvite, Lanes.Account, id => new CreateInviteRequest { Uses = uses, Days = days, ClientId = id }, cancellationToken).ConfigureAwait(false);
            if (made.Code is not null)
            {
                return made;
            }

            // The first answer was lost with the connection, and the server keeps no code that it could tell again.
            await RevokeInviteAsync(made.Id, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Invitations that still let somebody in, the first to expire first; at most 500.</summary>
    public async Task<IReadOnlyList<InviteInfo>> InvitesAsync(CancellationToken cancellationToken = default) =>
        (await _client.AskAsync<Empty, InviteList>(Code.ListInvites, new Empty(), cancellationToken).ConfigureAwait(false)).Invites;

    /// <param name="invite">The id of an invitation, not its code.</param>
    /// <exception cref="ChatException">914: it was used up, has expired or was revoked.</exception>
    public Task RevokeInviteAsync(string invite, CancellationToken cancellationToken = default) =>
        _client.ChangeAsync<RevokeInviteRequest, OkBody>(
            Code.RevokeInvite, Lanes.Account, id => new RevokeInviteRequest { Invite = invite, ClientId = id }, cancellationToken);

    /// <summary>The audit log, newest first.</summary>
    public Task<AuditPage> AuditAsync(string? cursor = null, int? limit = null, CancellationToken cancellationToken = default) =>
        _client.AskAsync<PageRequest, AuditPage>(Code.ReadAudit, new PageRequest { Cursor = cursor, Limit = limit }, cancellationToken);

    private static UserRequest Request(PersonRef person, string clientId) =>
        new() { Account = person.Id, Name = person.Name, ClientId = clientId };

    private Task ChangeAsync(Code code, Func<string, UserRequest> body, CancellationToken cancellationToken) =>
        _client.ChangeAsync<UserRequest, OkBody>(code, Lanes.Account, body, cancellationToken);
}
