using System.Globalization;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Rooms;

namespace Chatroom.Server.Commands;

/// <summary>GET_ALL_USERS: who is online, paged by id.</summary>
internal static class GetAllUsers
{
    public static Task<Reply> Handle(Request<PageRequest> request)
    {
        if (!Cursor.TryRead(request.Body.Cursor, out var after))
        {
            return Task.FromResult(Cursor.Wrong());
        }

        var limit = Cursor.Limit(request.Body.Limit);
        var online = request.Core.Hub.Online(after, limit);
        return request.Core.Store.ReadAsync(store => Reply.Of(Code.GetSuccess, new PresencePage
        {
            Online = [.. online.Select(id => request.Core.People.Get(store, id).Present(request.Core.Hub))],
            Total = request.Core.Hub.AccountCount,
            Next = online.Count == limit ? Cursor.Of(online[^1]) : null,
        }));
    }
}

/// <summary>SHOW_ALL_FRIENDS.</summary>
internal static class ShowAllFriends
{
    public static Task<Reply> Handle(Request<Empty> request) => request.Core.Store.ReadAsync(store =>
    {
        var friends = store.Friends(request.Caller.Account).Select(f => request.Core.People.Get(store, f.Other)).Select(p => new MemberInfo
        {
            Id = Ids.Account(p.Id),
            Name = p.Name,
            Role = Words.Of(p.Role),
            Online = request.Core.Hub.IsOnline(p.Id) ? true : null,
        }).ToList();
        return Reply.Of(friends.Count == 0 ? Code.FriendsNone : Code.Friends, new FriendList { Friends = friends });
    });
}

/// <summary>LIST_MEMBERS: members of a room, paged by id.</summary>
internal static class ListMembers
{
    public static Task<Reply> Handle(Request<PageRequest> request)
    {
        if (!Cursor.TryRead(request.Body.Cursor, out var after))
        {
            return Task.FromResult(Cursor.Wrong());
        }

        var (core, limit) = (request.Core, Cursor.Limit(request.Body.Limit));
        return MemberReads.In(core, request.Caller, request.Body.Room, room =>
        {
            var members = room.Store.MembersOf(room.Room.Id, after, limit);
            return Reply.Of(Code.Members, new MemberPage
            {
                Room = request.Body.Room!,
                Members = [.. members.Select(m => new MemberInfo
                {
                    Id = Ids.Account(m.Account),
                    Name = core.People.Get(room.Store, m.Account).Name,
                    Role = Words.Of(m.Role),
                    Online = core.Hub.IsOnline(m.Account) ? true : null,
                })],
                Total = room.Store.MemberCount(room.Room.Id),
                Next = members.Count == limit ? Cursor.Of(members[^1].Account) : null,
            });
        });
    }
}

/// <summary>LIST_GROUPS: public groups, paged by id.</summary>
internal static class ListGroups
{
    public static Task<Reply> Handle(Request<PageRequest> request)
    {
        if (!Cursor.TryRead(request.Body.Cursor, out var after))
        {
            return Task.FromResult(Cursor.Wrong());
        }

        var limit = Cursor.Limit(request.Body.Limit);
        return request.Core.Store.ReadAsync(store =>
        {
            var rooms = store.PublicRooms(after, limit);
            var all = rooms.Select(r => request.Core.Rooms.Group(r, store.MemberCount(r.Id), store.CurrentMembership(r.Id, request.Caller.Account) is not null)).ToList();
            var groups = FrameParts.Of(all, limit, FrameParts.Size)[0];
            return Reply.Of(Code.Groups, new GroupPage
            {
                Groups = groups,
                Next = rooms.Count == limit || groups.Count < rooms.Count ? Cursor.Of(rooms[groups.Count - 1].Id) : null,
            });
        });
    }
}

/// <summary>Where a page ended: opaque on the wire.</summary>
internal static class Cursor
{
    public static string Of(long last) => last.ToString("x", CultureInfo.InvariantCulture);

    public static bool TryRead(string? cursor, out long after)
    {
        after = 0;
        return cursor is null || (long.TryParse(cursor, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out after) && after >= 0);
    }

    public static int Limit(int? limit) => Math.Clamp(limit ?? 100, 1, WireLimits.PageSize);

    public static Reply Wrong() => Reply.Wrong("The cursor is not one that this server gave.", "cursor");
}
