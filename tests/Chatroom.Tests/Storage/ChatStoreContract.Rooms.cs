using Chatroom.Server.Storage;

namespace Chatroom.Tests.Storage;

public abstract partial class ChatStoreContract
{
    [Fact]
    public async Task A_room_comes_back_with_every_column()
    {
        var row = new RoomRow(1, RoomKind.Private, Sample.Bytes(2), null, true, HistoryPolicy.FromJoin, 3, 4, 5, Sample.Bytes(6, 32), 7);
        await WriteAsync(tx => tx.InsertRoom(row));
        Same(row, await ReadAsync(r => r.Room(1)));
        var changed = new RoomRow(1, RoomKind.Group, null, [1], false, HistoryPolicy.All, 30, 40, 50, Sample.Bytes(60, 32), 70);
        await WriteAsync(tx => tx.UpdateRoom(changed));
        Same(changed, await ReadAsync(r => r.Room(1)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(tx => tx.InsertRoom(row)));
        Assert.Null(await ReadAsync(r => r.Room(2)));
    }

    [Fact]
    public async Task Only_public_groups_are_found_by_name_and_listed()
    {
        await WriteAsync(tx =>
        {
            tx.InsertRoom(Sample.Room(1) with { Kind = RoomKind.Lobby, Public = true });
            tx.InsertRoom(Sample.Room(4, Sample.Bytes(4), isPublic: true));
            tx.InsertRoom(Sample.Room(2, Sample.Bytes(2), isPublic: true));
            tx.InsertRoom(Sample.Room(3));
        });
        Assert.Equal([2L, 4L], await ReadAsync(r => r.PublicRooms(0, 10).Select(x => x.Id)));
        Assert.Equal([4L], await ReadAsync(r => r.PublicRooms(2, 10).Select(x => x.Id)));
        Assert.Equal([2L], await ReadAsync(r => r.PublicRooms(0, 1).Select(x => x.Id)));
        Assert.Equal([1L, 2L, 3L, 4L], await ReadAsync(r => r.Rooms(0, 10).Select(x => x.Id)));
        Assert.Equal([2L], await ReadAsync(r => r.Rooms(1, 1).Select(x => x.Id)));
        Assert.Equal(4, (await ReadAsync(r => r.PublicRoomByName(Sample.Bytes(4))))!.Id);
        Assert.Null(await ReadAsync(r => r.PublicRoomByName(Sample.Bytes(3))));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => WriteAsync(tx => tx.InsertRoom(Sample.Room(5, Sample.Bytes(4), isPublic: true))));
    }

    [Fact]
    public async Task Two_accounts_have_one_private_room_in_either_order()
    {
        await WriteAsync(tx => tx.InsertPrivateRoom(9, 2, 77));
        Assert.Equal(77, await ReadAsync(r => r.PrivateRoom(2, 9)));
        Assert.Equal(77, await ReadAsync(r => r.PrivateRoom(9, 2)));
        Assert.Null(await ReadAsync(r => r.PrivateRoom(9, 3)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(tx => tx.InsertPrivateRoom(2, 9, 78)));
    }

    [Fact]
    public async Task Membership_is_intervals_of_which_at_most_one_is_open()
    {
        var first = new MembershipRow(1, 2, 10, null, RoomRole.Moderator);
        await WriteAsync(tx => tx.InsertMembership(first));
        Same(first, await ReadAsync(r => r.CurrentMembership(1, 2)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(tx => tx.InsertMembership(first with { JoinedSeq = 15 })));

        await WriteAsync(tx => tx.UpdateMembership(first with { LeftSeq = 20 }));
        Assert.Null(await ReadAsync(r => r.CurrentMembership(1, 2)));
        Assert.Empty(await ReadAsync(r => r.RoomsOf(2)));
        Assert.Empty(await ReadAsync(r => r.MembersOf(1, 0, 10)));

        var second = new MembershipRow(1, 2, 30, null, RoomRole.Owner);
        await WriteAsync(tx => tx.InsertMembership(second));
        Same(second, await ReadAsync(r => r.CurrentMembership(1, 2)));
        Same(new[] { first with { LeftSeq = 20 }, second }, await ReadAsync(r => r.Memberships(1, 2)));
        Assert.Equal([10L, 30L], await ReadAsync(r => r.Memberships(1, 2).Select(m => m.JoinedSeq)));
        await WriteAsync(tx => tx.UpdateMembership(second with { Role = RoomRole.Member }));
        Same(new[] { second with { Role = RoomRole.Member } }, await ReadAsync(r => r.RoomsOf(2)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(tx => tx.UpdateMembership(second with { JoinedSeq = 31 })));
    }

    [Fact]
    public async Task Members_are_paged_by_account_id()
    {
        await WriteAsync(tx =>
        {
            foreach (var account in new long[] { 5, 1, 3, 9 })
            {
                tx.InsertMembership(new MembershipRow(7, account, account, null, RoomRole.Member));
            }

            tx.InsertMembership(new MembershipRow(7, 4, 1, 2, RoomRole.Member));
            tx.InsertMembership(new MembershipRow(8, 1, 1, null, RoomRole.Member));
        });
        Assert.Equal([1L, 3L, 5L], await ReadAsync(r => r.MembersOf(7, 0, 3).Select(m => m.Account)));
        Assert.Equal([9L], await ReadAsync(r => r.MembersOf(7, 5, 3).Select(m => m.Account)));
        Assert.Equal([7L, 8L], await ReadAsync(r => r.RoomsOf(1).Select(m => m.Room).Order()));
    }

    [Fact]
    public async Task Files_come_back_with_every_column_and_are_found_by_their_client_id()
    {
        var row = new FileRow("abc", 1, 2, 3, 4, Sample.Bytes(5), 6, FileState.Complete, 7, 8, null);
        await WriteAsync(tx => tx.InsertFile(row));
        Same(row, await ReadAsync(r => r.File("abc")));
        Same(row, await ReadAsync(r => r.FileByClientId(3, Sample.Bytes(5))));
        Assert.Null(await ReadAsync(r => r.FileByClientId(4, Sample.Bytes(5))));
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(tx => tx.InsertFile(row with { Id = "abd" })));
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(tx => tx.InsertFile(row with { Account = 9 })));
        var changed = new FileRow("abc", 10, null, 30, 40, Sample.Bytes(50), 60, FileState.Erased, 70, 80, [9]);
        await WriteAsync(tx => tx.UpdateFile(changed));
        Same(changed, await ReadAsync(r => r.File("abc")));
        await WriteAsync(tx => tx.DeleteFile("abc"));
        Assert.Null(await ReadAsync(r => r.File("abc")));
    }

    [Fact]
    public async Task Stale_uploads_and_their_bytes_are_those_not_complete()
    {
        await WriteAsync(tx =>
        {
            tx.InsertFile(Sample.File("B", 1, size: 5, progress: 200));
            tx.InsertFile(Sample.File("a", 1, size: 7, progress: 100));
            tx.InsertFile(Sample.File("c", 1, FileState.Complete, size: 11, progress: 100));
            tx.InsertFile(Sample.File("d", 2, size: 13, progress: 150));
        });
        Assert.Equal(["a", "d"], await ReadAsync(r => r.StaleUploads(200, 10).Select(f => f.Id)));
        Assert.Equal(["a"], await ReadAsync(r => r.StaleUploads(200, 1).Select(f => f.Id)));
        Assert.Equal(12, await ReadAsync(r => r.OpenUploadBytes(1)));
        Assert.Equal(0, await ReadAsync(r => r.OpenUploadBytes(3)));

        // Ordinal: capitals come first.
        Assert.Equal(["B", "a"], await ReadAsync(r => r.Files("", 2).Select(f => f.Id)));
        Assert.Equal(["c", "d"], await ReadAsync(r => r.Files("a", 10).Select(f => f.Id)));
    }
}
