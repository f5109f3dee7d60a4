using Chatroom.Cli;
using Chatroom.Cli.Text;
using Chatroom.Protocol.Messages;

namespace Chatroom.Tests.Cli;

public sealed class RoomNamesTests
{
    private static readonly NamedRoom[] Rooms =
    [
        new("lobby", RoomKinds.Lobby, null, null),
        new("r1", RoomKinds.Group, "ops", null),
        new("r2", RoomKinds.Group, "Cooking", null),
        new("r3", RoomKinds.Group, "cooking", null),
        new("r4", RoomKinds.Group, "twins", null),
        new("r5", RoomKinds.Group, "twins", null),
        new("r6", RoomKinds.Private, null, "alice"),
        new("r7", RoomKinds.Group, "r1", null),
    ];

    private static NamedRoom Resolve(string text) => RoomNames.Resolve(Rooms, text, Strings.Load("en"));

    [Theory]
    [InlineData("lobby", "lobby")]
    [InlineData("ops", "r1")]
    [InlineData("OPS", "r1")]
    [InlineData("@alice", "r6")]
    [InlineData("r5", "r5")]
    public void A_room_is_found_by_name_or_id(string text, string id) => Assert.Equal(id, Resolve(text).Id);

    [Fact]
    public void An_id_goes_before_a_group_that_is_called_so() => Assert.Equal("r1", Resolve("r1").Id);

    [Fact]
    public void The_same_spelling_goes_before_the_same_letters() => Assert.Equal("r3", Resolve("cooking").Id);

    [Theory]
    [InlineData("twins", "r4", "r5")]
    [InlineData("COOKING", "r2", "r3")]
    public void A_name_of_several_rooms_is_refused_with_their_ids(string text, params string[] ids)
    {
        var refused = Assert.Throws<CliException>(() => Resolve(text));
        Assert.Equal(ExitCodes.Failed, refused.ExitCode);
        Assert.All(ids, id => Assert.Contains(id, refused.Message));
    }

    [Fact]
    public void A_name_of_no_room_is_refused() => Assert.Equal(ExitCodes.Failed, Assert.Throws<CliException>(() => Resolve("alice")).ExitCode);
}
