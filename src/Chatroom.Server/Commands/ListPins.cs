using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>LIST_PINS: what is pinned in a room, the newest pin first, as far as it fits a frame.</summary>
internal static class ListPins
{
    public static Task<Reply> Handle(Request<RoomRequest> request) => MemberReads.In(request.Core, request.Caller, request.Body.Room, room =>
    {
        var rows = new List<EntryRow>();
        var amendments = new List<Amendment>();
        var size = 0;
        foreach (var seq in room.Store.Pins(room.Room.Id).Where(room.Visible.Contains))
        {
            if (room.Store.Entry(room.Room.Id, seq) is not { Recalled: false } row)
            {
                continue;
            }

            var amended = request.Core.Entries.Amendments(room.Store, [row], row.Seq, request.Caller.Account, room.Visible);
            size += Rooms.EntryViews.Size(row) + Rooms.EntryViews.Size(amended);
            if (size > WireLimits.ServerBody - 2048)
            {
                break;
            }

            rows.Add(row);
            amendments.AddRange(amended ?? []);
        }

        return Reply.Of(Code.Pins, new PinList
        {
            Room = request.Body.Room!,
            Entries = [.. rows.Select(r => request.Core.Entries.View(room.Store, r))],
            Amendments = amendments.Count == 0 ? null : amendments,
        });
    });
}
