using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Classic;

/// <summary>What a classic client is told of its friends when it did not ask itself. It can put a friend on its list, and take none off.</summary>
public sealed class FriendTests(ClassicServer server) : ClassicTest(server), IClassFixture<ClassicServer>
{
    [Fact]
    public async Task A_friend_added_on_another_device_is_told_and_listed_once()
    {
        var (old, other) = Two();
        var device = await DeviceOfAsync(old);
        await device.ChangeAsync(Wire.AddFriend, new { name = other.Name }, Wire.AddFriendSuccess);
        Assert.Equal($"905\n\n{other.Name}", old.Next().Plain);
        Assert.Equal($"905\n\n{old.Name}", other.Next().Plain);
        Assert.Equal($"295\n\n{other.Name}", old.Ask($"0\n\n{old.Name}"));
        Assert.Equal("902\n\n", old.Ask($"9\n\n{old.Name}\r\n{other.Name}"));
    }

    [Fact]
    public void A_friend_of_ones_own_asking_is_told_by_the_answer_alone()
    {
        var (old, other) = Two();
        Assert.Equal($"901\n\n{other.Name}", old.Ask($"9\n\n{old.Name}\r\n{other.Name.ToUpperInvariant()}"));
        other.Say("after it");
        Assert.Equal($"301{other.Name}\r\n9\n\nafter it\n", old.Next().Plain);
    }

    [Theory]
    [InlineData(Wire.RemoveFriend, true)]
    [InlineData(Wire.RemoveFriend, false)]
    [InlineData(Wire.Block, true)]
    [InlineData(Wire.Block, false)]
    public async Task A_friendship_that_ends_elsewhere_is_told_in_a_line_and_so_is_its_new_beginning(int how, bool byOther)
    {
        var (old, other) = Two();
        Assert.Equal($"901\n\n{other.Name}", old.Ask($"9\n\n{old.Name}\r\n{other.Name}"));
        Assert.Equal($"905\n\n{old.Name}", other.Next().Plain);
        var (who, whom) = byOther ? (other, old) : (old, other);
        var device = await DeviceOfAsync(who);
        await device.ChangeAsync(how, new { name = whom.Name }, Wire.Ok);

        // Both are told the same, whoever ended it and however.
        var ended = "and you are no longer friends.";
        Assert.Matches($"^301<Chatroom>\r\n[0-9]+\n\n{other.Name} {ended}", old.Next().Plain);
        Assert.Matches($"^301<Chatroom>\r\n[0-9]+\n\n{old.Name} {ended}", other.Next().Plain);
        Assert.Equal("297\n\n", old.Ask($"0\n\n{old.Name}"));
        if (how == Wire.Block)
        {
            await device.ChangeAsync(Wire.Unblock, new { name = whom.Name }, Wire.Ok);
        }

        // Its list has the name still: adding it once more would show it twice.
        await device.ChangeAsync(Wire.AddFriend, new { name = whom.Name }, Wire.AddFriendSuccess);
        Assert.Matches($"^301<Chatroom>\r\n[0-9]+\n\n{other.Name} and you are friends again.\n$", old.Next().Plain);
        Assert.Equal($"295\n\n{other.Name}", old.Ask($"0\n\n{old.Name}"));
    }

    private async Task<RawClient> DeviceOfAsync(ClassicClient person)
    {
        var device = await OpenAsync();
        Assert.Equal(Wire.LoginSuccess, (await device.LoginAsync(new { version = 3, name = person.Name, password = person.Password })).Code);
        return device;
    }
}
