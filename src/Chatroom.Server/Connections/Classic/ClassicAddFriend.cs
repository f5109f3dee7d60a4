using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Rooms;

namespace Chatroom.Server.Connections.Classic;

/// <summary>9: a friend is added, in the connection's own name only.</summary>
internal static class ClassicAddFriend
{
    public static async Task HandleAsync(
        ChatCore core, ClassicSink sink, ClassicPerson me, ClassicRequest.AddFriend add,
        Func<ClassicMessage, CancellationToken, ValueTask> answer, Func<string, CancellationToken, Task> say, CancellationToken cancellation)
    {
        if (add.User != me.Name)
        {
            await answer(ClassicMessage.Of(Code.AddFriendError), cancellation);
            return;
        }

        // The event of it may be looked at before the answer is here.
        me.Adding = core.PersonKey(add.Name);
        var reply = await sink.AskAsync(Code.AddFriend, new PersonRequest { Name = add.Name, ClientId = ClassicConversation.NewId() }, cancellation);
        var friend = reply.Code == Code.AddFriendSuccess ? WireJson.Read<FriendAdded>(reply.Body.Span).Friend : null;
        if (friend is not null)
        {
            me.Friends[friend.Id] = new ListedFriend(friend.Name ?? add.Name ?? "");
        }

        me.Adding = null;
        if (friend is not null)
        {
            await answer(ClassicMessage.Of(reply.Code, friend.Name ?? add.Name ?? ""), cancellation);
            return;
        }

        await answer(ClassicMessage.Of(reply.Code is Code.AddFriendAlready or Code.NoSuchUser ? reply.Code : Code.AddFriendError), cancellation);
        if (reply.Code is not (Code.AddFriendAlready or Code.NoSuchUser or Code.AddFriendError))
        {
            await say(ClassicConversation.Why(reply), cancellation);
        }
    }
}
