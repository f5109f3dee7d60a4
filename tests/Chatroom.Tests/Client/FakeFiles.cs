using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Chatroom.Client;

namespace Chatroom.Tests.Client;

/// <summary>The HTTP side of a server: one upload and one file, with cuts where a test wants them.</summary>
internal sealed class FakeFiles : HttpMessageHandler, IHttpConnector
{
    public MemoryStream Uploaded { get; } = new();

    public byte[] Served { get; init; } = [];

    /// <summary>For each PATCH: how many of its bytes become durable before the connection breaks; null for all.</summary>
    public Queue<int?> PatchCuts { get; } = new();

    /// <summary>For each GET: how many bytes come before the connection breaks; null for all.</summary>
    public Queue<int?> GetCuts { get; } = new();

    public HttpResponseMessage? Refusal { get; set; }

    public List<string> Log { get; } = [];

    public HttpClient CreateClient() => new(this, disposeHandler: false) { BaseAddress = new Uri("https://server.test:7443") };

    public Task<HttpResponseMessage> SendAsync(HttpClient client, HttpRequestMessage request, CancellationToken cancellationToken) =>
        client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Assert.Equal("Bearer token-1", request.Headers.Authorization!.ToString());
        if (Refusal is { } refusal)
        {
            return refusal;
        }

        return request.Method.Method switch
        {
            "PATCH" => await PatchAsync(request, cancellationToken),
            "HEAD" => Head(),
            _ => Get(request),
        };
    }

    private async Task<HttpResponseMessage> PatchAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Assert.Equal("1.0.0", request.Headers.GetValues("Tus-Resumable").Single());
        Assert.Equal("application/offset+octet-stream", request.Content!.Headers.ContentType!.ToString());
        var offset = long.Parse(request.Headers.GetValues("Upload-Offset").Single(), CultureInfo.InvariantCulture);
        Assert.Equal(Uploaded.Length, offset);
        var bytes = await request.Content.ReadAsByteArrayAsync(cancellationToken);
        var cut = PatchCuts.TryDequeue(out var wanted) ? wanted : null;
        Uploaded.Write(bytes.AsSpan(0, Math.Min(cut ?? bytes.Length, bytes.Length)));
        Log.Add($"PATCH {offset}+{bytes.Length}");
        return cut is null ? new HttpResponseMessage(HttpStatusCode.NoContent) : throw new HttpRequestException("Cut.");
    }

    private HttpResponseMessage Head()
    {
        Log.Add("HEAD");
        var response = new HttpResponseMessage(HttpStatusCode.OK);
        response.Headers.Add("Upload-Offset", Uploaded.Length.ToString(CultureInfo.InvariantCulture));
        return response;
    }

    private HttpResponseMessage Get(HttpRequestMessage request)
    {
        var from = (int)(request.Headers.Range?.Ranges.Single().From ?? 0);
        Log.Add($"GET {request.RequestUri!.AbsolutePath} {from}");
        var rest = Served.AsMemory(from).ToArray();
        var cut = GetCuts.TryDequeue(out var wanted) ? wanted : null;
        var response = new HttpResponseMessage(from > 0 ? HttpStatusCode.PartialContent : HttpStatusCode.OK)
        {
            Content = new StreamContent(cut is { } length ? new CutStream(rest, length) : new MemoryStream(rest)),
        };
        if (from > 0)
        {
            response.Content.Headers.ContentRange = new ContentRangeHeaderValue(from, Served.Length - 1, Served.Length);
        }

        return response;
    }

    private sealed class CutStream(byte[] bytes, int length) : MemoryStream(bytes, 0, length)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read ? read : throw new IOException("Cut.");
    }
}
