using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Chatroom.Server.Web;

/// <summary>Hands out the page and its files. Every address of the page (<c>/</c>, <c>/a/ACCOUNT/…</c>) is the same document; the client reads the address.</summary>
internal sealed class WebPages(WebContent content)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        string[] methods = [HttpMethods.Get, HttpMethods.Head];
        routes.MapMethods("/", methods, http => SendAsync(http, "/index.html"));
        routes.MapMethods("/a/{account}/{**rest}", methods, http => SendAsync(http, "/index.html"));
        routes.MapMethods("/{**path}", methods, http => SendAsync(http, http.Request.Path.Value ?? "/"));
    }

    private async Task SendAsync(HttpContext http, string path)
    {
        if (content.Find(path) is not { } file)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            http.Response.ContentType = "text/plain; charset=utf-8";
            await http.Response.WriteAsync("There is nothing here.\n");
            return;
        }

        var (response, headers) = (http.Response, http.Response.Headers);
        response.ContentType = file.Type;
        headers.ETag = file.ETag;
        headers.CacheControl = file.Fingerprinted ? "public, max-age=31536000, immutable" : "no-cache";
        headers.Vary = HeaderNames.AcceptEncoding;
        if (file.Type.StartsWith("text/html", StringComparison.Ordinal) || file.Path is "/service-worker.js" or "/js/hash-worker.js")
        {
            WebSecurity.Document(headers);
        }

        if (http.Request.GetTypedHeaders().IfNoneMatch.Any(tag => tag.Compare(new EntityTagHeaderValue(file.ETag), useStrongComparison: false)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var asIs = !file.Compressed || Accepts(http.Request);
        if (asIs)
        {
            response.ContentLength = file.Length;
        }

        if (file.Compressed && asIs)
        {
            headers.ContentEncoding = "br";
        }

        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await using var bytes = asIs ? file.Open() : WebContent.Plain(file);
            await bytes.CopyToAsync(response.Body, http.RequestAborted);
        }
    }

    private static bool Accepts(HttpRequest request) => request.GetTypedHeaders().AcceptEncoding.Any(e => e.Value.Equals("br", StringComparison.OrdinalIgnoreCase) && e.Quality is not 0);
}
