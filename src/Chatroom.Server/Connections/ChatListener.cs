using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Chatroom.Protocol;
using Chatroom.Protocol.Messages;
using Chatroom.Server.Commands;
using Chatroom.Server.Diagnostics;
using Chatroom.Server.Files.Http;
using Chatroom.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatroom.Server.Connections;

/// <summary>
/// The one TLS port. ALPN tells what a connection speaks: <c>chatroom/3</c> goes to the conversation, HTTP to the WebSocket, files and health.
/// </summary>
public sealed class ChatListener : IAsyncDisposable
{
    private static readonly SslApplicationProtocol Native = new("chatroom/3");

    private static readonly object Refused = new();
    private static readonly Reply TooMany = Reply.Refuse(Code.TooManyRequests, "Too many connections from this address. Wait a while.", retryAfterMs: 30_000);

    private readonly ChatCore core;
    private readonly ConnectionCounts counts;
    private readonly CancellationTokenSource stopping = new();
    private readonly WebApplication app;
    private readonly MetricsEndpoint? metrics;

    /// <param name="web">The page; <see cref="WebContent.None"/> for a server without one.</param>
    public ChatListener(ChatCore core, ServerCertificate certificate, ILoggerFactory logs, WebContent web)
    {
        this.core = core;
        counts = new ConnectionCounts(core.Options.MaxConnectionsPerAddress, core.Options.Limits);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton(core.Metrics);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.UseSockets(sockets =>
        {
            sockets.CreateBoundListenSocket = CreateListenSocket;

            // What the outbox writer encrypts is sent by the same thread, and what a socket receives is decoded by the thread that was woken for it.
            sockets.UnsafePreferInlineScheduling = true;
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.Http2.MaxStreamsPerConnection = 32; // Each may be a WebSocket: the limit of connections must stay one.

            // Uploads from a slow phone are welcome; a body that stands still is not.
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 64, gracePeriod: TimeSpan.FromSeconds(30));
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(20);
            kestrel.Listen(core.Options.Listen, listen => Configure(listen, certificate));
            if (core.Options.Http is { } local)
            {
                kestrel.Listen(local, ConfigureLocal);
            }

            if (core.Options.Metrics is { } numbers)
            {
                kestrel.Listen(numbers, ConfigureMetrics);
            }
        });
        app = builder.Build();
        if (core.Options.Metrics is not null)
        {
            metrics = new MetricsEndpoint(core.Metrics);
            app.Use((http, next) => MetricsEndpoint.Is(http) ? metrics.HandleAsync(http) : next(http));
        }

        app.Use((http, next) => http.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(Refused) is true ? RefuseAsync(http) : next(http));
        app.UseTrustedProxies(core.Options.TrustedProxies);
        app.Use(WebSecurity.CheckHostAsync);
        app.Use((http, next) => WebSecurity.ProtectAsync(http, next, strict: core.Options.Cert is not null));
        app.Use(GatheringStream.UseAsync);
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(5), KeepAliveTimeout = TimeSpan.FromSeconds(5) });
        app.UseRouting();
        app.MapGet("/healthz", (RequestDelegate)HealthAsync);
        app.Map("/ws", (RequestDelegate)WebSocketAsync);
        app.Map("/a/{account}/ws", (RequestDelegate)WebSocketAsync);
        FileEndpoints.Map(app, core);
        new WebSessions(core, web).Map(app);
        if (web.IsEmpty)
        {
            app.MapGet("/", (RequestDelegate)WelcomeAsync);
        }
        else
        {
            new WebPages(web).Map(app);
        }
    }

    /// <summary>Where it listens, once started.</summary>
    public IPEndPoint Address { get; private set; } = new(IPAddress.None, 0);

    /// <summary>Where browsers on this computer find the page without TLS, once started; null: nowhere.</summary>
    public IPEndPoint? LocalPage { get; private set; }

    /// <summary>Where programs on this computer read metrics, once started; null: nowhere.</summary>
    public IPEndPoint? Metrics { get; private set; }

    /// <exception cref="IOException">The address is in use or not this machine's.</exception>
    public async Task StartAsync()
    {
        try
        {
            await app.StartAsync();
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new IOException($"{InUse(e)} is in use: something else listens there, perhaps another Chatroom. Choose another address with --listen (the page without TLS: --http; metrics: --metrics).", e);
        }
        catch (SocketException e)
        {
            throw new IOException($"The server cannot listen on {core.Options.Listen}: {e.Message}. Choose another address with --listen.", e);
        }

        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Address = new IPEndPoint(core.Options.Listen.Address, PortOf(bound.First(a => a.StartsWith("https:", StringComparison.Ordinal))));
        if (core.Options.Http is { } local)
        {
            LocalPage = new IPEndPoint(local.Address, PortOf(bound.First(a => a.StartsWith("http:", StringComparison.Ordinal))));
        }

        // In the order in which they were asked for.
        if (core.Options.Metrics is { } numbers)
        {
            Metrics = new IPEndPoint(numbers.Address, PortOf(bound.Last(a => a.StartsWith("http:", StringComparison.Ordinal))));
        }
    }

    /// <summary>Takes no more connections, and ends those that are there after a short while.</summary>
    public async Task StopAsync(CancellationToken patience)
    {
        await stopping.CancelAsync();
        await app.StopAsync(patience);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        metrics?.Dispose();
        stopping.Dispose();
    }

    private void Configure(ListenOptions listen, ServerCertificate certificate)
    {
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        listen.Use(next => connection => LimitAsync(connection, next));
        listen.Use(next => connection => SocketOutput.UseAsync(connection, next));
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = TimeSpan.FromSeconds(10),
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificate.Context,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ApplicationProtocols = [Native, SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            }),
        });
        listen.Use(next => connection => FairInput.UseAsync(connection, next));
        listen.Use(next => connection =>
        {
            var tls = connection.Features.GetRequiredFeature<ISslStreamFeature>().SslStream;
            TlsBuffers.Release(tls);
            return tls.NegotiatedApplicationProtocol == Native ? NativeAsync(connection) : next(connection);
        });
    }

    private void ConfigureLocal(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => connection =>
        {
            connection.Items[WebSecurity.Local] = true;
            return LimitAsync(connection, next);
        });
        listen.Use(next => connection => FairInput.UseAsync(connection, next));
    }

    private static void ConfigureMetrics(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => connection =>
        {
            connection.Items[MetricsEndpoint.Mark] = true;
            return next(connection);
        });
    }

    private static int PortOf(string address) => new Uri(address.Replace("[::]", "localhost", StringComparison.Ordinal)).Port;

    // Kestrel names the address in its message only.
    private string InUse(IOException e) =>
        (new[] { core.Options.Http, core.Options.Metrics }.FirstOrDefault(a => a is not null && e.Message.Contains(a.ToString(), StringComparison.Ordinal)) ?? core.Options.Listen).ToString();

    private async Task LimitAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var address = ConnectionCounts.Key(connection.RemoteEndPoint);
        try
        {
            switch (counts.Enter(address))
            {
                case Admission.Refused:
                    core.Metrics.Refused(Code.TooManyRequests);
                    core.Log.TooManyConnections(core.Options.MaxConnectionsPerAddress);
                    connection.Items[Refused] = true;
                    break;
                case Admission.Dropped:
                    core.Metrics.Refused(Code.TooManyRequests);
                    connection.Abort();
                    return;
                default:
                    break;
            }

            await next(connection);
        }
        catch (NotSupportedException e)
        {
            // SslStream throws this when it is disposed in the middle of a handshake (the other side went away), and Kestrel would log it as its own fault.
            core.Log.HandshakeFailed(e);
        }
        finally
        {
            counts.Leave(address);
        }
    }

    private Task NativeAsync(ConnectionContext connection) => connection.Items.ContainsKey(Refused)
        ? new NativeChannel(connection).RefuseAsync(TooMany)
        : RunAsync(ConnectionKind.Native, new ChatConnection(core, new NativeChannel(connection), ConnectionCounts.Key(connection.RemoteEndPoint)));

    private async Task RunAsync(ConnectionKind kind, ChatConnection connection)
    {
        core.Metrics.Opened(kind);
        try
        {
            await connection.RunAsync(stopping.Token);
        }
        finally
        {
            core.Metrics.Closed(kind);
        }
    }

    private static Task RefuseAsync(HttpContext http)
    {
        var error = WireJson.Read<ErrorBody>(TooMany.Body);
        http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        http.Response.Headers.RetryAfter = "30";
        http.Response.ContentType = "application/json";
        return http.Response.Body.WriteAsync(WireJson.Write(new HttpError { Code = (int)TooMany.Code, Text = error.Text, RetryAfterMs = error.RetryAfterMs })).AsTask();
    }

    private async Task WebSocketAsync(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest || !WebSecurity.SameOrigin(http.Request))
        {
            http.Response.StatusCode = http.WebSockets.IsWebSocketRequest ? StatusCodes.Status403Forbidden : StatusCodes.Status426UpgradeRequired;
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        var remote = ConnectionCounts.Key(new IPEndPoint(http.Connection.RemoteIpAddress ?? IPAddress.None, 0));
        await RunAsync(ConnectionKind.WebSocket, new ChatConnection(core, new WebSocketChannel(socket, GatheringStream.Of(http)), remote, WebSessions.TokenOf(http)));
    }

    private static Task WelcomeAsync(HttpContext http)
    {
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync("""
            This is a Chatroom server.

            Talk on it from a terminal:
              chatroom register --server HOST:PORT --user NAME
              chatroom chat --server HOST:PORT --user NAME

            这是一台 Chatroom 服务器,请用终端客户端连接(命令如上)。

            """);
    }

    private Task HealthAsync(HttpContext http)
    {
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        var healthy = core.Store.Failure is null && !stopping.IsCancellationRequested;
        http.Response.StatusCode = healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return http.Response.WriteAsync(healthy ? "{\"status\":\"ok\"}" : "{\"status\":\"store read-only or stopping\"}");
    }

    // Options of the listening socket are inherited by accepted ones on Linux: a connection that dies without a word is known within 15 s. The user
    // timeout begins anew with the first byte that stays unacknowledged, and nothing probes meanwhile: so idle time and timeout each take half of it.
    private Socket CreateListenSocket(EndPoint endpoint)
    {
        var socket = CreateOrElsewhere(endpoint);
        if (OperatingSystem.IsLinux())
        {
            // Also while something waits to be written: keep-alive says nothing then.
            const int IpProtoTcp = 6;
            const int TcpUserTimeout = 18;
            socket.SetRawSocketOption(IpProtoTcp, TcpUserTimeout, BitConverter.GetBytes(6_500));
        }

        return socket;
    }

    // Nobody chose the default of the page without TLS, so another program there must not keep the server from starting.
    private Socket CreateOrElsewhere(EndPoint endpoint)
    {
        try
        {
            return ListenSocket.Create(endpoint);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse && core.Options.HttpMayMove && Equals(core.Options.Http, endpoint))
        {
            return ListenSocket.Create(new IPEndPoint(ChatServerOptions.DefaultHttp.Address, 0));
        }
    }
}
