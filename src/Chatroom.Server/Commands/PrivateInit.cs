using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Rooms;

namespace Chatroom.Server.Commands;

/// <summary>PRIVATE_INIT: opens the private chat with a person and gives its newest page; making it, when there is none, happens once.</summary>
internal static class PrivateInit
{
    public static Plan Plan(Request<PrivateInitRequest> request)
    {
        var body = request.Body;
        return Commands.Plan.To(change =>
        {
            if (!change.TryPerson(body.Account, body.Name, out var other))
            {
                return Destination.NoSuchUser();
            }

            var me = change.Caller.Account;
            if (other.Id == me)
            {
                return Reply.Refuse(Code.AddFriendError, "There is no private chat with oneself.", "name");
            }

            if (change.Store.PrivateRoom(me, other.Id) is not { } room)
            {
                if (!Destination.Accepts(change, other, out var refusal))
                {
                    return refusal;
                }

                room = PrivateRooms.Create(change, other.Id).Room.Id;
            }

            var readable = MemberReads.TryOpen(change.Store, change.Caller, Ids.Room(room))!;
            var page = Pages.Before(change.Core, readable, long.MaxValue, change.Core.Options.HistoryPage, Pages.FrameBytes);
            var state = change.Core.Rooms.State(change.Store, readable.Room, readable.Membership, 2);

            // A retry is told the room; its page would be the old one.
            return Reply.Once(
                page.Entries.Count == 0 ? Code.PrivateHistoryEmpty : Code.PrivateHistory,
                new PrivateChat { Room = state, Page = page },
                new PrivateChat { Room = state, Page = page with { Entries = [], Amendments = null } });
        });
    }
}
