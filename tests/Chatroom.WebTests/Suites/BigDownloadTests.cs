using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace Chatroom.WebTests.Suites;

/// <summary>A conversation while much is fetched: by TLS and HTTP/2, with 300 MB (the product's bar is 1 GiB; the path is the same, and the tests stay short).</summary>
public sealed class BigDownloadTests(Browsers browsers, ChatServer server) : WebTest(browsers, server), IClassFixture<ChatServer>
{
    private const long Size = 300_000_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_conversation_flows_during_a_large_download()
    {
        await using var ben = await Remote.JoinAsync(Server, "Ben");
        await SendAsync(ben, "large.bin");
        var ann = await JoinAsync("Ann", new Style { Tls = true });
        Assert.Equal("h2", await ann.Page.EvaluateAsync<string>("() => performance.getEntriesByType('navigation')[0].nextHopProtocol"));
        ann.Net.DownwardsPerSecond = 25_000_000; // Twelve seconds, on whatever machine.
        var begun = await ann.Page.RunAndWaitForDownloadAsync(() => ann.Page.Locator("a.file-card", new() { HasText = "large.bin" }).ClickAsync());
        var download = begun.PathAsync();
        var whole = Stopwatch.StartNew();
        var slowest = TimeSpan.Zero;
        var said = 0;
        while (!download.IsCompleted)
        {
            Assert.True(whole.Elapsed < Longest, $"The download has not ended in {Longest.TotalMinutes} minutes, and {said} exchanges.");
            var clock = Stopwatch.StartNew();
            await ann.SaidAsync($"during the download {++said};");
            await ben.SayAsync(ben.Lobby, $"and back {said};");
            await ann.SeesAsync($"and back {said};");
            slowest = clock.Elapsed > slowest ? clock.Elapsed : slowest;
        }

        Assert.Equal(Size, new FileInfo(await download).Length);
        Assert.True(said >= 3, $"Only {said} exchanges during the download: it was over too soon to say anything.");
        // Were it held up, the first exchange would last as long as the download. On a busy machine everything is slower, both alike.
        var bound = Patience > whole.Elapsed / 2 ? Patience : whole.Elapsed / 2;
        Assert.True(slowest < bound, $"The slowest exchange took {slowest.TotalSeconds:0.0} s of a download of {whole.Elapsed.TotalSeconds:0.0} s.");
    }

    private async Task SendAsync(Remote who, string name)
    {
        using var create = new HttpRequestMessage(HttpMethod.Post, "/files");
        create.Headers.Authorization = new AuthenticationHeaderValue("Bearer", who.Token);
        create.Headers.Add("Tus-Resumable", "1.0.0");
        create.Headers.Add("Upload-Length", $"{Size}");
        create.Headers.Add("Upload-Metadata", string.Join(',', new[] { ("room", who.Lobby), ("filename", name), ("sha256", Hash()), ("clientid", Unique.ClientId()) }.Select(pair => $"{pair.Item1} {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair.Item2))}")));
        create.Content = new ByteArrayContent([]);
        using var created = await Server.Http.SendAsync(create);
        Assert.True(created.IsSuccessStatusCode, await created.Content.ReadAsStringAsync());
        using var append = new HttpRequestMessage(HttpMethod.Patch, created.Headers.Location);
        append.Headers.Authorization = create.Headers.Authorization;
        append.Headers.Add("Tus-Resumable", "1.0.0");
        append.Headers.Add("Upload-Offset", "0");
        append.Content = new Zeros(Size);
        append.Content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        using var done = await Server.Http.SendAsync(append);
        Assert.True(done.IsSuccessStatusCode, await done.Content.ReadAsStringAsync());
    }

    private static string Hash()
    {
        using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        var buffer = new byte[1_000_000];
        for (var left = Size; left > 0; left -= buffer.Length)
        {
            hash.AppendData(buffer);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed class Zeros(long size) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            var buffer = new byte[1_000_000];
            for (var left = size; left > 0; left -= buffer.Length)
            {
                await stream.WriteAsync(buffer);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = size;
            return true;
        }
    }
}
