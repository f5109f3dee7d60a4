namespace Chatroom.Faults.PowerLoss;

/// <summary>
/// What a disk may still have of what was not durable: it wrote what it liked in the order it liked, sector by sector (512 bytes). For each sector, each
/// file's size and each folder's names it says up to which operation they stay.
/// </summary>
public abstract class Loss
{
    public const int Sector = 512;

    public abstract long Content(long file, long sector, IReadOnlyList<Record> loose);

    public abstract long Size(long file, IReadOnlyList<Record> loose);

    public abstract long Names(string folder, IReadOnlyList<Record> loose);

    /// <summary>Nothing stays.</summary>
    public static Loss OfAll { get; } = new Nothing();

    /// <summary>Up to a random moment everything stays, after it nothing; of the operation in between some sectors.</summary>
    public static Loss AfterAMoment(Random random, IReadOnlyList<Record> loose) =>
        new Moment(random, loose.Count == 0 ? 0 : random.Next(loose.Count + 1) is var at && at == loose.Count ? long.MaxValue : loose[at].Number);

    /// <summary>Each sector for itself stays at some version: the newest, the durable one, or one in between.</summary>
    public static Loss Here(Random random) => new Scattered(random);

    private sealed class Nothing : Loss
    {
        public override long Content(long file, long sector, IReadOnlyList<Record> loose) => 0;

        public override long Size(long file, IReadOnlyList<Record> loose) => 0;

        public override long Names(string folder, IReadOnlyList<Record> loose) => 0;
    }

    private sealed class Moment(Random random, long torn) : Loss
    {
        public override long Content(long file, long sector, IReadOnlyList<Record> loose) => random.Next(2) == 0 ? torn : torn - 1;

        public override long Size(long file, IReadOnlyList<Record> loose) => random.Next(2) == 0 ? torn : torn - 1;

        public override long Names(string folder, IReadOnlyList<Record> loose) => torn - 1;
    }

    private sealed class Scattered(Random random) : Loss
    {
        public override long Content(long file, long sector, IReadOnlyList<Record> loose) => Some(loose);

        public override long Size(long file, IReadOnlyList<Record> loose) => Some(loose);

        public override long Names(string folder, IReadOnlyList<Record> loose) => Some(loose);

        private long Some(IReadOnlyList<Record> loose) => random.Next(3) switch
        {
            0 => 0,
            1 => long.MaxValue,
            _ => loose[random.Next(loose.Count)].Number,
        };
    }
}
