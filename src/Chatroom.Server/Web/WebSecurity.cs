using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Net.Http.Headers;

namespace Chatroom.Server.Web;

/// <summary>What protects a page's visitors: which host names are answered without TLS, which proxies are believed, who may ask from where, and what a page may do.</summary>
internal static class WebSecurity
{
    /// <summary>Marks connections of the port without TLS.</summary>
    public static readonly object Local = new();

    // Set by the middleware of forwarded headers when it has believed them.
    private const string Forwarded = "X-Original-For";

    // Script only from here, and WebAssembly; no inline script or style; nobody frames it; nothing is sent elsewhere.
    private const string Policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
        + "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    /// <summary>Believes the declared proxies, and nobody else, about who asks and how.</summary>
    public static void UseTrustedProxies(this IApplicationBuilder app, IReadOnlyList<System.Net.IPNetwork> proxies)
    {
        // The mark by which the middleware below says that a declared proxy spoke: a visitor must not bring it.
        app.Use((http, next) =>
        {
            http.Request.Headers.Remove(Forwarded);
            return next(http);
        });
        if (proxies.Count == 0)
        {
            return;
        }

        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All & ~ForwardedHeaders.XForwardedPrefix, ForwardLimit = null };
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var network in proxies)
        {
            options.KnownIPNetworks.Add(network);
        }

        app.UseForwardedHeaders(options);
    }

    /// <summary>
    /// The port without TLS answers to names of this computer only: a page elsewhere whose name was made to point here (DNS rebinding) must not reach it. Behind
    /// a declared proxy the name is the proxy's matter.
    /// </summary>
    public static Task CheckHostAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(Local) is not true || IsThisComputer(http.Request.Host.Host) || http.Request.Headers.ContainsKey(Forwarded))
        {
            return next(http);
        }

        http.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync("This port is for browsers on the server's own computer: open http://localhost. Others use the encrypted port.\n");
    }

    /// <summary>The headers of everything; those of documents are <see cref="Document"/>'s, for each file of the page is a request, and its headers count.</summary>
    /// <param name="strict">Tell browsers to come by TLS only: with a certificate that they trust, never for this computer's own names.</param>
    public static Task ProtectAsync(HttpContext http, RequestDelegate next, bool strict)
    {
        var headers = http.Response.Headers;
        headers[HeaderNames.XContentTypeOptions] = "nosniff";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (strict && http.Request.IsHttps && !IsThisComputer(http.Request.Host.Host))
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }

        return next(http);
    }

    /// <summary>What a document, or a worker's script, may do.</summary>
    public static void Document(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers[HeaderNames.XFrameOptions] = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";
    }

    /// <summary>
    /// A page of another site must not act in its visitor's name. Programs send no Origin. Browsers write names in ASCII; of anything else invisible characters would be
    /// dropped before the names are compared.
    /// </summary>
    public static bool SameOrigin(HttpRequest request) => !request.Headers.TryGetValue(HeaderNames.Origin, out var origin)
        || (System.Text.Ascii.IsValid(origin.ToString()) && Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a name in a request is one of this computer's own.</summary>
    public static bool IsThisComputer(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
