using System.Net;
using Chatroom.Tests.Client.Transports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace Chatroom.WebTests.Harness;

/// <summary>Serves the built page of tests/BrowserContract, the web client's scripts beside it, and the peers that it connects to.</summary>
public sealed class ContractSite : IAsyncDisposable
{
    private readonly WebApplication app;

    private ContractSite(WebApplication app) => this.app = app;

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<ContractSite> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.UseWebSockets();
        foreach (var folder in (string[])["tests/BrowserContract/wwwroot", "tests/BrowserContract/bin/Release/net10.0/wwwroot", "src/Chatroom.Web/wwwroot"])
        {
            var files = new PhysicalFileProvider(Path.Combine(Repository.Root, folder));
            app.UseStaticFiles(new StaticFileOptions { FileProvider = files, ServeUnknownFileTypes = true });
        }

        app.MapPeer();
        await app.StartAsync();
        return new ContractSite(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
