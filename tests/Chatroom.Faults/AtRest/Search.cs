using System.IO.Compression;

namespace Chatroom.Faults.AtRest;

/// <summary>Looks for canaries in every file below a folder, as they are and inside of gzip and zlib streams, wherever those begin.</summary>
internal sealed class Search(IReadOnlyList<Canary> canaries)
{
    // Of what begins like a compressed stream and is none, most end at once; more than this no stream of a test has.
    private const int MostUnpacked = 8 << 20;

    private readonly (string What, string Form, byte[] Bytes)[] wanted = [.. canaries.SelectMany(one => one.Forms().Select(form => (one.What, form.Form, form.Bytes))).DistinctBy(one => (one.What, Convert.ToHexString(one.Bytes)))];

    /// <summary>Bytes looked at, unpacked ones included.</summary>
    public long Searched { get; private set; }

    public List<Hit> In(string folder)
    {
        var hits = new List<Hit>();
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            hits.AddRange(In(File.ReadAllBytes(path), Path.GetRelativePath(folder, path)));
            hits.AddRange(In(System.Text.Encoding.UTF8.GetBytes(path), "the name of " + Path.GetRelativePath(folder, path)));
        }

        return hits;
    }

    public IEnumerable<Hit> In(byte[] bytes, string file) => Plain(bytes, file, "").Concat(Streams(bytes).SelectMany(stream => Plain(stream.Unpacked, file, $", in {stream.Kind}"))).ToList();

    private IEnumerable<Hit> Plain(byte[] bytes, string file, string inside)
    {
        Searched += bytes.Length;
        return wanted.Where(one => bytes.AsSpan().IndexOf(one.Bytes) >= 0).Select(one => new Hit(file, one.What, one.Form + inside));
    }

    private static IEnumerable<(string Kind, byte[] Unpacked)> Streams(byte[] bytes)
    {
        for (var at = 0; at + 2 < bytes.Length; at++)
        {
            if (bytes[at] == 0x1F && bytes[at + 1] == 0x8B && bytes[at + 2] == 8 && Unpack(bytes, at, stream => new GZipStream(stream, CompressionMode.Decompress)) is { Length: > 0 } gzip)
            {
                yield return ("gzip", gzip);
            }

            // RFC 1950: deflate with a window up to 32 KiB, and a check of the two bytes.
            if ((bytes[at] & 0x8F) == 8 && ((bytes[at] << 8) | bytes[at + 1]) % 31 == 0 && Unpack(bytes, at, stream => new ZLibStream(stream, CompressionMode.Decompress)) is { Length: > 0 } zlib)
            {
                yield return ("zlib", zlib);
            }
        }
    }

    // What comes before the stream breaks counts: it may be cut off.
    private static byte[] Unpack(byte[] bytes, int at, Func<Stream, Stream> open)
    {
        using var unpacked = new MemoryStream();
        try
        {
            using var stream = open(new MemoryStream(bytes, at, bytes.Length - at));
            var buffer = new byte[16 * 1024];
            while (unpacked.Length < MostUnpacked && stream.Read(buffer) is > 0 and var read)
            {
                unpacked.Write(buffer, 0, read);
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return unpacked.ToArray();
        }

        return unpacked.ToArray();
    }
}
