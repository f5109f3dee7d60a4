namespace Chatroom.Server.Storage.Sqlite;

/// <summary>
/// Rows as the writer has last seen or made them: who sends, from which device, into which room, is asked again with every message. The writer alone changes the
/// database, so it knows when one is no longer true; after anything was taken back it forgets all.
/// </summary>
/// <remarks>At most <see cref="Bound"/> rows of each kind; when there are more, all of the kind are forgotten: simpler than an order, and as good for what is in use.</remarks>
internal sealed class RowCache
{
    private const int Bound = 8192;

    public Rows<long, AccountRow> Accounts { get; } = new();

    public Rows<long, DeviceRow> Devices { get; } = new();

    public Rows<long, RoomRow> Rooms { get; } = new();

    /// <summary>Open ones, by room and account.</summary>
    public Rows<(long Room, long Account), MembershipRow> Memberships { get; } = new();

    /// <summary>The newest counted entry of a sender in a room.</summary>
    public Rows<(long Room, long Sender), Newest> NewestBySender { get; } = new();

    public void Clear()
    {
        Accounts.Clear();
        Devices.Clear();
        Rooms.Clear();
        Memberships.Clear();
        NewestBySender.Clear();
    }

    /// <param name="Ordinal">The sender's.</param>
    internal sealed record Newest(long Seq, long Ordinal);

    internal sealed class Rows<TKey, TRow>
        where TKey : struct, IEquatable<TKey>
        where TRow : class
    {
        private readonly Dictionary<TKey, TRow> _rows = [];

        public TRow? Find(TKey key) => _rows.GetValueOrDefault(key);

        /// <returns>The row itself.</returns>
        public TRow? Keep(TKey key, TRow? row)
        {
            if (row is not null)
            {
                if (_rows.Count >= Bound)
                {
                    _rows.Clear();
                }

                _rows[key] = row;
            }

            return row;
        }

        public void Forget(TKey key) => _rows.Remove(key);

        public void Clear() => _rows.Clear();
    }
}
