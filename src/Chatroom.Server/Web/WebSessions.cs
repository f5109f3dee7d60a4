using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Commands;
using Chatroom.Server.Connections;
using Chatroom.Server.Files.Http;
using Chatroom.Server.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Chatroom.Server.Web;

/// <summary>
/// Sign-in for pages. The token goes into a cookie that script cannot read and other sites cannot use, one for each account: its path is the account's, so that
/// several accounts live in several tabs of one browser.
/// </summary>
internal sealed class WebSessions(ChatCore core, WebContent content)
{
    private const string Cookie = "chatroom";
    private const int LargestBody = 16 * 1024;

    public void Map(IEndpointRouteBuilder routes)
    {
        FileEndpoints.Map(routes, core, HttpMethods.Get, "/server", AboutAsync);
        FileEndpoints.Map(routes, core, HttpMethods.Post, "/sessions", SignInAsync);
        FileEndpoints.Map(routes, core, HttpMethods.Post, "/accounts", RegisterAsync);
        FileEndpoints.Map(routes, core, HttpMethods.Delete, "/a/{account}/session", SignOutAsync);
    }

    /// <summary>The token that came in the cookie of an account's path; null on other paths.</summary>
    public static string? TokenOf(HttpContext http) => http.Request.RouteValues.ContainsKey("account") ? http.Request.Cookies[Cookie] : null;

    private async Task AboutAsync(HttpContext http)
    {
        var empty = await core.Store.ReadAsync(store => !store.AnyAccount());
        http.Response.Headers.CacheControl = "no-store";
        await HttpReplies.JsonAsync(http, WireJson.Write(new ServerAbout
        {
            Name = core.Options.Name,
            Program = ServerFacts.Program,
            Registration = core.Options.Registration switch { RegistrationPolicy.Invite => "invite", RegistrationPolicy.Closed => "closed", _ => "open" },
            Empty = empty ? true : null,
            Build = content.Build,
        }));
    }

    private async Task SignInAsync(HttpContext http)
    {
        if (await ReadAsync<LoginRequest>(http) is not { } body)
        {
            return;
        }

        var (proven, refusal) = await Credentials.SignInAsync(core, Remote(http), body, http.RequestAborted);
        if (proven is null)
        {
            await HttpReplies.RefuseAsync(http, refusal!);
            return;
        }

        var account = Ids.Account(proven.Caller.Account);
        http.Response.Cookies.Append(Cookie, proven.NewToken!, Options(http, account, TimeSpan.FromDays(400)));
        http.Response.Headers.CacheControl = "no-store";
        await HttpReplies.JsonAsync(http, WireJson.Write(new AccountInfo { Id = account, Name = proven.Caller.Name }));
    }

    private async Task RegisterAsync(HttpContext http)
    {
        if (await ReadAsync<RegisterRequest>(http) is not { } body)
        {
            return;
        }

        var reply = await Register.MakeAsync(core, Remote(http), classic: false, body, http.RequestAborted);
        if (reply.Refused)
        {
            await HttpReplies.RefuseAsync(http, reply);
            return;
        }

        http.Response.StatusCode = StatusCodes.Status201Created;
        http.Response.Headers.CacheControl = "no-store";
        await HttpReplies.JsonAsync(http, reply.Body);
    }

    // Also when the token is long gone: the browser shall forget it in any case.
    private async Task SignOutAsync(HttpContext http)
    {
        if (!WebSecurity.SameOrigin(http.Request))
        {
            await HttpReplies.RefuseAsync(http, OtherSite());
            return;
        }

        var token = TokenOf(http);
        if (await core.Store.ReadAsync(store => Tokens.Find(core, store, token)) is { } caller)
        {
            await Devices.RevokeAsync(core, caller, caller.Device);
            Devices.EndSessions(core, caller.Account, [caller.Device]);
        }

        http.Response.Cookies.Delete(Cookie, Options(http, http.Request.RouteValues["account"] as string, null));
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static Reply OtherSite() => Reply.Forbidden("This request came from a page of another site.");

    // Browsers keep a cookie for 400 days at most (RFC 6265bis, section 5.5). Without TLS there is only this computer, where Secure would lose it in some browsers.
    private static CookieOptions Options(HttpContext http, string? account, TimeSpan? life) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = http.Request.IsHttps,
        Path = $"/a/{account}/",
        MaxAge = life,
        IsEssential = true,
    };

    private static string Remote(HttpContext http) => ConnectionCounts.Key(new System.Net.IPEndPoint(http.Connection.RemoteIpAddress ?? System.Net.IPAddress.None, 0));

    /// <summary>The body; null when the request has been refused. JSON is asked for by name: a form of another site cannot send it.</summary>
    private static async Task<T?> ReadAsync<T>(HttpContext http)
        where T : class
    {
        if (!WebSecurity.SameOrigin(http.Request))
        {
            await HttpReplies.RefuseAsync(http, OtherSite());
            return null;
        }

        if (http.Request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) is not true)
        {
            await HttpReplies.RefuseAsync(http, Reply.Wrong("Send application/json."), StatusCodes.Status415UnsupportedMediaType);
            return null;
        }

        var buffer = new byte[LargestBody];
        var length = await http.Request.Body.ReadAtLeastAsync(buffer, LargestBody, throwOnEndOfStream: false, http.RequestAborted);
        if (length == LargestBody)
        {
            await HttpReplies.RefuseAsync(http, Reply.Wrong("The body is too large."), StatusCodes.Status413PayloadTooLarge);
            return null;
        }

        try
        {
            return WireJson.Read<T>(buffer.AsSpan(0, length));
        }
        catch (System.Text.Json.JsonException e)
        {
            await HttpReplies.RefuseAsync(http, Reply.Wrong("The body is not what this request expects.", e.Path?.TrimStart('$', '.')));
            return null;
        }
    }
}
