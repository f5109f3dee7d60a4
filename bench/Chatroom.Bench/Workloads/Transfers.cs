using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Chatroom.Bench.Contenders;
using Chatroom.Bench.Load;
using Chatroom.Bench.Running;

namespace Chatroom.Bench.Workloads;

/// <summary>A file up and down: by tus and sealed, against the same bytes through Kestrel, written and fsynced as they are.</summary>
internal static class Transfers
{
    private const string Name = "content.bin";

    public static IEnumerable<Workload> All(Options options) =>
    [
        new("files", FormattableString.Invariant($"Files: {options.Size / 1048576.0:0.#} MiB up and down"), [Everyone.Chatroom, () => new BareFiles()], RunAsync),
    ];

    private static async Task<Figures> RunAsync(Contender contender, Options options)
    {
        await contender.StartAsync(Town.Of(1, 2));
        var content = new Blocks(options.Size);
        var server = contender.Server;
        var place = contender is ChatroomContender chatroom ? await OpenAsync(chatroom, content) : new Place($"https://127.0.0.1:{contender.Port}/{Name}", null);
        var (cpu, clock) = (server.Cpu(), Stopwatch.StartNew());
        await UploadAsync(place, content);
        var (up, upCpu) = (clock.Elapsed, server.Cpu() - cpu);
        await server.SettleAsync();
        (cpu, clock) = (server.Cpu(), Stopwatch.StartNew());
        await DownloadAsync(place, content);
        var (down, downCpu) = (clock.Elapsed, server.Cpu() - cpu);
        var (figures, gib) = (new Figures(), options.Size / (double)(1L << 30));
        figures.Add("up", "MB/s", options.Size / 1e6 / up.TotalSeconds, compared: true);
        figures.Add("down", "MB/s", options.Size / 1e6 / down.TotalSeconds, compared: true);
        figures.Add("up: CPU", "s/GiB", upCpu.Total.TotalSeconds / gib);
        figures.Add("down: CPU", "s/GiB", downCpu.Total.TotalSeconds / gib);
        figures.Add("memory", "MiB", server.Memory() / 1048576.0);
        return figures;
    }

    // The hash is part of opening an upload; the clock starts after it, as the other side needs none.
    private static async Task<Place> OpenAsync(ChatroomContender chatroom, Blocks content)
    {
        var (token, root) = (chatroom.TokenOf(0), $"https://127.0.0.1:{chatroom.Port}");
        using var request = new HttpRequestMessage(HttpMethod.Post, root + "/files");
        request.Headers.Authorization = new("Bearer", token);
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("Upload-Length", content.Length.ToString(CultureInfo.InvariantCulture));
        (string Key, string Value)[] metadata =
        [
            ("room", chatroom.RoomId(0)), ("filename", Name), ("filetype", "application/octet-stream"), ("sha256", content.Sha256()), ("clientid", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))),
        ];
        request.Headers.Add("Upload-Metadata", string.Join(',', metadata.Select(m => $"{m.Key} {Convert.ToBase64String(Encoding.UTF8.GetBytes(m.Value))}")));
        using var reply = await Tls.Http.SendAsync(request, CancellationToken.None);
        await ExpectAsync(reply, HttpStatusCode.Created);
        return new Place(root + reply.Headers.Location, token);
    }

    private static async Task UploadAsync(Place place, Blocks content)
    {
        using var request = new HttpRequestMessage(place.Token is null ? HttpMethod.Put : HttpMethod.Patch, place.Address) { Content = content.ToHttp() };
        if (place.Token is { } token)
        {
            request.Headers.Authorization = new("Bearer", token);
            request.Headers.Add("Tus-Resumable", "1.0.0");
            request.Headers.Add("Upload-Offset", "0");
            request.Content.Headers.ContentType = new("application/offset+octet-stream");
        }

        using var reply = await Tls.Http.SendAsync(request, CancellationToken.None);
        await ExpectAsync(reply, HttpStatusCode.NoContent);
        if (place.Token is not null && !reply.Headers.Contains("Chatroom-Seq"))
        {
            throw new BenchException("The upload ended without an entry.");
        }
    }

    private static async Task DownloadAsync(Place place, Blocks content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, place.Address);
        request.Headers.Authorization = place.Token is { } token ? new("Bearer", token) : null;
        using var reply = await Tls.Http.SendAsync(request, CancellationToken.None);
        await ExpectAsync(reply, HttpStatusCode.OK);
        await content.CheckAsync(await reply.Content.ReadAsStreamAsync());
    }

    private static async Task ExpectAsync(HttpResponseMessage reply, HttpStatusCode status)
    {
        if (reply.StatusCode != status)
        {
            throw new BenchException($"Expected {(int)status}, got {(int)reply.StatusCode}: {await reply.Content.ReadAsStringAsync()}");
        }
    }

    private sealed record Place(string Address, string? Token);

    /// <summary>A content that costs its sender and its receiver little: one block of random bytes, again and again.</summary>
    private sealed class Blocks(long length)
    {
        private readonly byte[] block = RandomNumberGenerator.GetBytes(1 << 20);

        public long Length => length;

        public string Sha256()
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (long at = 0; at < length; at += block.Length)
            {
                hash.AppendData(block.AsSpan(0, (int)Math.Min(block.Length, length - at)));
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }

        public HttpContent ToHttp() => new Content(this);

        /// <exception cref="BenchException">Other bytes have come, or more or fewer.</exception>
        public async Task CheckAsync(Stream stream)
        {
            var (buffer, at) = (new byte[128 * 1024], 0L);
            for (int read; (read = await stream.ReadAsync(buffer)) > 0; at += read)
            {
                for (var done = 0; done < read;)
                {
                    var from = (int)((at + done) % block.Length);
                    var part = Math.Min(read - done, block.Length - from);
                    if (!buffer.AsSpan(done, part).SequenceEqual(block.AsSpan(from, part)))
                    {
                        throw new BenchException($"What came is not what was sent, near {at + done}.");
                    }

                    done += part;
                }
            }

            if (at != length)
            {
                throw new BenchException($"{at} bytes have come instead of {length}.");
            }
        }

        private sealed class Content(Blocks blocks) : HttpContent
        {
            protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
            {
                for (long at = 0; at < blocks.Length; at += blocks.block.Length)
                {
                    await stream.WriteAsync(blocks.block.AsMemory(0, (int)Math.Min(blocks.block.Length, blocks.Length - at)));
                }
            }

            protected override bool TryComputeLength(out long length)
            {
                length = blocks.Length;
                return true;
            }
        }
    }
}
