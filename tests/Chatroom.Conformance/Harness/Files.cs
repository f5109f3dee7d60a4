using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Chatroom.Conformance.Harness;

/// <summary>The HTTP side of files for one person: tus 1.0 uploads and downloads.</summary>
public sealed class Files(HttpClient http, RawClient person)
{
    public static byte[] Content(int size) => RandomNumberGenerator.GetBytes(size);

    public static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Announces an upload by SEND_FILE and returns its path.</summary>
    public async Task<string> AnnounceAsync(string room, byte[] content, string name = "notes.txt", string? clientId = null, string? sha256 = null)
    {
        var body = new { room, name, size = content.Length, type = "text/plain", sha256 = sha256 ?? Sha256(content), clientId };
        var opened = await person.ChangeAsync(Wire.SendFile, body, Wire.UploadOpened);
        Assert.Equal(0, opened.Number("offset"));
        return opened.Text("path");
    }

    /// <summary>Sends a whole file and returns its entry.</summary>
    public async Task<JsonObject> SendAsync(string room, byte[] content, string name = "notes.txt")
    {
        var path = await AnnounceAsync(room, content, name);
        using var done = await PatchAsync(path, 0, content);
        Assert.Equal(204, (int)done.StatusCode);
        var seq = Seq(done);
        var page = await person.HistoryAsync(room, before: seq + 1, limit: 1);
        return page.List("entries").Single();
    }

    public static long Seq(HttpResponseMessage done) => long.Parse(Assert.Single(done.Headers.GetValues("Chatroom-Seq")));

    public Task<HttpResponseMessage> PatchAsync(string path, long offset, byte[] piece) => PatchAsync(path, offset, new ByteArrayContent(piece));

    public async Task<HttpResponseMessage> PatchAsync(string path, long offset, HttpContent piece)
    {
        using var request = Tus(HttpMethod.Patch, path);
        request.Headers.Add("Upload-Offset", offset.ToString());
        request.Content = piece;
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        return await http.SendAsync(request);
    }

    /// <summary>How much of an upload is durable; null when there is no such upload.</summary>
    public async Task<long?> OffsetAsync(string path)
    {
        using var request = Tus(HttpMethod.Head, path);
        using var reply = await http.SendAsync(request);
        return reply.IsSuccessStatusCode ? long.Parse(Assert.Single(reply.Headers.GetValues("Upload-Offset"))) : null;
    }

    /// <summary>POST /files of the creation extension; each value of the metadata is base64.</summary>
    public async Task<HttpResponseMessage> CreateAsync(long length, params (string Key, string Value)[] metadata)
    {
        using var request = Tus(HttpMethod.Post, "/files");
        request.Headers.Add("Upload-Length", length.ToString());
        request.Headers.Add("Upload-Metadata", string.Join(',', metadata.Select(pair =>
            $"{pair.Key} {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair.Value))}")));
        request.Content = new ByteArrayContent([]);
        return await http.SendAsync(request);
    }

    public async Task<HttpResponseMessage> DeleteAsync(string path)
    {
        using var request = Tus(HttpMethod.Delete, path);
        return await http.SendAsync(request);
    }

    public Task<HttpResponseMessage> GetAsync(string id, RangeHeaderValue? range = null) => FetchAsync($"/files/{id}", person.Token, range);

    /// <summary>GET with or without a token.</summary>
    public async Task<HttpResponseMessage> FetchAsync(string path, string? token, RangeHeaderValue? range = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = http.DefaultRequestVersion, VersionPolicy = http.DefaultVersionPolicy };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Range = range;
        return await http.SendAsync(request);
    }

    public HttpRequestMessage Tus(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path) { Version = http.DefaultRequestVersion, VersionPolicy = http.DefaultVersionPolicy };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", person.Token);
        request.Headers.Add("Tus-Resumable", "1.0.0");
        return request;
    }
}

/// <summary>A body that breaks off after some bytes, as when the line is cut.</summary>
public sealed class CutContent(byte[] content, int sent) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
    {
        await stream.WriteAsync(content.AsMemory(0, sent));
        await stream.FlushAsync();
        throw new IOException("Cut here.");
    }

    protected override bool TryComputeLength(out long length)
    {
        length = content.Length;
        return true;
    }
}
