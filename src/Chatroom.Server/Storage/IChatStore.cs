namespace Chatroom.Server.Storage;

/// <summary>
/// Where everything durable is. It knows rows of numbers and sealed bytes, no rule of rooms or people: those are in Rooms and Commands and are written
/// once for every store. All changes go through <see cref="WriteAsync{T}"/>, one after the other.
/// </summary>
public interface IChatStore : IAsyncDisposable
{
    /// <summary>Why writing is impossible until a restart; null while all is well. Set by a failed commit or fsync.</summary>
    string? Failure { get; }

    /// <summary>Changes that wait for their transaction.</summary>
    int Queued { get; }

    /// <summary>
    /// Runs <paramref name="change"/> alone against the newest state, inside a transaction that may hold other changes too (group commit), and
    /// commits durably (fsync). When <paramref name="change"/> throws, nothing of it is kept and the others in the transaction are untouched.
    /// </summary>
    /// <param name="change">
    /// Synchronous and quick; its only effects are calls on the transaction, for it is run again when the batch has to be repeated.
    /// </param>
    /// <param name="committed">
    /// Called once with the result after the commit is durable, in commit order over all changes, one at a time, before the task completes.
    /// This is where deliveries are queued. It must not block or throw.
    /// </param>
    /// <param name="continueOnWriter">
    /// Whoever awaits the task continues on the writer's own sequence, saving a thread's wake-up for each change: only for continuations that take a note and end.
    /// </param>
    /// <exception cref="StoreFullException">No space: nothing was kept; the store goes on, and writing works again when there is space.</exception>
    /// <exception cref="StoreFailedException">The commit failed or had failed before: nothing of it may be acknowledged, ever.</exception>
    Task<T> WriteAsync<T>(Func<IStoreTransaction, T> change, Action<T>? committed = null, bool continueOnWriter = false);

    /// <summary>
    /// Called on the writer's sequence after all <c>committed</c> callbacks of a batch: the moment to flush what they queued. True when no other change waits
    /// meanwhile, so that nobody is held up by what is done here.
    /// </summary>
    event Action<bool>? BatchCommitted;

    /// <summary>Runs <paramref name="read"/> against a consistent, committed state, beside the writer and a few other readers.</summary>
    Task<T> ReadAsync<T>(Func<IStoreReader, T> read);
}

/// <summary>No space left on the device (or in the quota): refused, nothing kept.</summary>
public sealed class StoreFullException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>The store cannot be written until the server was restarted and has recovered.</summary>
public sealed class StoreFailedException(string message, Exception? inner = null) : IOException(message, inner);

/// <summary>Everything that can be asked. Lists are bounded by the caller's <c>limit</c> unless the doc says otherwise.</summary>
public interface IStoreReader
{
    // Accounts
    AccountRow? Account(long id);

    AccountRow? AccountByName(ReadOnlySpan<byte> nameKey);

    /// <summary>The account whose name in Chatroom 2.0 has this key (<see cref="Rooms.Vault.ClassicAliasKey"/>), where it is not its name here.</summary>
    long? ClassicAlias(ReadOnlySpan<byte> nameKey);

    bool AnyAccount();

    /// <summary>Accounts by id, ascending, above <paramref name="afterId"/>; deleted ones included.</summary>
    IReadOnlyList<AccountRow> Accounts(long afterId, int limit);

    /// <summary>Accounts that are server owners and neither disabled nor deleted.</summary>
    int CountServerOwners();

    // Devices and tokens
    DeviceRow? Device(long id);

    DeviceRow? DeviceByToken(ReadOnlySpan<byte> tokenHash);

    /// <summary>All tokens of an account that are not revoked, oldest first.</summary>
    IReadOnlyList<DeviceRow> Devices(long account);

    RegistrationInviteRow? RegistrationInvite(ReadOnlySpan<byte> codeHash);

    /// <summary>Those that still let somebody in at <paramref name="now"/> (UTC ms), the first to expire first.</summary>
    IReadOnlyList<RegistrationInviteRow> RegistrationInvites(long now, int limit);

    /// <summary>Audit lines with an id below <paramref name="before"/>, newest first.</summary>
    IReadOnlyList<AuditRow> Audit(long before, int limit);

    // Account state
    /// <summary>All items of the account with a revision above <paramref name="revision"/>, ascending by revision; unbounded.</summary>
    IReadOnlyList<ItemRow> ItemsAfter(long account, long revision);

    FriendRow? Friend(long account, long other);

    /// <summary>All friends, by account id ascending; unbounded.</summary>
    IReadOnlyList<FriendRow> Friends(long account);

    bool IsBlocked(long account, long other);

    IReadOnlyList<long> Blocks(long account);

    InvitationRow? Invitation(long room, long account);

    IReadOnlyList<InvitationRow> Invitations(long account);

    /// <summary>Read position; 0 when there is none.</summary>
    long Position(long room, long account);

    // Rooms
    RoomRow? Room(long id);

    /// <summary>The public group with this key, if any.</summary>
    RoomRow? PublicRoomByName(ReadOnlySpan<byte> nameKey);

    /// <summary>Public groups by id, ascending, above <paramref name="afterId"/>.</summary>
    IReadOnlyList<RoomRow> PublicRooms(long afterId, int limit);

    /// <summary>All rooms by id, ascending, above <paramref name="afterId"/> (for verify).</summary>
    IReadOnlyList<RoomRow> Rooms(long afterId, int limit);

    /// <summary>The private chat of two accounts, in any order; null when there is none.</summary>
    long? PrivateRoom(long a, long b);

    /// <summary>The interval that is open now; null when not a member.</summary>
    MembershipRow? CurrentMembership(long room, long account);

    /// <summary>All intervals of an account in a room, by joined seq ascending.</summary>
    IReadOnlyList<MembershipRow> Memberships(long room, long account);

    /// <summary>Open memberships of an account; unbounded.</summary>
    IReadOnlyList<MembershipRow> RoomsOf(long account);

    /// <summary>Open memberships of a room, by account id ascending, above <paramref name="afterAccount"/>.</summary>
    IReadOnlyList<MembershipRow> MembersOf(long room, long afterAccount, int limit);

    /// <summary>How many open memberships a room has, by the number that is kept.</summary>
    int MemberCount(long room);

    /// <summary>The same by counting, which takes longer the more there are.</summary>
    int CountMembers(long room);

    // The log
    EntryRow? Entry(long room, long seq);

    /// <summary>Entries with <c>after &lt; seq &lt;= upTo</c>, ascending, the first <paramref name="limit"/>.</summary>
    IReadOnlyList<EntryRow> EntriesAfter(long room, long after, long upTo, int limit);

    /// <summary>Entries with <c>from &lt;= seq &lt; before</c>: the last <paramref name="limit"/> of them, ascending.</summary>
    IReadOnlyList<EntryRow> EntriesBefore(long room, long before, long from, int limit);

    /// <summary>Entries whose target is in [<paramref name="fromTarget"/>, <paramref name="toTarget"/>] and whose seq is above <paramref name="afterSeq"/>, ascending by seq; unbounded.</summary>
    IReadOnlyList<EntryRow> EntriesTargeting(long room, long fromTarget, long toTarget, long afterSeq);

    /// <summary>Seqs in [<paramref name="fromTarget"/>, <paramref name="toTarget"/>] that any entry is about, ascending; an index look-up.</summary>
    IReadOnlyList<long> Targets(long room, long fromTarget, long toTarget);

    /// <summary>How many entries of a kind by one sender are about an entry.</summary>
    int CountTargeting(long room, long target, long sender, EntryKind kind);

    /// <summary>File entries not recalled with <c>from &lt;= seq &lt; before</c>, newest first.</summary>
    IReadOnlyList<EntryRow> FileEntries(long room, long before, long from, int limit);

    /// <summary>Seqs of pinned entries, the newest pin first; at most 500.</summary>
    IReadOnlyList<long> Pins(long room);

    /// <summary>Ordinal of counted entries at <paramref name="seq"/>: how many counted entries have a seq at most this. 0 for seq 0.</summary>
    long OrdinalAt(long room, long seq);

    /// <summary>How many counted entries by <paramref name="sender"/> have a seq at most <paramref name="seq"/> (from the per-sender ordinal of the last one; an index look-up, no counting).</summary>
    long SenderOrdinalAt(long room, long sender, long seq);

    /// <summary>Counted entries above <paramref name="afterSeq"/> that were recalled and are not by <paramref name="exceptSender"/>.</summary>
    long RecalledAfter(long room, long afterSeq, long exceptSender);

    /// <summary>Seqs of the edits of an entry that are not erased, the newest first.</summary>
    IReadOnlyList<long> Edits(long room, long target);

    /// <summary>How many entries with <c>from &lt;= seq &lt;= to</c> have lost their body.</summary>
    int CountErased(long room, long from, long to);

    // The search index, derived from the log
    /// <summary>Segments of a room's log that are in the index, ascending; unbounded.</summary>
    IReadOnlyList<long> SearchSegments(long room);

    /// <summary>One of a segment's <see cref="SearchSegment.Buckets"/>; null when the segment is not in the index.</summary>
    byte[]? SearchBucket(long room, long segment, int bucket);

    // Exactly once
    ChangeRow? Change(long account, ReadOnlySpan<byte> clientId);

    // Files
    FileRow? File(string id);

    FileRow? FileByClientId(long account, ReadOnlySpan<byte> clientId);

    /// <summary>Uploads not complete whose last progress is before <paramref name="time"/> (UTC ms).</summary>
    IReadOnlyList<FileRow> StaleUploads(long time, int limit);

    /// <summary>Files by id, ascending ordinal, above <paramref name="afterId"/> (for verify and sweeping).</summary>
    IReadOnlyList<FileRow> Files(string afterId, int limit);

    /// <summary>Bytes of uploads not complete of one account.</summary>
    long OpenUploadBytes(long account);
}

/// <summary>Everything that can be changed. Inserts throw <see cref="InvalidOperationException"/> on a duplicate key: the caller has looked before.</summary>
public interface IStoreTransaction : IStoreReader
{
    void InsertAccount(AccountRow row);

    /// <summary>Replaces every column of the account except its revisions.</summary>
    void UpdateAccount(AccountRow row);

    void SetSeenRevision(long account, long revision);

    /// <summary>Puts or replaces.</summary>
    void PutClassicAlias(ReadOnlySpan<byte> nameKey, long account);

    void InsertDevice(DeviceRow row);

    /// <summary>Replaces every column of the device.</summary>
    void UpdateDevice(DeviceRow row);

    void InsertRegistrationInvite(RegistrationInviteRow row);

    void UpdateRegistrationInvite(RegistrationInviteRow row);

    /// <summary>Appends to the audit log; its id is given by the store.</summary>
    void AppendAudit(AuditRow row);

    /// <summary>Gives the account its next revision and stamps the item with it.</summary>
    /// <returns>The new revision.</returns>
    long Touch(long account, ItemKind kind, long key, bool deleted = false);

    void PutFriend(FriendRow row);

    /// <returns>False when there was none.</returns>
    bool DeleteFriend(long account, long other);

    void PutBlock(long account, long other);

    bool DeleteBlock(long account, long other);

    void PutInvitation(InvitationRow row);

    bool DeleteInvitation(long room, long account);

    /// <summary>Moves the position forward; a lower one changes nothing.</summary>
    /// <returns>True when it moved.</returns>
    bool AdvancePosition(long room, long account, long seq);

    void InsertRoom(RoomRow row);

    /// <summary>Replaces every column of the room.</summary>
    void UpdateRoom(RoomRow row);

    void InsertPrivateRoom(long a, long b, long room);

    void InsertMembership(MembershipRow row);

    /// <summary>Replaces role and left seq of the interval (room, account, joined).</summary>
    void UpdateMembership(MembershipRow row);

    /// <summary>Appends one entry; its seq must be the room's head + 1. The room's row is not changed by this.</summary>
    void InsertEntry(EntryRow row);

    /// <summary>Moves the head of a room's log (only these four columns): called once per appended entry.</summary>
    void SetRoomHead(long room, long head, byte[] link, long ordinal);

    /// <summary>Erases the sealed body of an entry and marks it recalled; digest and link stay. Its segment leaves the search index.</summary>
    void EraseEntry(long room, long seq);

    /// <summary>Erases the sealed bodies of all edits of an entry, without marking them recalled. Their segments leave the search index.</summary>
    void EraseEdits(long room, long target);

    void SetPin(long room, long target, long pinSeq, bool on);

    /// <summary>Puts a segment into the search index, where it must not be.</summary>
    /// <param name="buckets">Sealed, <see cref="SearchSegment.Buckets"/> of them.</param>
    void InsertSearchSegment(long room, long segment, IReadOnlyList<byte[]> buckets);

    /// <summary>Erases a segment's buckets and takes it out of the search index; no error when it is not there.</summary>
    void EraseSearchSegment(long room, long segment);

    void InsertChange(ChangeRow row);

    void InsertFile(FileRow row);

    /// <summary>Replaces every column of the file.</summary>
    void UpdateFile(FileRow row);

    void DeleteFile(string id);
}
