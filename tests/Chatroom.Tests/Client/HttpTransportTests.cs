using System.Net;
using Chatroom.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Chatroom.Tests.Client;

public sealed class HttpTransportTests : IAsyncLifetime
{
    private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication? _server;
    private HttpTransport? _http;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.MapPatch("/echo", async (HttpContext context) =>
        {
            context.Response.Headers["X-Asked"] = context.Request.Headers["X-Ask"];
            context.Response.ContentType = context.Request.ContentType;
            await context.Request.Body.CopyToAsync(context.Response.Body);
        });
        _server.MapGet("/cut", async (HttpContext context) =>
        {
            context.Response.ContentLength = 100;
            await context.Response.Body.WriteAsync(new byte[10]);
            await context.Response.Body.FlushAsync();
            await _cut.Task.WaitAsync(Patience.Limit);
            context.Abort();
        });
        _server.MapGet("/moved", () => Results.Redirect("/echo"));
        await _server.StartAsync();
        _http = new HttpTransport(new Uri(_server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()));
    }

    public async ValueTask DisposeAsync()
    {
        _http!.Dispose();
        await _server!.DisposeAsync();
    }

    [Fact]
    public async Task A_slice_and_headers_go_and_come()
    {
        var content = new StreamUpload(new MemoryStream("0123456789"u8.ToArray()));
        await using var reply = await _http!.SendAsync(new HttpAsk
        {
            Method = "PATCH",
            Path = "/echo",
            Headers = [KeyValuePair.Create("X-Ask", "a b")],
            Body = new HttpBody(content, 3, 4, "x/y"),
        });
        Assert.Equal((200, true), (reply.Status, reply.IsSuccess));
        Assert.Equal(("a b", "x/y", null), (reply.Header("x-asked"), reply.Header("content-type"), reply.Header("X-Other")));
        var read = new byte[100];
        Assert.Equal("3456"u8.ToArray(), read[..await reply.ReadAsync(read)]);
        Assert.Equal(0, await reply.ReadAsync(read));
    }

    [Fact]
    public async Task A_fault_of_the_content_is_told_as_it_is()
    {
        var content = new StreamUpload(new MemoryStream(10));
        var ask = new HttpAsk { Method = "PATCH", Path = "/echo", Body = new HttpBody(content, 0, 4, "x/y") };
        await Assert.ThrowsAsync<EndOfStreamException>(() => _http!.SendAsync(ask));
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_a_lost_connection()
    {
        await using var reply = await _http!.SendAsync(new HttpAsk { Method = "GET", Path = "/cut" });
        Assert.Equal(10, await reply.ReadAsync(new byte[100]));
        _cut.SetResult();
        await Assert.ThrowsAsync<ConnectionLostException>(async () => await reply.ReadAsync(new byte[100]));
    }

    [Fact]
    public async Task A_redirection_is_told_and_not_followed()
    {
        await using var reply = await _http!.SendAsync(new HttpAsk { Method = "GET", Path = "/moved" });
        Assert.Equal((302, false), (reply.Status, reply.IsSuccess));
    }

    [Fact]
    public async Task Where_nobody_listens_the_connection_is_lost()
    {
        await _server!.StopAsync();
        await Assert.ThrowsAsync<ConnectionLostException>(() => _http!.SendAsync(new HttpAsk { Method = "GET", Path = "/cut" }));
    }
}
