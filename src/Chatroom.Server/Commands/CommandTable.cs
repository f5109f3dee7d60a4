using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Sessions;
using static Chatroom.Server.Commands.Command;

namespace Chatroom.Server.Commands;

/// <summary>
/// Every request the server understands, on one screen: its code, the scope a bot's token needs, and its handler. LOGIN, REGISTER and PING come before sign-in;
/// all others after. Rooms are entered through the caller's membership only; roles are checked in the command, inside the transaction.
/// </summary>
public static class CommandTable
{
    private const SessionState Any = SessionState.Anonymous | SessionState.Live;

    public static IReadOnlyDictionary<Code, Command> All { get; } = new[]
    {
        Own<LoginRequest>(Code.Login, SessionState.Anonymous, Login.Handle),
        Own<RegisterRequest>(Code.Register, Any, Register.Handle),
        Own<Empty>(Code.Ping, Any, Ping.Handle),
        Own<Empty>(Code.Logout, SessionState.Live, Logout.Handle),

        Change<SendMessageRequest>(Code.SendMessage, Scopes.Send, SendMessage.Plan),
        Change<SendEmojiRequest>(Code.SendEmoji, Scopes.Send, SendEmoji.Plan),
        Read<SendFileRequest>(Code.SendFile, Scopes.Files, SendFile.Handle) with { Cost = Cost.Change },
        Change<EditRequest>(Code.Edit, Scopes.Send, Edit.Plan),
        Change<TargetRequest>(Code.Recall, Scopes.Send, Recall.Plan),
        Change<TargetRequest>(Code.React, Scopes.Send, React.Plan),
        Change<TargetRequest>(Code.Pin, Scopes.Manage, Pin.Plan),
        Read<MarkReadRequest>(Code.MarkRead, Scopes.Send, MarkRead.Handle) with { Cost = Cost.Change },
        Read<RoomRequest>(Code.Typing, Scopes.Send, Typing.Handle) with { Cost = Cost.Change },

        Read<HistoryRequest>(Code.GetAllChatHistory, Scopes.Read, GetHistory.Handle),
        Read<FileHistoryRequest>(Code.GetAllFileHistory, Scopes.Read, GetFiles.Handle),
        Read<DownFileRequest>(Code.DownFile, Scopes.Files, DownFile.Handle),
        Read<RoomRequest>(Code.ListPins, Scopes.Read, ListPins.Handle),
        Read<SearchRequest>(Code.Search, Scopes.Read, Search.Handle) with { Cost = Cost.Change },
        Read<PageRequest>(Code.GetAllUsers, Scopes.Read, GetAllUsers.Handle),
        Read<PageRequest>(Code.ListMembers, Scopes.Read, ListMembers.Handle),
        Read<PageRequest>(Code.ListGroups, Scopes.Read, ListGroups.Handle),

        Read<Empty>(Code.ShowAllFriends, Scopes.Read, ShowAllFriends.Handle),
        Change<PersonRequest>(Code.AddFriend, Scopes.Manage, AddFriend.Plan),
        Change<PersonRequest>(Code.RemoveFriend, Scopes.Manage, RemoveFriend.Plan),
        Change<PersonRequest>(Code.Block, Scopes.Manage, Block.Plan),
        Change<PersonRequest>(Code.Unblock, Scopes.Manage, Block.PlanUndo),
        Change<PrivateInitRequest>(Code.PrivateInit, Scopes.Read | Scopes.Send, PrivateInit.Plan),

        Change<CreateGroupRequest>(Code.CreateGroup, Scopes.Manage, CreateGroup.Plan),
        Change<RoomTextRequest>(Code.RenameGroup, Scopes.Manage, RenameGroup.Plan),
        Change<RoomTextRequest>(Code.SetTopic, Scopes.Manage, SetTopic.Plan),
        Change<GroupOptionsRequest>(Code.SetGroupOptions, Scopes.Manage, SetGroupOptions.Plan),
        Change<MemberRequest>(Code.Invite, Scopes.Manage, Invite.Plan),
        Change<JoinGroupRequest>(Code.JoinGroup, Scopes.Manage, JoinGroup.Plan),
        Change<RoomRequest>(Code.LeaveGroup, Scopes.Manage, LeaveGroup.Plan),
        Change<RoomRequest>(Code.DeclineInvitation, Scopes.Manage, DeclineInvitation.Plan),
        Change<MemberRequest>(Code.RemoveMember, Scopes.Manage, RemoveMember.Plan),
        Change<MemberRequest>(Code.SetRole, Scopes.Manage, SetRole.Plan),

        Read<Empty>(Code.ListDevices, Scopes.Account, ListDevices.Handle),
        Change<SignOutDeviceRequest>(Code.SignOutDevice, Scopes.Account, SignOutDevice.Plan),
        Change<SettingsRequest>(Code.SetSettings, Scopes.Account, SetSettings.Plan),
        Change<CreateTokenRequest>(Code.CreateToken, Scopes.Account, CreateToken.Plan),
        Change<ChangePasswordRequest>(Code.ChangePassword, Scopes.Account, ChangePassword.PlanAsync, r => r with { OldPassword = null, NewPassword = null }),

        Read<PageRequest>(Code.ListUsers, Scopes.Account, ListUsers.Handle),
        Change<UserRequest>(Code.SetUserRole, Scopes.Account, SetUserRole.Plan),
        Change<UserRequest>(Code.DisableUser, Scopes.Account, DisableUser.Plan),
        Change<UserRequest>(Code.DeleteUser, Scopes.Account, DeleteUser.Plan),
        Change<UserRequest>(Code.ResetPassword, Scopes.Account, ResetPassword.PlanAsync, r => r with { Password = null }),
        Change<CreateInviteRequest>(Code.CreateInvite, Scopes.Account, CreateInvite.Plan),
        Read<Empty>(Code.ListInvites, Scopes.Account, ListInvites.Handle),
        Change<RevokeInviteRequest>(Code.RevokeInvite, Scopes.Account, RevokeInvite.Plan),
        Read<PageRequest>(Code.ReadAudit, Scopes.Account, ReadAudit.Handle),
    }.ToDictionary(c => c.Code);
}
