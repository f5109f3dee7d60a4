using Chatroom.Protocol;
using Chatroom.Server.Commands;
using Chatroom.Server.Diagnostics;
using Chatroom.Server.Sessions;
using Chatroom.Server.Storage;
using Chatroom.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Chatroom.Server.Files.Http;

/// <summary>
/// Files over HTTP: tus 1.0.0 (core, creation, termination, expiration) for uploads, GET with ranges for downloads. Every request is asked anew who
/// it is (a device's token, in a header or in a page's cookie, or a signed link for GET) and what it may see.
/// </summary>
public static class FileEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, ChatCore core)
    {
        var tus = new TusEndpoints(core);
        var downloads = new Downloads(core);
        Map("");
        Map("/a/{account}");

        void Map(string prefix)
        {
            var (all, one) = (prefix + "/files", prefix + "/files/{id}");
            FileEndpoints.Map(routes, core, HttpMethods.Options, all, tus.OptionsAsync);
            FileEndpoints.Map(routes, core, HttpMethods.Options, one, tus.OptionsAsync);
            FileEndpoints.Map(routes, core, HttpMethods.Post, all, tus.CreateAsync);
            FileEndpoints.Map(routes, core, HttpMethods.Patch, one, tus.AppendAsync);
            FileEndpoints.Map(routes, core, HttpMethods.Delete, one, tus.EndAsync);
            FileEndpoints.Map(routes, core, HttpMethods.Get, one, downloads.GetAsync);
            FileEndpoints.Map(routes, core, HttpMethods.Head, one, async context =>
            {
                if (!await tus.TryHeadAsync(context))
                {
                    await downloads.GetAsync(context);
                }
            });
        }
    }

    /// <summary>Who asks, by <c>Authorization: Bearer</c> or by the cookie of a page of this origin, with the scope for files.</summary>
    internal static async Task<(Caller? Caller, Reply? Refusal)> CallerAsync(ChatCore core, HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var token = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..].Trim()
            : WebSecurity.SameOrigin(context.Request) ? WebSessions.TokenOf(context)
            : null;
        var caller = token is null ? null : await core.Store.ReadAsync(store => Tokens.Find(core, store, token));
        return caller switch
        {
            null => (null, token is null
                ? Reply.Refuse(Code.NotSignedIn, "Say who you are: Authorization: Bearer and the token of a device.")
                : Reply.Refuse(Code.TokenInvalid, "This token is unknown, revoked or expired. Sign in again.")),
            _ => MayTransfer(caller),
        };
    }

    internal static (Caller? Caller, Reply? Refusal) MayTransfer(Caller caller) => (caller.Scopes & Scopes.Files) == Scopes.Files
        ? (caller, null)
        : (null, Reply.Refuse(Code.ScopeMissing, "This token has no scope for files."));

    /// <summary>The id in the path; null for what is no id.</summary>
    internal static string? IdOf(HttpContext context) => context.Request.RouteValues["id"] is string id && FileVault.IsFileId(id) ? id : null;

    /// <summary>One endpoint, whose failures are answered in the protocol's words.</summary>
    internal static void Map(IEndpointRouteBuilder routes, ChatCore core, string method, string route, RequestDelegate handle) =>
        routes.MapMethods(route, [method], async context =>
        {
            context.Response.Headers[HeaderNames.XContentTypeOptions] = "nosniff";
            try
            {
                await handle(context);
            }
            catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
            {
                context.Abort();
            }
            catch (StoreFullException)
            {
                await HttpReplies.RefuseAsync(context, Uploads.DiskFull());
            }
            catch (StoreFailedException)
            {
                await HttpReplies.RefuseAsync(context, Uploads.StoreFailed());
            }
            catch (Exception e)
            {
                core.Log.HttpFailed(method, route, e);
                await HttpReplies.RefuseAsync(context, HttpReplies.OurFault());
            }
        });
}
