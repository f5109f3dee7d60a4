using Chatroom.Server.Storage;

namespace Chatroom.Tests.Storage;

public abstract partial class ChatStoreContract
{
    [Fact]
    public async Task Touching_stamps_revisions_without_gaps()
    {
        await WriteAsync(tx => tx.InsertAccount(Sample.Account(1)));
        await WriteAsync(tx => tx.InsertAccount(Sample.Account(2)));
        var given = await Task.WhenAll(Enumerable.Range(0, 100).Select(
            i => Store.WriteAsync(tx => tx.Touch(1, (ItemKind)(1 + i % 3), i % 7))));
        Assert.Equal(Enumerable.Range(1, 100).Select(n => (long)n), given);
        Assert.Equal(100, (await ReadAsync(r => r.Account(1)))!.Revision);
        Assert.Equal(0, (await ReadAsync(r => r.Account(2)))!.Revision);

        var items = await ReadAsync(r => r.ItemsAfter(1, 0));
        Assert.Equal(21, items.Count);
        Assert.Equal(Enumerable.Range(80, 21).Select(n => (long)n), items.Select(i => i.Revision));
    }

    [Fact]
    public async Task A_refused_change_uses_up_no_revision()
    {
        await WriteAsync(tx => tx.InsertAccount(Sample.Account(1)));
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(tx =>
        {
            tx.Touch(1, ItemKind.Friend, 2);
            throw new ArgumentException("refused");
        }));
        Assert.Equal(1, await Store.WriteAsync(tx => tx.Touch(1, ItemKind.Friend, 3)));
        Assert.Equal([3L], await ReadAsync(r => r.ItemsAfter(1, 0).Select(i => i.Key)));
    }

    [Fact]
    public async Task A_deletion_leaves_a_tombstone_that_a_later_touch_lifts()
    {
        await WriteAsync(tx =>
        {
            tx.InsertAccount(Sample.Account(1));
            tx.Touch(1, ItemKind.Friend, 9);
            tx.Touch(1, ItemKind.Block, 9);
            tx.Touch(1, ItemKind.Friend, 9, deleted: true);
        });
        Same(
            new[] { new ItemRow(1, ItemKind.Block, 9, 2, false), new ItemRow(1, ItemKind.Friend, 9, 3, true) },
            await ReadAsync(r => r.ItemsAfter(1, 0)));
        await WriteAsync(tx => tx.Touch(1, ItemKind.Friend, 9));
        Same(new[] { new ItemRow(1, ItemKind.Friend, 9, 4, false) }, await ReadAsync(r => r.ItemsAfter(1, 3)));
        await WriteAsync(tx => tx.SetSeenRevision(1, 4));
        Assert.Equal(4, (await ReadAsync(r => r.Account(1)))!.SeenRevision);
    }

    [Fact]
    public async Task A_position_never_moves_back()
    {
        Assert.Equal(0, await ReadAsync(r => r.Position(1, 2)));
        Assert.False(await Store.WriteAsync(tx => tx.AdvancePosition(1, 2, 0)));
        Assert.True(await Store.WriteAsync(tx => tx.AdvancePosition(1, 2, 5)));
        Assert.False(await Store.WriteAsync(tx => tx.AdvancePosition(1, 2, 5)));
        Assert.False(await Store.WriteAsync(tx => tx.AdvancePosition(1, 2, 4)));
        Assert.Equal(5, await ReadAsync(r => r.Position(1, 2)));
        Assert.True(await Store.WriteAsync(tx => tx.AdvancePosition(1, 2, 6)));
        Assert.Equal(6, await ReadAsync(r => r.Position(1, 2)));
        Assert.Equal(0, await ReadAsync(r => r.Position(2, 1)));
    }

    [Fact]
    public async Task Friends_are_halves_of_their_own()
    {
        await WriteAsync(tx =>
        {
            tx.PutFriend(new FriendRow(1, 9, 3, 4));
            tx.PutFriend(new FriendRow(1, 2, 5, 6));
        });
        Same(new[] { new FriendRow(1, 2, 5, 6), new FriendRow(1, 9, 3, 4) }, await ReadAsync(r => r.Friends(1)));
        Assert.Null(await ReadAsync(r => r.Friend(2, 1)));
        await WriteAsync(tx => tx.PutFriend(new FriendRow(1, 2, 7, 8)));
        Same(new FriendRow(1, 2, 7, 8), await ReadAsync(r => r.Friend(1, 2)));
        Assert.True(await Store.WriteAsync(tx => tx.DeleteFriend(1, 2)));
        Assert.False(await Store.WriteAsync(tx => tx.DeleteFriend(1, 2)));
        Assert.Equal([9L], await ReadAsync(r => r.Friends(1).Select(f => f.Other)));
    }

    [Fact]
    public async Task Blocks_can_be_put_twice_and_lifted_once()
    {
        await WriteAsync(tx => tx.PutBlock(1, 3));
        await WriteAsync(tx => tx.PutBlock(1, 3));
        await WriteAsync(tx => tx.PutBlock(1, 2));
        Assert.Equal([2L, 3L], await ReadAsync(r => r.Blocks(1)));
        Assert.True(await ReadAsync(r => r.IsBlocked(1, 3)));
        Assert.False(await ReadAsync(r => r.IsBlocked(3, 1)));
        Assert.True(await Store.WriteAsync(tx => tx.DeleteBlock(1, 3)));
        Assert.False(await Store.WriteAsync(tx => tx.DeleteBlock(1, 3)));
    }

    [Fact]
    public async Task Invitations_are_found_by_room_and_by_account()
    {
        await WriteAsync(tx =>
        {
            tx.PutInvitation(new InvitationRow(7, 1, 2, 3));
            tx.PutInvitation(new InvitationRow(8, 1, 2, 4));
            tx.PutInvitation(new InvitationRow(7, 5, 2, 5));
        });
        Same(new InvitationRow(7, 1, 2, 3), await ReadAsync(r => r.Invitation(7, 1)));
        Assert.Null(await ReadAsync(r => r.Invitation(1, 7)));
        Assert.Equal([7L, 8L], await ReadAsync(r => r.Invitations(1).Select(i => i.Room)));
        Assert.True(await Store.WriteAsync(tx => tx.DeleteInvitation(7, 1)));
        Assert.False(await Store.WriteAsync(tx => tx.DeleteInvitation(7, 1)));
        Assert.Equal([8L], await ReadAsync(r => r.Invitations(1).Select(i => i.Room)));
    }

    [Fact]
    public async Task The_first_result_of_a_change_stays()
    {
        var entry = new ChangeRow(1, Sample.Bytes(2), Sample.Bytes(3), ushort.MaxValue, 4, 5, null, 6);
        var reply = new ChangeRow(2, Sample.Bytes(2), Sample.Bytes(4), 1, null, null, [1, 2], 7);
        await WriteAsync(tx => tx.InsertChange(entry));
        await WriteAsync(tx => tx.InsertChange(reply));
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(tx => tx.InsertChange(entry with { Code = 2 })));
        Same(entry, await ReadAsync(r => r.Change(1, Sample.Bytes(2))));
        Same(reply, await ReadAsync(r => r.Change(2, Sample.Bytes(2))));
        Assert.Null(await ReadAsync(r => r.Change(1, Sample.Bytes(3))));
    }

    [Fact]
    public async Task Of_the_same_change_sent_many_times_at_once_one_is_kept()
    {
        var row = new ChangeRow(1, Sample.Bytes(2), Sample.Bytes(3), 4, null, null, null, 6);
        var first = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Store.WriteAsync(tx =>
        {
            if (tx.Change(1, row.ClientId) is not null)
            {
                return false;
            }

            tx.InsertChange(row);
            return true;
        })));
        Assert.Single(first, isFirst => isFirst);
    }
}
