using System.Diagnostics.Metrics;
using Chatroom.Server.Commands;
using Chatroom.Server.Web;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Chatroom.Server.Diagnostics;

/// <summary>
/// <c>GET /metrics</c> for Prometheus and collectors that read its format, on a loopback port of its own: nothing else is there, and it is nowhere else. Nobody signs in
/// there, so it tells numbers only, and answers to names of this computer only, as the page without TLS does.
/// </summary>
internal sealed class MetricsEndpoint(ServerMetrics metrics) : IDisposable
{
    /// <summary>Marks connections of this port.</summary>
    public static readonly object Mark = new();

    private readonly PrometheusText text = new(meter => metrics.Owns(meter) || meter.Name == "System.Runtime", ServerFacts.Version);

    public static bool Is(HttpContext http) => http.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(Mark) is true;

    public Task HandleAsync(HttpContext http)
    {
        var response = http.Response;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (!WebSecurity.IsThisComputer(http.Request.Host.Host))
        {
            return SayAsync(response, StatusCodes.Status421MisdirectedRequest, "This port is for programs on the server's own computer.\n");
        }

        if (http.Request.Path != "/metrics")
        {
            return SayAsync(response, StatusCodes.Status404NotFound, "Metrics are at /metrics.\n");
        }

        if (!HttpMethods.IsGet(http.Request.Method))
        {
            response.Headers.Allow = HttpMethods.Get;
            return SayAsync(response, StatusCodes.Status405MethodNotAllowed, "Metrics can be read.\n");
        }

        response.ContentType = PrometheusText.ContentType;
        return response.WriteAsync(text.Collect());
    }

    public void Dispose() => text.Dispose();

    private static Task SayAsync(HttpResponse response, int status, string words)
    {
        response.StatusCode = status;
        response.ContentType = "text/plain; charset=utf-8";
        return response.WriteAsync(words);
    }
}
