using System.Net.Http.Headers;
using System.Text;
using Chatroom.Conformance.Harness;

namespace Chatroom.Conformance.Matrix;

/// <summary>A request for every row of the HTTP matrix; sound but for what the row's name says.</summary>
public static class HttpRows
{
    private const string Guessed = "f0123456789abcdefghjkmnpqr";

    public static IReadOnlyDictionary<string, Func<HttpScene, HttpRequestMessage>> All { get; } = new Dictionary<string, Func<HttpScene, HttpRequestMessage>>
    {
        ["GET"] = s => Get(s, s.File.Group),
        ["GET@range"] = s => Ranged(s, 10, 19),
        ["GET@beyond"] = s => Ranged(s, HttpScene.Content.Length, null),
        ["GET@guessed"] = s => Get(s, Guessed),
        ["GET@no-id"] = s => Get(s, "..%2Fserver.key.sealed"),
        ["GET@recalled"] = s => Get(s, s.File.Recalled),
        ["GET@unfinished"] = s => By(s, HttpMethod.Get, s.OthersUpload),
        ["GET@all"] = s => Get(s, s.File.All),
        ["GET@private"] = s => Get(s, s.File.Private),
        ["GET@lobby"] = s => Get(s, s.File.Lobby),
        ["GET@cookie"] = s => ByCookie(s, HttpMethod.Get, $"files/{s.File.Group}"),
        ["GET@elsewhere"] = s => Elsewhere(ByCookie(s, HttpMethod.Get, $"files/{s.File.Group}")),
        ["HEAD"] = s => By(s, HttpMethod.Head, $"/files/{s.File.Group}"),
        ["LINK"] = s => new HttpRequestMessage(HttpMethod.Get, s.Link.File),
        ["LINK@with-token"] = s => By(s.Token ?? "crd_none", HttpMethod.Get, s.Link.File),
        ["LINK@mine"] = s => new HttpRequestMessage(HttpMethod.Get, s.MyLink),
        ["LINK@my-device"] = s => new HttpRequestMessage(HttpMethod.Get, With(s.Link.File, "d", s.Me.Device)),
        ["LINK@another-file"] = s => new HttpRequestMessage(HttpMethod.Get, s.Link.File.Replace(s.File.Group, s.File.Lobby)),
        ["LINK@expired"] = s => new HttpRequestMessage(HttpMethod.Get, With(s.Link.File, "e", "1700000000000")),
        ["LINK@tampered"] = s => new HttpRequestMessage(HttpMethod.Get, With(s.Link.File, "s", new string('A', 22))),
        ["LINK@recalled"] = s => new HttpRequestMessage(HttpMethod.Get, s.Link.Recalled),
        ["POST"] = s => Post(s, "room", s.Room),
        ["POST@private"] = s => Post(s, "to", s.OtherName),
        ["POST@oversize"] = s => Post(s, "room", s.Room, length: $"{s.MaxFileSize + 1}"),
        ["POST@negative"] = s => Post(s, "room", s.Room, length: "-1"),
        ["POST@bad-name"] = s => Post(s, "room", s.Room, name: "../a.txt"),
        ["POST@not-tus"] = s => By(s, HttpMethod.Post, "/files"),
        ["POST@elsewhere"] = s => Elsewhere(Tus(ByCookie(s, HttpMethod.Post, "files"))),
        ["PATCH"] = s => Patch(s, s.NextUpload(), 0, HttpScene.Content),
        ["PATCH@another's"] = s => Patch(s, s.OthersUpload, 0, HttpScene.Content),
        ["PATCH@guessed"] = s => Patch(s, $"/files/{Guessed}", 0, HttpScene.Content),
        ["PATCH@offset"] = s => Patch(s, s.NextUpload(), 500, HttpScene.Content[500..]),
        ["PATCH@more"] = s => Patch(s, s.NextUpload(), 0, [.. HttpScene.Content, 0]),
        ["PATCH@type"] = s => Patch(s, s.NextUpload(), 0, HttpScene.Content, type: "application/octet-stream"),
        ["PATCH@hash"] = s => Patch(s, s.NextUpload(), 0, new byte[HttpScene.Content.Length]),
        ["PATCH@complete"] = s => Patch(s, $"/files/{s.File.Group}", HttpScene.Content.Length, []),
        ["UPLOAD-HEAD"] = s => Tus(By(s, HttpMethod.Head, s.NextUpload(again: true))),
        ["UPLOAD-HEAD@another's"] = s => Tus(By(s, HttpMethod.Head, s.OthersUpload)),
        ["DELETE"] = s => Tus(By(s, HttpMethod.Delete, s.NextUpload())),
        ["DELETE@another's"] = s => Tus(By(s, HttpMethod.Delete, s.OthersUpload)),
        ["DELETE@complete"] = s => Tus(By(s, HttpMethod.Delete, $"/files/{s.File.Group}")),
        ["OPTIONS"] = s => By(s, HttpMethod.Options, "/files"),
        ["SESSIONS@elsewhere"] = s => Elsewhere(Json(HttpMethod.Post, "/sessions", $$"""{"version":3,"name":"{{s.OtherName}}","password":"x"}""")),
        ["ACCOUNTS@elsewhere"] = s => Elsewhere(Json(HttpMethod.Post, "/accounts", """{"name":"x","password":"a good password"}""")),
        ["SIGN-OUT@elsewhere"] = s => Elsewhere(ByCookie(s, HttpMethod.Delete, "session")),
        ["SERVER"] = s => By(s, HttpMethod.Get, "/server"),
    };

    private static HttpRequestMessage Get(HttpScene scene, string id) => By(scene, HttpMethod.Get, $"/files/{id}");

    private static HttpRequestMessage By(HttpScene scene, HttpMethod method, string path) => By(scene.Token, method, path);

    private static HttpRequestMessage By(string? token, HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    // As a browser would: the page's account in the path, its token in the cookie.
    private static HttpRequestMessage ByCookie(HttpScene scene, HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, $"/a/{scene.Me.Account}/{path}");
        if (scene.Token is { } token)
        {
            request.Headers.Add("Cookie", $"chatroom={token}");
        }

        return request;
    }

    private static HttpRequestMessage Elsewhere(HttpRequestMessage request)
    {
        request.Headers.Add("Origin", "https://elsewhere.example");
        return request;
    }

    private static HttpRequestMessage Tus(HttpRequestMessage request)
    {
        request.Headers.Add("Tus-Resumable", "1.0.0");
        return request;
    }

    private static HttpRequestMessage Json(HttpMethod method, string path, string body) => new(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    private static HttpRequestMessage Ranged(HttpScene scene, long from, long? to)
    {
        var request = Get(scene, scene.File.Group);
        request.Headers.Range = new RangeHeaderValue(from, to);
        return request;
    }

    private static HttpRequestMessage Post(HttpScene scene, string key, string where, string? length = null, string name = "a.txt")
    {
        var request = Tus(By(scene, HttpMethod.Post, "/files"));
        (string Key, string Value)[] metadata = [(key, where), ("filename", name), ("sha256", Files.Sha256(HttpScene.Content)), ("clientid", Unique.ClientId())];
        request.Headers.Add("Upload-Length", length ?? $"{HttpScene.Content.Length}");
        request.Headers.Add("Upload-Metadata", string.Join(',', metadata.Select(pair => $"{pair.Key} {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair.Value))}")));
        request.Content = new ByteArrayContent([]);
        return request;
    }

    private static HttpRequestMessage Patch(HttpScene scene, string path, long offset, byte[] piece, string type = "application/offset+octet-stream")
    {
        var request = Tus(By(scene, HttpMethod.Patch, path));
        request.Headers.Add("Upload-Offset", $"{offset}");
        request.Content = new ByteArrayContent(piece);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return request;
    }

    private static string With(string link, string key, string value) =>
        string.Join('&', link.Split('&').Select(part => part.Split('?')[^1].StartsWith($"{key}=") ? $"{part[..(part.IndexOf($"{key}=") + 2)]}{value}" : part));
}
