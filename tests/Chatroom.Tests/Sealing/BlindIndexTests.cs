using Chatroom.Server.Sealing;

namespace Chatroom.Tests.Sealing;

public sealed class BlindIndexTests : IDisposable
{
    private readonly TestRing _test = new();

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Equal_values_have_equal_hashes_after_a_restart_a_new_epoch_and_a_new_master_key()
    {
        var before = new BlindIndex(_test.Ring).Of(IndexPurpose.AccountName, "alice");
        var link = new ChainKey(_test.Ring).Link(ChainKey.Start, "entry"u8);
        _test.Ring.AddEpoch();
        using var master = MasterKey.Create(_test["other.key"]);
        _test.Ring.Rewrap(master);
        using var again = KeyRing.Open(_test.Data, master);
        Assert.Equal(before, new BlindIndex(again).Of(IndexPurpose.AccountName, "alice"));
        Assert.Equal(before, new BlindIndex(_test.Ring).Of(IndexPurpose.AccountName, "alice"u8));
        Assert.Equal(link, new ChainKey(again).Link(ChainKey.Start, "entry"u8));
        Assert.Equal(BlindIndex.Length, before.Length);
    }

    [Fact]
    public void Other_values_purposes_and_data_folders_have_other_hashes()
    {
        var index = new BlindIndex(_test.Ring);
        using var other = new TestRing();
        byte[][] hashes =
        [
            index.Of(IndexPurpose.AccountName, "alice"), index.Of(IndexPurpose.AccountName, "alicf"),
            index.Of(IndexPurpose.RoomName, "alice"), index.Of(IndexPurpose.AccountName, ""),
            new BlindIndex(other.Ring).Of(IndexPurpose.AccountName, "alice"),
        ];
        Assert.Equal(hashes.Length, hashes.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public void A_lone_surrogate_is_refused_instead_of_colliding_with_another() =>
        Assert.ThrowsAny<ArgumentException>(() => new BlindIndex(_test.Ring).Of(IndexPurpose.AccountName, "\udc00"));

    [Fact]
    public void A_link_depends_on_the_one_before_and_on_the_entry()
    {
        var chain = new ChainKey(_test.Ring);
        var first = chain.Link(ChainKey.Start, "one"u8);
        Assert.Equal(ChainKey.Length, first.Length);
        Assert.Equal(first, chain.Link(ChainKey.Start, "one"u8));
        Assert.NotEqual(first, chain.Link(ChainKey.Start, "two"u8));
        Assert.NotEqual(chain.Link(first, "two"u8), chain.Link(ChainKey.Start, "two"u8));
        Assert.Equal(chain.Link(first, new byte[5000]), chain.Link(first, new byte[5000]));
    }

    [Fact]
    public void A_previous_link_of_another_length_is_refused() =>
        Assert.Throws<ArgumentException>(() => new ChainKey(_test.Ring).Link(new byte[31], "x"u8));
}
