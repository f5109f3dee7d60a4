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
        var size = 0;
        foreach (var seq in room.Store.Pins(room.Room.Id).Where(room.Visible.Contains))
        {
            if (room.Store.Entry(room.Room.Id, seq) is { Recalled: false } row && (size += Rooms.EntryViews.Size(row)) < Pages.FrameBytes)
            {
                rows.Add(row);
            }
        }

        var amendments = rows.SelectMany(r => request.Core.Entries.Amendments(room.Store, [r], r.Seq, room.Visible, request.Caller.Account) ?? []).ToList();
        return Reply.Of(Code.Pins, new PinList
        {
            Room = request.Body.Room!,
            Entries = [.. rows.Select(r => request.Core.Entries.View(room.Store, r))],
            Amendments = amendments.Count == 0 ? null : amendments,
        });
    });
}
