using System.Globalization;
using Chatroom.Client;

namespace Chatroom.Tests.Client;

/// <summary>The HTTP side of a server: one upload and one file, with cuts where a test wants them.</summary>
internal sealed class FakeFiles : IHttpTransport
{
    public MemoryStream Uploaded { get; } = new();

    public byte[] Served { get; init; } = [];

    /// <summary>For each PATCH: how many of its bytes become durable before the connection breaks; null for all.</summary>
    public Queue<int?> PatchCuts { get; } = new();

    /// <summary>For each GET: how many bytes come before the connection breaks; null for all.</summary>
    public Queue<int?> GetCuts { get; } = new();

    /// <summary>Answers in place of what was asked for, each once; then the last again and again.</summary>
    public Queue<FakeReply> Refusals { get; } = new();

    public List<string> Log { get; } = [];

    public async Task<HttpReply> SendAsync(HttpAsk ask, CancellationToken cancellationToken = default)
    {
        Assert.Equal("Bearer token-1", Header(ask, "Authorization"));
        if (Refusals.Count > 0)
        {
            return Refusals.Count > 1 ? Refusals.Dequeue() : Refusals.Peek();
        }

        return ask.Method switch
        {
            "PATCH" => await PatchAsync(ask, cancellationToken),
            "HEAD" => Head(ask),
            _ => Get(ask),
        };
    }

    public void Dispose()
    {
    }

    private static string? Header(HttpAsk ask, string name) => ask.Headers.SingleOrDefault(header => header.Key == name).Value;

    private async Task<HttpReply> PatchAsync(HttpAsk ask, CancellationToken cancellationToken)
    {
        Assert.Equal("1.0.0", Header(ask, "Tus-Resumable"));
        Assert.Equal("application/offset+octet-stream", ask.Body!.MediaType);
        var offset = long.Parse(Header(ask, "Upload-Offset")!, CultureInfo.InvariantCulture);
        Assert.Equal(Uploaded.Length, offset);
        var bytes = await ask.Body.ReadAsync(cancellationToken);
        var cut = PatchCuts.TryDequeue(out var wanted) ? wanted : null;
        Uploaded.Write(bytes.AsSpan(0, Math.Min(cut ?? bytes.Length, bytes.Length)));
        Log.Add($"PATCH {offset}+{bytes.Length}");
        return cut is null ? new FakeReply(204) : throw new ConnectionLostException("Cut.");
    }

    private FakeReply Head(HttpAsk ask)
    {
        Assert.Equal("1.0.0", Header(ask, "Tus-Resumable"));
        Log.Add("HEAD");
        return new FakeReply(200, [("Upload-Offset", Uploaded.Length.ToString(CultureInfo.InvariantCulture))]);
    }

    private FakeReply Get(HttpAsk ask)
    {
        var from = Header(ask, "Range") is { } range ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture) : 0;
        Log.Add($"GET {ask.Path} {from}");
        var rest = Served.AsMemory(from);
        var cut = GetCuts.TryDequeue(out var wanted) ? wanted : null;
        return from > 0
            ? new FakeReply(206, [("Content-Range", $"bytes {from}-{Served.Length - 1}/{Served.Length}")], rest, cut)
            : new FakeReply(200, [], rest, cut);
    }
}
