using Chatroom.Server.Storage;
using Chatroom.Server.Storage.Sqlite;

namespace Chatroom.Tests.Storage;

public sealed partial class SqliteChatStoreTests
{
    // Look-ups that walk a table are right at ten rows and ruin a server at a million; no result tells them apart.
    [Fact]
    public async Task No_statement_walks_through_a_whole_table()
    {
        var scans = await Store.WriteAsync(tx =>
        {
            AskEverything(tx);
            ChangeEverything(tx);
            var texts = Raw(tx).Texts.Where(t => t.StartsWith("SELECT", StringComparison.Ordinal) || t.Contains("WHERE", StringComparison.Ordinal)).ToList();
            Assert.True(texts.Count > 50, $"only {texts.Count} statements");
            return texts.SelectMany(text => Plan(Raw(tx), text).Where(IsWalk).Select(step => $"{step}: {text}")).ToList();
        });
        Assert.Empty(scans);
    }

    // A partial index walked from end to end holds only the rows that are asked for.
    private static bool IsWalk(string step) =>
        step.StartsWith("SCAN", StringComparison.Ordinal)
        && step is not ("SCAN CONSTANT ROW" or "SCAN accounts USING INDEX accounts_owners")
        && !step.StartsWith("SCAN accounts USING COVERING INDEX sqlite_autoindex", StringComparison.Ordinal);

    private static List<string> Plan(Connection connection, string text)
    {
        using var plan = connection.Prepare("EXPLAIN QUERY PLAN " + text);
        var steps = new List<string>();
        while (plan.Step())
        {
            steps.Add(plan.Text(3));
        }

        return steps;
    }

    private static void AskEverything(IStoreReader r)
    {
        byte[] key = [1];
        _ = (r.Account(1), r.AccountByName(key), r.AnyAccount(), r.Accounts(0, 1), r.CountServerOwners());
        _ = (r.Device(1), r.DeviceByToken(key), r.Devices(1), r.RegistrationInvite(key), r.RegistrationInvites(1, 1), r.Audit(1, 1));
        _ = (r.ItemsAfter(1, 0), r.Friend(1, 2), r.Friends(1), r.IsBlocked(1, 2), r.Blocks(1));
        _ = (r.Invitation(1, 2), r.Invitations(1), r.Position(1, 2), r.Change(1, key));
        _ = (r.Room(1), r.PublicRoomByName(key), r.PublicRooms(0, 1), r.Rooms(0, 1), r.PrivateRoom(1, 2));
        _ = (r.CurrentMembership(1, 2), r.Memberships(1, 2), r.RoomsOf(1), r.MembersOf(1, 0, 1), r.MemberCount(1), r.CountMembers(1));
        _ = (r.Entry(1, 1), r.EntriesAfter(1, 0, 1, 1), r.EntriesBefore(1, 1, 0, 1), r.EntriesTargeting(1, 0, 1, 0), r.FileEntries(1, 1, 0, 1));
        _ = (r.Pins(1), r.OrdinalAt(1, 1), r.SenderOrdinalAt(1, 1, 1), r.RecalledAfter(1, 1, 1), r.CountErased(1, 1, 2), r.Edits(1, 1));
        _ = (r.SearchSegments(1), r.SearchBucket(1, 0, 1));
        _ = (r.File("a"), r.FileByClientId(1, key), r.StaleUploads(1, 1), r.Files("", 1), r.OpenUploadBytes(1));
    }

    private static void ChangeEverything(IStoreTransaction tx)
    {
        tx.InsertAccount(Sample.Account(1));
        tx.UpdateAccount(Sample.Account(1) with { SealedName = null });
        tx.SetSeenRevision(1, 1);
        tx.InsertDevice(Sample.Device(1, 1));
        tx.UpdateDevice(Sample.Device(1, 1));
        tx.InsertRegistrationInvite(new RegistrationInviteRow([1], 1, 1, 1, 1));
        tx.UpdateRegistrationInvite(new RegistrationInviteRow([1], 1, 1, 1, 0));
        tx.Touch(1, ItemKind.Room, 1);
        tx.DeleteFriend(1, 2);
        tx.DeleteBlock(1, 2);
        tx.DeleteInvitation(1, 2);
        tx.AdvancePosition(1, 2, 3);
        tx.InsertRoom(Sample.Room(1));
        tx.UpdateRoom(Sample.Room(1));
        tx.InsertMembership(new MembershipRow(1, 1, 1, null, RoomRole.Member));
        tx.UpdateMembership(new MembershipRow(1, 1, 1, 2, RoomRole.Member));
        Sample.Append(tx, Sample.Entry(1, 1));
        tx.InsertSearchSegment(1, 0, [.. Enumerable.Repeat<byte[]>([1], SearchSegment.Buckets)]);
        tx.EraseEntry(1, 1);
        tx.EraseEdits(1, 1);
        tx.SetPin(1, 1, 1, on: false);
        tx.InsertFile(Sample.File("a", 1));
        tx.UpdateFile(Sample.File("a", 1) with { SealedInfo = null });
        tx.DeleteFile("a");
    }
}
