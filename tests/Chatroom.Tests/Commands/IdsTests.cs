using Chatroom.Server;
using CsCheck;

namespace Chatroom.Tests.Commands;

public sealed class IdsTests
{
    [Fact]
    public void An_id_comes_back_from_its_text() => Gen.Long[1, long.MaxValue].Sample(
        id => Ids.TryAccount(Ids.Account(id), out var account) && account == id && Ids.TryDevice(Ids.Device(id), out var device) && device == id
            && Ids.TryRoom(Ids.Room(id), out var room) && room == id, iter: 20_000);

    [Fact]
    public void Only_one_text_names_an_id()
    {
        const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
        Gen.Char[Alphabet].Array[13].Select(c => "u" + new string(c)).Sample(text => !Ids.TryAccount(text, out var id) || Ids.Account(id) == text, iter: 20_000);
        Assert.False(Ids.TryAccount("ug000000000001", out _));
        Assert.True(Ids.TryAccount("u7zzzzzzzzzzzz", out var most));
        Assert.Equal(long.MaxValue, most);
    }

    [Fact]
    public void Any_text_is_refused_or_an_id_and_nothing_is_thrown() => Gen.String.Sample(text =>
    {
        _ = Ids.TryAccount(text, out _);
        _ = Ids.TryAccount("u" + text, out _);
        return !Ids.TryRoom(text, out var room) || Ids.Room(room) == text;
    }, iter: 20_000);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("u")]
    [InlineData("u0000000000000")]
    [InlineData("r0000000000001")]
    [InlineData("u000000000000O")]
    [InlineData("u000000000000A")]
    [InlineData("u000000000000é")]
    [InlineData("u00000000000001")]
    [InlineData("lobby")]
    public void What_is_no_account_id_is_refused(string? text) => Assert.False(Ids.TryAccount(text, out _));

    [Fact]
    public void The_lobby_has_one_name_only()
    {
        Assert.True(Ids.TryRoom("lobby", out var lobby));
        Assert.Equal(Ids.Lobby, lobby);
        Assert.Equal("lobby", Ids.Room(Ids.Lobby));
        Assert.False(Ids.TryRoom("r0000000000001", out _));
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef", true)]
    [InlineData("0123456789ABCDEF0123456789abcdef", false)]
    [InlineData("0123456789abcdef0123456789abcde", false)]
    [InlineData("0123456789abcdef0123456789abcdeg", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_client_id_is_32_lowercase_hexadecimal_digits(string? text, bool taken) => Assert.Equal(taken, Ids.TryClientId(text, out _));

    [Fact]
    public void New_ids_are_positive_and_never_the_lobby()
    {
        var ids = Enumerable.Range(0, 10_000).Select(_ => Ids.New()).ToHashSet();
        Assert.Equal(10_000, ids.Count);
        Assert.All(ids, id => Assert.True(id > Ids.Lobby));
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Matches("^f[0-9a-z]{25}$", Ids.NewFile()));
    }
}
