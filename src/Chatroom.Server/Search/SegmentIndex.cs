using System.Buffers.Binary;
using Chatroom.Server.Rooms;
using Chatroom.Server.Storage;

namespace Chatroom.Server.Search;

/// <summary>
/// Which entries of a segment have which terms. A term's keyed hash says in which bucket it stands, and under which tag there; a bucket is sealed as a whole, so that
/// the disk tells neither terms nor how often one occurs. A segment is written once, when its last entry is there: nothing has to be merged.
/// </summary>
internal sealed class SegmentIndex(Vault vault)
{
    private const byte Places = 1;

    // Every entry may have every term.
    private const byte Anything = 2;

    // Of sealed bodies: more is so much text that its terms would take more memory than they are worth. 1,024 usual messages have 300 KiB.
    private const long MostBytes = 1 << 20;

    // Some characters fold to many.
    private const int MostTerms = 1 << 19;

    private readonly List<(UInt128 Term, ushort Place)> terms = [];
    private long bytes;

    /// <summary>No more need be added.</summary>
    public bool IsFull => bytes > MostBytes || terms.Count > MostTerms;

    /// <param name="text">What is looked for in the entry; null: nothing.</param>
    public void Add(EntryRow entry, string? text)
    {
        bytes += entry.SealedBody?.Length ?? 0;
        if (text is { Length: > 0 } && !IsFull)
        {
            SearchTerms.Of(FoldedText.Of(text), term => terms.Add((term, (ushort)(entry.Seq % SearchSegment.Entries))));
        }
    }

    /// <summary>The segment's buckets, not sealed yet.</summary>
    public byte[][] Build()
    {
        if (IsFull)
        {
            return [.. Enumerable.Repeat<byte[]>([Anything], SearchSegment.Buckets)];
        }

        var buckets = Enumerable.Range(0, SearchSegment.Buckets).Select(_ => new List<(uint Tag, ushort Place)>()).ToArray();
        terms.Sort();
        var (bucket, tag) = (0, 0U);
        for (var i = 0; i < terms.Count; i++)
        {
            if (i == 0 || terms[i].Term != terms[i - 1].Term)
            {
                (bucket, tag) = vault.SearchPlace(terms[i].Term);
            }

            buckets[bucket].Add((tag, terms[i].Place));
        }

        return [.. buckets.Select(Write)];
    }

    /// <summary>The places in a segment, 0–1023, ascending, of the entries that may have a term.</summary>
    /// <param name="bucket">Opened.</param>
    /// <exception cref="InvalidDataException">Of a format that this version does not know.</exception>
    public static IEnumerable<int> Find(ReadOnlySpan<byte> bucket, uint tag)
    {
        if (bucket is [Anything])
        {
            return Enumerable.Range(0, SearchSegment.Entries);
        }

        if (bucket.IsEmpty || bucket[0] != Places)
        {
            throw new InvalidDataException("A piece of the search index has a format that this version does not know.");
        }

        var at = 1;
        while (at < bucket.Length)
        {
            var found = BinaryPrimitives.ReadUInt32BigEndian(bucket[at..]);
            at += sizeof(uint);
            var places = new int[Number(bucket, ref at)];
            for (int i = 0, place = 0; i < places.Length; i++)
            {
                places[i] = place += Number(bucket, ref at);
            }

            if (found >= tag)
            {
                return found == tag ? places : [];
            }
        }

        return [];
    }

    // Two terms may have one tag: what is found by it is looked at anyway.
    private static byte[] Write(List<(uint Tag, ushort Place)> terms)
    {
        var bytes = new List<byte> { Places };
        Span<byte> number = stackalloc byte[sizeof(uint)];
        foreach (var term in terms.Distinct().GroupBy(t => t.Tag, t => t.Place).OrderBy(t => t.Key))
        {
            BinaryPrimitives.WriteUInt32BigEndian(number, term.Key);
            bytes.AddRange(number);
            var (places, last) = (term.Order().ToList(), 0);
            Add(bytes, places.Count);
            foreach (var place in places)
            {
                Add(bytes, place - last);
                last = place;
            }
        }

        return [.. bytes];
    }

    // Seven bits a byte, the lowest first; at most two bytes here.
    private static void Add(List<byte> bytes, int number)
    {
        for (; number >= 0x80; number >>= 7)
        {
            bytes.Add((byte)(number | 0x80));
        }

        bytes.Add((byte)number);
    }

    private static int Number(ReadOnlySpan<byte> bytes, ref int at)
    {
        var number = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            number |= (next & 0x7F) << shift;
            if (next < 0x80)
            {
                return number;
            }
        }
    }
}
