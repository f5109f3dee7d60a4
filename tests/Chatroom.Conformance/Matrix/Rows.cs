using System.Net;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Matrix;

/// <summary>One row: a request, what is arranged for it, and its body (which may arrange more).</summary>
public sealed record Row(int Code, Stage Stage, Func<Scene, Task<object>> Body);

/// <summary>
/// A sound request for every code. The name is the code's, with <c>@variant</c> where one request has cases with other rights.
/// </summary>
public static class Rows
{
    public static IReadOnlyDictionary<string, Row> All { get; } = new Dictionary<string, Row>
    {
        ["SHOW_ALL_FRIENDS"] = Plain(Wire.ShowAllFriends, Stage.Alone, _ => new { }),
        ["LOGIN"] = Plain(Wire.Login, Stage.Other, s => new { version = 3, name = s.Other.Name, password = s.Other.Password }),
        ["REGISTER"] = Plain(Wire.Register, Stage.Alone, _ => new { name = $"p{Unique.Word()}", password = Unique.Password() }),
        ["SEND_MESSAGE"] = Plain(Wire.SendMessage, Stage.Group, s => new { room = s.Room, text = "x" }),
        ["SEND_MESSAGE@private"] = Plain(Wire.SendMessage, Stage.Other, s => new { to = s.Other.Name, text = "x" }),
        ["GET_ALL_USERS"] = Plain(Wire.GetAllUsers, Stage.Alone, _ => new { }),
        ["GET_ALL_CHAT_HISTORY"] = Plain(Wire.GetAllChatHistory, Stage.Group, s => new { room = s.Room }),
        ["SEND_EMOJI"] = Plain(Wire.SendEmoji, Stage.Group, s => new { room = s.Room, emoji = "😀" }),
        ["SEND_EMOJI@private"] = Plain(Wire.SendEmoji, Stage.Other, s => new { to = s.Other.Name, emoji = "😀" }),
        ["SEND_FILE"] = Plain(Wire.SendFile, Stage.Group, s => new { room = s.Room, name = "a", size = 1, sha256 = Files.Sha256([1]) }),
        ["SEND_FILE@private"] = Plain(Wire.SendFile, Stage.Other, s => new { to = s.Other.Name, name = "a", size = 1, sha256 = Files.Sha256([1]) }),
        ["GET_ALL_FILE_HISTORY"] = Plain(Wire.GetAllFileHistory, Stage.Group, s => new { room = s.Room }),
        ["DOWN_FILE"] = new(Wire.DownFile, Stage.Group, FileOfOwnerAsync),
        ["ADD_FRIEND"] = Plain(Wire.AddFriend, Stage.Other, s => new { account = s.Other.Id }),
        ["REMOVE_FRIEND"] = new(Wire.RemoveFriend, Stage.Other, FriendAsync),
        ["BLOCK"] = Plain(Wire.Block, Stage.Other, s => new { account = s.Other.Id }),
        ["UNBLOCK"] = new(Wire.Unblock, Stage.Other, BlockedAsync),
        ["PRIVATE_INIT"] = Plain(Wire.PrivateInit, Stage.Other, s => new { account = s.Other.Id }),
        ["CREATE_GROUP"] = Plain(Wire.CreateGroup, Stage.Alone, _ => new { name = $"g{Unique.Word()}" }),
        ["RENAME_GROUP"] = Plain(Wire.RenameGroup, Stage.Group, s => new { room = s.Room, text = $"g{Unique.Word()}" }),
        ["SET_TOPIC"] = Plain(Wire.SetTopic, Stage.Group, s => new { room = s.Room, text = "topic" }),
        ["SET_GROUP_OPTIONS"] = Plain(Wire.SetGroupOptions, Stage.Group, s => new { room = s.Room, history = "all" }),
        ["INVITE"] = new(Wire.Invite, Stage.Group, async s => new { room = s.Room, account = (await s.Test.PersonAsync()).Id }),
        ["INVITE@public"] = Plain(Wire.Invite, Stage.PublicGroup, s => new { room = s.Room, account = s.Other.Id }),
        ["JOIN_GROUP"] = Plain(Wire.JoinGroup, Stage.Group, s => new { room = s.Room }),
        ["JOIN_GROUP@invited"] = new(Wire.JoinGroup, Stage.Group, InvitedAsync),
        ["JOIN_GROUP@public"] = Plain(Wire.JoinGroup, Stage.PublicGroup, s => new { room = s.Room }),
        ["LEAVE_GROUP"] = Plain(Wire.LeaveGroup, Stage.Group, s => new { room = s.Room }),
        ["REMOVE_MEMBER"] = Plain(Wire.RemoveMember, Stage.Group, s => new { room = s.Room, account = s.Other.Id }),
        ["SET_ROLE"] = Plain(Wire.SetRole, Stage.Group, s => new { room = s.Room, account = s.Other.Id, role = "moderator" }),
        ["LIST_MEMBERS"] = Plain(Wire.ListMembers, Stage.Group, s => new { room = s.Room }),
        ["LIST_GROUPS"] = Plain(Wire.ListGroups, Stage.Alone, _ => new { }),
        ["DECLINE_INVITATION"] = new(Wire.DeclineInvitation, Stage.Group, InvitedAsync),
        ["EDIT"] = Plain(Wire.Edit, Stage.Group, s => new { room = s.Room, target = s.Mine, text = "y" }),
        ["EDIT@another's"] = Plain(Wire.Edit, Stage.Group, s => new { room = s.Room, target = s.Theirs, text = "y" }),
        ["RECALL"] = Plain(Wire.Recall, Stage.Group, s => new { room = s.Room, target = s.Mine }),
        ["RECALL@another's"] = Plain(Wire.Recall, Stage.Group, s => new { room = s.Room, target = s.Theirs }),
        ["REACT"] = Plain(Wire.React, Stage.Group, s => new { room = s.Room, target = s.Theirs, emoji = "👍" }),
        ["PIN"] = Plain(Wire.Pin, Stage.Group, s => new { room = s.Room, target = s.Theirs }),
        ["MARK_READ"] = Plain(Wire.MarkRead, Stage.Group, s => new { room = s.Room, seq = s.Theirs }),
        ["TYPING"] = Plain(Wire.Typing, Stage.Group, s => new { room = s.Room }),
        ["LIST_PINS"] = Plain(Wire.ListPins, Stage.Group, s => new { room = s.Room }),
        ["SEARCH"] = Plain(Wire.Search, Stage.Group, s => new { text = "x", @in = new[] { new { room = s.Room } } }),
        ["PING"] = Plain(Wire.Ping, Stage.Alone, _ => new { }),
        ["LOGOUT"] = Plain(Wire.Logout, Stage.Alone, _ => new { }),
        ["CHANGE_PASSWORD"] = Plain(
            Wire.ChangePassword, Stage.Alone, s => new { oldPassword = s.Person?.Password ?? "x", newPassword = Unique.Password() }),
        ["LIST_DEVICES"] = Plain(Wire.ListDevices, Stage.Alone, _ => new { }),
        ["SIGN_OUT_DEVICE"] = new(Wire.SignOutDevice, Stage.Alone, OtherDeviceAsync),
        ["SIGN_OUT_DEVICE@another's"] = Plain(Wire.SignOutDevice, Stage.Other, s => new { device = s.Other.Device }),
        ["SET_SETTINGS"] = Plain(Wire.SetSettings, Stage.Alone, _ => new { accept = "friends" }),
        ["CREATE_TOKEN"] = Plain(Wire.CreateToken, Stage.Alone, _ => new { name = "t", scopes = new[] { "read" } }),
        ["LIST_USERS"] = Plain(Wire.ListUsers, Stage.Alone, _ => new { }),
        ["SET_USER_ROLE"] = Plain(Wire.SetUserRole, Stage.Other, s => new { account = s.Other.Id, role = "admin" }),
        ["DISABLE_USER"] = Plain(Wire.DisableUser, Stage.Other, s => new { account = s.Other.Id, disabled = true }),
        ["DELETE_USER"] = Plain(Wire.DeleteUser, Stage.Other, s => new { account = s.Other.Id }),
        ["RESET_PASSWORD"] = Plain(Wire.ResetPassword, Stage.Other, s => new { account = s.Other.Id, password = Unique.Password() }),
        ["CREATE_INVITE"] = Plain(Wire.CreateInvite, Stage.Alone, _ => new { }),
        ["LIST_INVITES"] = Plain(Wire.ListInvites, Stage.Alone, _ => new { }),
        ["REVOKE_INVITE"] = new(Wire.RevokeInvite, Stage.Alone, InviteAsync),
        ["READ_AUDIT"] = Plain(Wire.ReadAudit, Stage.Alone, _ => new { }),
    };

    private static Row Plain(int code, Stage stage, Func<Scene, object> body) => new(code, stage, scene => Task.FromResult(body(scene)));

    private static async Task<object> FileOfOwnerAsync(Scene scene)
    {
        using var http = scene.Owner.Server.Http(HttpVersion.Version11);
        var entry = await new Files(http, scene.Owner).SendAsync(scene.Room, [1]);
        return new { file = entry.Child("file").Text("id") };
    }

    // The block comes after the friendship, as it does in life.
    private static async Task<object> FriendAsync(Scene scene)
    {
        if (scene.Column == "blocked")
        {
            await scene.Other.ChangeAsync(Wire.Unblock, new { account = scene.Person!.Id }, Wire.Ok);
        }

        if (scene.Person is { } person)
        {
            await person.ChangeAsync(Wire.AddFriend, new { account = scene.Other.Id }, Wire.AddFriendSuccess);
        }

        if (scene.Column == "blocked")
        {
            await scene.Other.ChangeAsync(Wire.Block, new { account = scene.Person!.Id }, Wire.Ok);
        }

        return new { account = scene.Other.Id };
    }

    private static async Task<object> BlockedAsync(Scene scene)
    {
        if (scene.Person is { } person)
        {
            await person.ChangeAsync(Wire.Block, new { account = scene.Other.Id }, Wire.Ok);
        }

        return new { account = scene.Other.Id };
    }

    // Only those who are not in the group can be invited.
    private static async Task<object> InvitedAsync(Scene scene)
    {
        if (scene.Column is "outsider" or "former" or "admin")
        {
            await scene.Owner.ChangeAsync(Wire.Invite, new { room = scene.Room, account = scene.Person!.Id }, Wire.Ok);
        }

        return new { room = scene.Room };
    }

    private static async Task<object> InviteAsync(Scene scene) =>
        new { invite = (await (await scene.Test.RootAsync()).ChangeAsync(Wire.CreateInvite, new { }, Wire.InviteCreated)).Text("id") };

    private static async Task<object> OtherDeviceAsync(Scene scene) =>
        new { device = scene.Person is { } person ? (await scene.Test.DeviceAsync(person)).Device : "x" };
}
