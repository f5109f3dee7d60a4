using System.Buffers.Text;
using System.Security.Cryptography;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>CREATE_INVITE: a code with which people may register.</summary>
internal static class CreateInvite
{
    private const long Day = 24L * 60 * 60 * 1000;

    public static Plan Plan(Request<CreateInviteRequest> request)
    {
        var body = request.Body;
        var (uses, days) = (body.Uses ?? 1, body.Days ?? 7);
        if (uses is < 1 or > 1000 || days is < 1 or > 365)
        {
            return Reply.Wrong("uses are 1 to 1000, days 1 to 365.", uses is < 1 or > 1000 ? "uses" : "days");
        }

        var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(15));
        return Commands.Plan.To(change =>
        {
            if (!Admin.IsAllowed(change.Store, change.Caller, ServerRole.Admin, out var refusal))
            {
                return refusal;
            }

            var row = new RegistrationInviteRow(change.Core.Vault.InviteHash(code), change.Caller.Account, change.Now, change.Now + (days * Day), uses);
            change.Store.InsertRegistrationInvite(row);
            change.Audit("create-invite", detail: $"{uses} uses, {days} days");
            var made = new InviteCreated { Code = code, Id = Ids.RegistrationInvite(row.CodeHash), Expires = row.Expires };
            return Reply.Once(Code.InviteCreated, made, made with { Code = null });
        });
    }
}

/// <summary>LIST_INVITES: those that still let somebody in.</summary>
internal static class ListInvites
{
    public const int Most = 500;

    public static Task<Reply> Handle(Request<Empty> request) => request.Core.Store.ReadAsync(store =>
    {
        var core = request.Core;
        if (!Admin.IsAllowed(store, request.Caller, ServerRole.Admin, out var refusal))
        {
            return refusal;
        }

        return Reply.Of(Code.Invites, new InviteList
        {
            Invites = [.. store.RegistrationInvites(core.Now, Most).Select(row => new InviteInfo
            {
                Id = Ids.RegistrationInvite(row.CodeHash),
                By = core.People.Get(store, row.CreatedBy).ToWire(),
                Created = row.Created,
                Expires = row.Expires,
                UsesLeft = row.UsesLeft,
            })],
        });
    });
}

/// <summary>REVOKE_INVITE: nobody registers with it any more.</summary>
internal static class RevokeInvite
{
    public static Plan Plan(Request<RevokeInviteRequest> request)
    {
        var id = request.Body.Invite;
        return Commands.Plan.To(change =>
        {
            if (!Admin.IsAllowed(change.Store, change.Caller, ServerRole.Admin, out var refusal))
            {
                return refusal;
            }

            if (change.Store.RegistrationInvites(change.Now, int.MaxValue).FirstOrDefault(row => Ids.RegistrationInvite(row.CodeHash) == id) is not { } invite)
            {
                return Reply.Refuse(Code.NotFound, "There is no such invitation: it was used up, has expired or was revoked.", "invite");
            }

            change.Store.UpdateRegistrationInvite(invite with { UsesLeft = 0 });
            change.Audit("revoke-invite");
            return Reply.Ok();
        });
    }
}
