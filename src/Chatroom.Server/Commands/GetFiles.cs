using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>GET_ALL_FILE_HISTORY: all files of a room, newest first, paged.</summary>
internal static class GetFiles
{
    public static Task<Reply> Handle(Request<FileHistoryRequest> request) => MemberReads.In(request.Core, request.Caller, request.Body.Room, room =>
    {
        var limit = Math.Clamp(request.Body.Limit ?? 100, 1, WireLimits.PageSize);
        var files = new List<EntryRow>();
        foreach (var (from, to) in room.Visible.Intervals.Reverse())
        {
            var before = Math.Min(request.Body.Before ?? long.MaxValue, to == long.MaxValue ? to : to + 1);
            files.AddRange(room.Store.FileEntries(room.Room.Id, before, from, limit - files.Count));
            if (files.Count == limit)
            {
                break;
            }
        }

        return Reply.Of(Code.FileHistory, new FilePage
        {
            Room = request.Body.Room!,
            Files = [.. files.Select(f => request.Core.Entries.View(room.Store, f))],
            Next = files.Count == limit ? files[^1].Seq : null,
        });
    });
}
