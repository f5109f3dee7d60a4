using System.IO.Compression;
using System.Text;

namespace Chatroom.Faults.AtRest;

/// <summary>The judge is judged: the search finds what is planted, in every form, and nothing else.</summary>
public sealed class SearchTests : IDisposable
{
    private static readonly Canary Planted = new("control", "Kanarienvogel金丝雀é");

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("chatroom-canary-");
    private readonly Search search = new([Planted, new Canary("other", "Nachtigall")]);

    public static TheoryData<string> Forms => [.. Planted.Forms().Select(one => one.Form).Distinct()];

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_planted_word_is_found_in_each_form(string form)
    {
        foreach (var (_, bytes) in Planted.Forms().Where(one => one.Form == form))
        {
            File.WriteAllBytes(Path.Combine(folder.FullName, "planted"), [.. Noise(5_000), .. bytes, .. Noise(5_000)]);
            var hits = search.In(folder.FullName);
            Assert.Contains(hits, hit => hit is { File: "planted", What: "control" });
            Assert.DoesNotContain(hits, hit => hit.What == "other");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_word_in_the_middle_of_base64_is_found_at_every_offset(int offset)
    {
        var text = Convert.ToBase64String([.. Noise(300 + offset), .. Encoding.UTF8.GetBytes(Planted.Word), .. Noise(100)]);
        File.WriteAllText(Path.Combine(folder.FullName, "planted"), text);
        Assert.Contains(search.In(folder.FullName), hit => hit.Form == $"base64 at {offset}");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zlib")]
    public void A_word_in_a_compressed_stream_in_the_middle_of_a_file_is_found(string kind)
    {
        using var packed = new MemoryStream();
        using (Stream stream = kind == "gzip" ? new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true) : new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            stream.Write(Encoding.UTF8.GetBytes("{\"text\":\"" + string.Concat(Enumerable.Repeat(Planted.Word + " said ", 50)) + "\"}"));
        }

        Assert.True(packed.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(Planted.Word + " said " + Planted.Word)) < 0, "It is not compressed.");
        File.WriteAllBytes(Path.Combine(folder.FullName, "planted"), [.. Noise(3_000), .. packed.ToArray(), .. Noise(3_000)]);
        Assert.Contains(search.In(folder.FullName), hit => hit.Form.EndsWith($"in {kind}"));
    }

    [Fact]
    public void A_word_in_a_files_name_is_found_and_where_nothing_is_nothing_is_found()
    {
        File.WriteAllBytes(Path.Combine(folder.FullName, "noise"), Noise(200_000));
        Assert.Empty(search.In(folder.FullName));
        File.WriteAllBytes(Path.Combine(folder.FullName, $"{Planted.Word}.txt"), []);
        Assert.Contains(search.In(folder.FullName), hit => hit.What == "control");
    }

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
