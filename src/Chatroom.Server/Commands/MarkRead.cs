using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Commands;

/// <summary>MARK_READ: moves the read position of the person, for all devices; it never moves back. Idempotent by itself, so it needs no client id.</summary>
internal static class MarkRead
{
    public static async Task<Reply> Handle(Request<MarkReadRequest> request)
    {
        if (request.Body.Seq is not { } seq)
        {
            return Reply.Wrong("Say up to which seq.", "seq");
        }

        var (core, caller) = (request.Core, request.Caller);
        var (reply, _) = await core.Store.WriteAsync(
            store =>
            {
                if (Changes.Ended(core, store, caller))
                {
                    return (Changes.SignedOut(), []);
                }

                var change = new Change(core, store, caller, [], core.Now);
                if (!change.TryEnter(request.Body.Room, out var room, out var refusal))
                {
                    return (refusal, []);
                }

                if (!store.AdvancePosition(room.Room.Id, caller.Account, Math.Min(seq, room.Room.Head)))
                {
                    return (Reply.Ok(), []);
                }

                var revision = change.Touch(caller.Account, ItemKind.Position, room.Room.Id);
                return (Reply.Ok(revision), change.Finish());
            },
            result =>
            {
                Delivered.All(core.Hub, result.Item2);
            });
        return reply;
    }
}

/// <summary>TYPING: told to whoever hears the room; never stored.</summary>
internal static class Typing
{
    public static async Task<Reply> Handle(Request<RoomRequest> request)
    {
        var me = request.Caller.Account;
        var refusal = await request.Core.Store.ReadAsync(store =>
            MemberReads.TryOpen(store, request.Caller, request.Body.Room) is not { } readable ? Reply.NoRoom()
            : Destination.MayWrite(store, me, readable.Room, out var no) ? null : no);
        if (refusal is not null)
        {
            return refusal;
        }

        Ids.TryRoom(request.Body.Room, out var room);
        var notice = new TypingNotice { Room = request.Body.Room!, Account = Ids.Account(me) };
        request.Core.Hub.Pass(WireJson.Frame(Code.TypingNotice, 0, notice), room, me);
        return Reply.Ok();
    }
}
