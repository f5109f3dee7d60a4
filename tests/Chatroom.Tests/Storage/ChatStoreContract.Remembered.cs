using Chatroom.Server.Storage;

namespace Chatroom.Tests.Storage;

public abstract partial class ChatStoreContract
{
    /// <summary>Rows that a writer may remember, each with a change of it.</summary>
    public static TheoryData<string> Remembered => ["account", "seen revision", "revision", "device", "room", "head", "membership", "sender's ordinal"];

    [Theory]
    [MemberData(nameof(Remembered))]
    public async Task A_change_sees_what_the_one_before_it_made(string what)
    {
        await SceneAsync();
        var before = await SeenByAChangeAsync(what);
        await WriteAsync(tx => Alter(tx, what));
        var after = await SeenByAChangeAsync(what);
        Assert.NotEqual(before, after);
        Assert.Equal(await ReadAsync(r => Look(r, what)), after);
    }

    [Theory]
    [MemberData(nameof(Remembered))]
    public async Task A_change_sees_nothing_of_one_that_was_taken_back(string what)
    {
        await SceneAsync();
        var before = await SeenByAChangeAsync(what);
        await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(tx =>
        {
            Alter(tx, what);
            Assert.NotEqual(before, Look(tx, what));
            throw new InvalidOperationException("Taken back.");
        }));
        Assert.Equal(before, await SeenByAChangeAsync(what));
    }

    private Task SceneAsync() => WriteAsync(tx =>
    {
        tx.InsertAccount(Sample.Account(1));
        tx.InsertDevice(Sample.Device(5, 1));
        tx.InsertRoom(Sample.Room(9));
        tx.InsertMembership(new MembershipRow(9, 1, 1, null, RoomRole.Member));
        Sample.Append(tx, Sample.Entry(9, 1));
    });

    private Task<string> SeenByAChangeAsync(string what) => Store.WriteAsync(tx => Look(tx, what));

    private static string Look(IStoreReader store, string what) => what switch
    {
        "account" => store.Account(1)!.PasswordHash,
        "seen revision" => $"{store.Account(1)!.SeenRevision}",
        "revision" => $"{store.Account(1)!.Revision}",
        "device" => $"{store.Device(5)!.Revoked}",
        "room" => $"{store.Room(9)!.Public}",
        "head" => $"{store.Room(9)!.Head} {Convert.ToHexString(store.Room(9)!.HeadLink)} {store.Room(9)!.Ordinal}",
        "membership" => $"{store.CurrentMembership(9, 1)?.Role}",
        _ => $"{store.SenderOrdinalAt(9, 1, 0)} {store.SenderOrdinalAt(9, 1, 1)} {store.SenderOrdinalAt(9, 1, 100)}",
    };

    private static void Alter(IStoreTransaction tx, string what)
    {
        switch (what)
        {
            case "account":
                tx.UpdateAccount(tx.Account(1)! with { PasswordHash = "another" });
                break;
            case "seen revision":
                tx.SetSeenRevision(1, 7);
                break;
            case "revision":
                tx.Touch(1, ItemKind.Room, 9);
                break;
            case "device":
                tx.UpdateDevice(tx.Device(5)! with { Revoked = true });
                break;
            case "room":
                tx.UpdateRoom(tx.Room(9)! with { Public = true });
                break;
            case "membership":
                tx.UpdateMembership(tx.CurrentMembership(9, 1)! with { LeftSeq = 1 });
                break;
            default:
                Sample.Append(tx, Sample.Entry(9, 2));
                break;
        }
    }
}
