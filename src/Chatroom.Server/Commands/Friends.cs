using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Rooms;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>ADD_FRIEND: both are friends at once; the other is told now, or at the next sign-in by the item's revision.</summary>
internal static class AddFriend
{
    /// <summary>Friends of one person: the list of them fits one frame.</summary>
    private const int Most = 1000;

    public static Plan Plan(Request<PersonRequest> request)
    {
        var body = request.Body;
        return Commands.Plan.To(change =>
        {
            var (store, me) = (change.Store, change.Caller.Account);
            if (!change.TryPerson(body.Account, body.Name, out var other))
            {
                return Destination.NoSuchUser();
            }

            if (other.Id == me)
            {
                return Reply.Refuse(Code.AddFriendError, "You cannot add yourself as a friend.", "name");
            }

            if (store.Friend(me, other.Id) is not null)
            {
                return Reply.Refuse(Code.AddFriendAlready, "You are friends already.", "name");
            }

            if (!Destination.Accepts(change, other, out var refusal))
            {
                return refusal;
            }

            if (store.Friends(me).Count >= Most || store.Friends(other.Id).Count >= Most)
            {
                return Reply.Refuse(Code.LimitReached, $"One of you has {Most} friends, which is the limit.", "name");
            }

            store.PutFriend(new FriendRow(me, other.Id, me, change.Now));
            store.PutFriend(new FriendRow(other.Id, me, me, change.Now));
            var revision = change.Touch(me, ItemKind.Friend, other.Id);
            var theirs = change.Touch(other.Id, ItemKind.Friend, me);
            var reminder = AccountItems.Value(change.Core, store, new ItemRow(other.Id, ItemKind.Friend, me, theirs, false));
            change.After(hub => hub.DeliverItems(other.Id, WireJson.Frame(Code.AddFriendRemind, 0, new FriendReminder { Item = reminder }), theirs));
            return Reply.Of(Code.AddFriendSuccess, new FriendAdded { Friend = change.Core.People.Get(store, other.Id).ToWire(), Revision = revision });
        });
    }
}

/// <summary>REMOVE_FRIEND: ends the friendship for both.</summary>
internal static class RemoveFriend
{
    public static Plan Plan(Request<PersonRequest> request)
    {
        var body = request.Body;
        return Commands.Plan.To(change =>
        {
            var (store, me) = (change.Store, change.Caller.Account);
            if (!change.TryPerson(body.Account, body.Name, out var other))
            {
                return Destination.NoSuchUser();
            }

            if (store.Friend(me, other.Id) is null)
            {
                return Reply.Refuse(Code.NotFound, "You are not friends.", "name");
            }

            store.DeleteFriend(me, other.Id);
            store.DeleteFriend(other.Id, me);
            change.Touch(other.Id, ItemKind.Friend, me, deleted: true);
            return Reply.Ok(change.Touch(me, ItemKind.Friend, other.Id, deleted: true));
        });
    }
}

/// <summary>BLOCK and UNBLOCK: nobody is told. Blocking ends a friendship, so that the other, refused from then on, sees no more than from someone
/// who ended it and accepts friends only.</summary>
internal static class Block
{
    public static Plan Plan(Request<PersonRequest> request) => Set(request.Body, on: true);

    public static Plan PlanUndo(Request<PersonRequest> request) => Set(request.Body, on: false);

    private static Plan Set(PersonRequest body, bool on) => Commands.Plan.To(change =>
    {
        var (store, me) = (change.Store, change.Caller.Account);
        if (!change.TryPerson(body.Account, body.Name, out var other))
        {
            return Destination.NoSuchUser();
        }

        if (other.Id == me)
        {
            return Reply.Refuse(Code.AddFriendError, "You cannot block yourself.", "name");
        }

        if (store.IsBlocked(me, other.Id) == on)
        {
            return Reply.Ok();
        }

        if (on)
        {
            store.PutBlock(me, other.Id);
            if (store.DeleteFriend(me, other.Id))
            {
                store.DeleteFriend(other.Id, me);
                change.Touch(me, ItemKind.Friend, other.Id, deleted: true);
                change.Touch(other.Id, ItemKind.Friend, me, deleted: true);
            }
        }
        else
        {
            store.DeleteBlock(me, other.Id);
        }

        return Reply.Ok(change.Touch(me, ItemKind.Block, other.Id, deleted: !on));
    });
}
